"""The models that may be the best by replicates, against the procedure written out in loops."""

import numpy as np
import pandas as pd
import pytest

import cecli
from cecli.commands.compare.confidence_set.replicates import eliminated

MODELS = ["m0", "m1", "m2", "m3", "m4"]


def written_out(losses, replicates):
    """Return the p-values of Hansen, Lunde and Nason (2011) with T_R, one number at a time."""
    found, left, largest = {}, list(range(len(losses))), 0.0

    def error(i, j):
        apart = [(r[i] - r[j]) - (losses[i] - losses[j]) for r in replicates]
        return (sum(x * x for x in apart) / len(apart)) ** 0.5

    while len(left) > 1:
        pairs = [(i, j) for i in left for j in left if i != j]
        errors = {pair: error(*pair) for pair in pairs}
        t = {(i, j): (losses[i] - losses[j]) / errors[i, j] for i, j in pairs}
        drawn = [
            max(abs((r[i] - r[j]) - (losses[i] - losses[j])) / errors[i, j] for i, j in pairs)
            for r in replicates
        ]
        largest = max(largest, sum(x >= max(t.values()) for x in drawn) / len(drawn))
        worst = max(t, key=t.get)[0]
        found[worst] = largest
        left.remove(worst)
    found[left[0]] = 1.0
    return [found[model] for model in range(len(losses))]


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_procedure_written_out(seed):
    rng = np.random.default_rng(seed)
    losses = rng.normal(1.0, 0.05, 5)
    replicates = losses + rng.normal(0.0, 0.03, (120, 1)) + rng.normal(0.0, 0.05, (120, 5))
    assert eliminated(losses, replicates) == written_out(losses, replicates)


def made(rows=300, seed=0):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=rows)
    data = {
        "y": (rng.random(rows) < 1 / (1 + np.exp(-z))).astype(int),
        "user": np.arange(rows) % 60,
    }
    for name, noise in zip(MODELS, (0.2, 0.25, 0.3, 0.9, 1.5), strict=True):
        data[name] = 1 / (1 + np.exp(-z - noise * rng.normal(size=rows)))
    return pd.DataFrame(data)


def best(data, **options):
    options = {"bootstrap": 400, **options}
    found = cecli.compare(data, label="y", prob=MODELS, **options).confidence_set
    assert found.method == "bootstrap"
    return {model.model: model.p_value for model in found.models}


def test_it_is_near_that_of_resampled_rows():
    data = made()
    y = data["y"].to_numpy()
    q = data[MODELS].to_numpy().T
    losses = -np.log(np.where(y == 1, q, 1 - q))
    rng = np.random.default_rng(3)
    drawn = rng.integers(0, len(y), (1000, len(y)))
    expected = eliminated(losses.mean(axis=1), losses[:, drawn].mean(axis=2).T)
    p_values = best(data, bootstrap=1000)
    found = [p_values[model] for model in MODELS]
    assert found == pytest.approx(expected, abs=0.05)


def test_the_seed_alone_is_random(tmp_path):
    data = made()
    path = tmp_path / "rows.csv"
    data.to_csv(path, index=False)
    expected = best(str(path))
    assert best(str(path), chunk_bytes=500, workers=2) == expected
    assert best(str(path), seed=1) != expected


def test_clusters_are_drawn_together():
    data = made()
    repeated = pd.concat([data.iloc[:60]] * 5)
    once = best(data.iloc[:60], cluster="user")
    assert best(repeated, cluster="user") == pytest.approx(once, abs=1e-9)


def test_a_model_with_infinite_losses_is_left_out():
    assert best(made().assign(m1=0.0))["m1"] == 0
    every = dict.fromkeys(MODELS, 0.0)
    assert set(best(made().assign(**every)).values()) == {1.0}


def test_differences_without_noise_leave_nobody_out():
    same = {"y": [0] * 50, **{name: [0.1 + place / 100] * 50 for place, name in enumerate(MODELS)}}
    assert set(best(same).values()) == {1.0}
