"""The models that may be the best by tests of all pairs, against SciPy and statsmodels."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_rel
from statsmodels.stats.multitest import multipletests

import cecli

MODELS = ["m0", "m1", "m2", "m3"]


def made(rows=80, noises=(0.3, 0.35, 0.8, 1.6), seed=0):
    """Return soft targets, whose losses have no variance beyond that of the rows, and models."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=rows)
    data = {"t": 1 / (1 + np.exp(-z)), "user": np.arange(rows) // 4}
    for name, noise in zip(MODELS, noises, strict=True):
        data[name] = 1 / (1 + np.exp(-z - noise * rng.normal(size=rows)))
    return pd.DataFrame(data)


def best(data, models=MODELS, **options):
    return cecli.compare(data, target="t", prob=models, **options).confidence_set


def p_values(found):
    return {model.model: model.p_value for model in found.models}


def losses(data, model):
    t, q = data["t"], data[model]
    return -(t * np.log(q) + (1 - t) * np.log1p(-q))


@pytest.mark.parametrize("seed", range(5))
def test_p_values_are_those_of_paired_t_tests_adjusted_twice(seed):
    data = made(300, seed=seed)
    least = [
        min(
            ttest_rel(losses(data, model), losses(data, other), alternative="greater").pvalue
            for other in MODELS
            if other != model
        )
        for model in MODELS
    ]
    expected = multipletests(np.minimum(1, 3 * np.array(least)), method="holm")[1]
    found = best(data)
    assert p_values(found) == pytest.approx(dict(zip(MODELS, expected, strict=True)), rel=1e-8)
    for model in found.models:
        assert model.loss == pytest.approx(losses(data, model.model).mean(), rel=1e-12)
        assert model.may_be_best == (model.p_value > 1 - found.level)


def test_the_first_of_the_models_is_nothing_special():
    data = made()
    expected = p_values(best(data))
    for models in (MODELS[::-1], ["m2", "m0", "m3", "m1"]):
        assert p_values(best(data, models)) == pytest.approx(expected, rel=1e-12)


def test_the_level_decides_and_units_do_not():
    data = made()
    found = best(data, level=0.6)
    assert {m.model for m in found.models if m.may_be_best} == {
        name for name, p in p_values(found).items() if p > 0.4
    }
    in_bits = best(data, units="bits")
    assert p_values(in_bits) == p_values(best(data))
    assert in_bits.models[0].loss == pytest.approx(best(data).models[0].loss / np.log(2))


def test_clusters_are_the_draws():
    data = made(400)
    repeated = pd.concat([data.iloc[::4]] * 4).sort_values("user")
    once = p_values(best(data.iloc[::4]))
    assert p_values(best(repeated, cluster="user")) == pytest.approx(once, rel=1e-6)
    assert p_values(best(repeated))["m2"] < once["m2"]


def test_a_model_with_infinite_losses_is_not_the_best_unless_all_have_them():
    data = made().assign(m3=0.0)
    assert p_values(best(data))["m3"] == 0
    every = made().assign(**dict.fromkeys(MODELS, 0.0))
    assert set(p_values(best(every)).values()) == {1.0}


def test_equal_models_stay_together():
    data = made()
    found = p_values(best(data.assign(m1=data["m0"])))
    assert found["m0"] == found["m1"] == 1


def test_where_nothing_has_happened_no_model_is_left_out():
    shifts = {"m0": 0.001, "m1": 0.004, "m2": 0.002, "m3": 0.003}
    data = {"y": [0] * 300, **{name: [q] * 300 for name, q in shifts.items()}}
    found = cecli.compare(data, label="y", prob=MODELS).confidence_set
    assert all(model.may_be_best for model in found.models)


def labelled(rows=300):
    data = made(rows)
    rng = np.random.default_rng(1)
    return data.assign(y=(rng.random(rows) < data["t"]).astype(int))


@pytest.mark.parametrize(
    "options", [{"order": True}, {"anytime": True, "clip": 0.01}, {"weight": "t"}], ids=str
)
def test_it_is_there_for_every_kind_of_inference(options):
    found = cecli.compare(labelled(), label="y", prob=MODELS, **options)
    p = p_values(found.confidence_set)
    # Of the two models that differ most, the comparison with the first has half of the p-value.
    against = found["p_value_4"] / 2
    assert p["m3"] <= 12 * against or against > 0.05
    assert p["m0"] > 0.05 > p["m3"] or options.get("anytime")


def test_it_is_that_of_logits_and_of_several_classes(samples):
    data = labelled()
    expected = cecli.compare(data, label="y", prob=MODELS).confidence_set
    logits = data.assign(**{m: np.log(data[m] / (1 - data[m])) for m in MODELS})
    found = cecli.compare(logits, label="y", prob=MODELS, scale="logit").confidence_set
    assert p_values(found) == pytest.approx(p_values(expected), rel=1e-6)
    two = {f"{m}_{k}": data[m] if k else 1 - data[m] for m in MODELS for k in (0, 1)}
    classes = cecli.compare(
        {"y": data["y"], **two}, label="y", prob=[f"{m}_*" for m in MODELS]
    ).confidence_set
    assert list(p_values(classes).values()) == pytest.approx(
        list(p_values(expected).values()), rel=1e-6
    )
