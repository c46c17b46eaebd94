"""Tests between clusters have their size, and what they sum is what brute force sums."""

import itertools
import math

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import norm

import cecli
from cecli.metrics.cells.cumulative import tail_of_range
from cecli.metrics.reliability import by_group, flipped_signs, stretches
from cecli.metrics.reliability.flipped_signs import FLIPS, ClusterSums, effective
from cecli.report.result import Undefined

TESTS = ("ecce_p_value", "calibration_z_p_value", "spiegelhalter_z_p_value",
         "calibration_chi2_p_value")  # fmt: skip


def sample(clusters=60, rows=10, shared=0.3, seed=1, shift=0.0):
    """Return calibrated predictions; outcomes of a cluster share a normal variable (a copula)."""
    rng = np.random.default_rng(seed)
    c = np.repeat(np.arange(clusters), rng.poisson(rows, clusters) + 1)
    q = 1 / (1 + np.exp(0.8 - 0.7 * rng.normal(size=clusters)[c] - rng.normal(size=len(c))))
    z = np.sqrt(shared) * rng.normal(size=clusters)[c]
    z += np.sqrt(1 - shared) * rng.normal(size=len(c))
    y = (z < ndtri(q) + shift).astype(int)
    return {"y": y, "p": q, "c": [f"c{each:04}" for each in c], "g": np.arange(len(c)) % 2}


def report(data, **options):
    return cecli.calibration(
        data, **{"label": "y", "prob": "p", "draws": 0, "cluster": "c"} | options
    )


def sums_of(data):
    """Return Σ of the differences, the losses and the squares beyond expectation, by cluster."""
    y, q = data["y"], data["p"]
    _, c = np.unique(data["c"], return_inverse=True)
    entropy = -q * np.log(q) - (1 - q) * np.log1p(-q)
    loss = -np.where(y == 1, np.log(q), np.log1p(-q)) - entropy
    squares = (y - q) ** 2 - q * (1 - q)
    return [np.bincount(c, x) for x in (y - q, loss, squares)]


@pytest.mark.parametrize("scale", [2.0**-900, 2.0**900])
def test_the_scale_of_weights_changes_nothing_between_clusters(scale):
    data = sample()
    weights = np.random.default_rng(2).integers(1, 9, len(data["y"])) * 1.0
    plain, scaled = (report(data | {"w": weights * factor}, weight="w") for factor in (1.0, scale))
    for name in ("ecce_sigma", "calibration_z", "spiegelhalter_z", "calibration_chi2", *TESTS):
        assert scaled[name] == plain[name], name


def test_the_statistics_are_those_of_sums_by_cluster():
    data = sample()
    away, loss, squares = sums_of(data)
    found = report(data)
    assert found["ecce_sigma"] == pytest.approx(np.sqrt((away**2).sum()) / len(data["y"]))
    assert found["calibration_z"] == pytest.approx(loss.sum() / np.sqrt((loss**2).sum()))
    assert found["spiegelhalter_z"] == pytest.approx(squares.sum() / np.sqrt((squares**2).sum()))
    scores = np.column_stack([loss, away])
    total = scores.sum(0)
    chi2 = total @ np.linalg.solve(scores.T @ scores, total)
    assert found["calibration_chi2"] == pytest.approx(chi2)


def test_few_clusters_have_the_share_of_all_patterns_of_signs():
    rng = np.random.default_rng(2)
    along = rng.normal(size=(9, 5))
    sums = ClusterSums(along, along[:, 0], along[:, 1], is_impossible=False)
    flips = np.array(list(itertools.product([-1.0, 1.0], repeat=9)))
    walks = np.cumsum(np.pad(flips @ along, ((0, 0), (1, 0))), axis=1)
    every = np.ptp(walks, axis=1)
    share = (every >= every[-1] - 1e-9).mean()
    # What skewness adds is no larger than this.
    away = along.sum(1)
    skewness = (away**3).sum() ** 2 / (away**2).sum() ** 3
    p_value = sums.range_p_value(0.0)
    noise = 4 * math.sqrt(share / FLIPS)
    assert share - noise <= p_value <= share + noise + 0.25 * skewness
    assert sums.range_p_value(0.999) == 0.999


def p_values(data):
    """Return the p-values of the four tests, and that of the range if rows were independent."""
    q, (away, loss, squares) = data["p"], sums_of(data)
    _, c = np.unique(data["c"], return_inverse=True)
    variance, logit = q * (1 - q), np.log(q) - np.log1p(-q)
    order = np.argsort(q)
    place = np.empty(len(q), dtype=int)
    place[order] = np.minimum(32 * np.arange(len(q)) // len(q), 31)
    along = np.zeros((len(away), 32))
    np.add.at(along, (c, place), data["y"] - q)
    sums = ClusterSums(along, loss, squares, is_impossible=False)
    walk = np.append(0.0, np.cumsum((data["y"] - q)[order]))
    independent = [
        tail_of_range(np.ptp(walk) / math.sqrt(variance.sum())),
        2 * norm.sf(abs(loss.sum()) / math.sqrt((variance * logit**2).sum())),
        2 * norm.sf(abs(squares.sum()) / math.sqrt((variance * (1 - 2 * q) ** 2).sum())),
        0.0,
    ]
    found = [
        sums.range_p_value(independent[0]),
        sums.of_loss(independent[1]).p_value,
        sums.of_squares(independent[2]).p_value,
        sums.of_line(independent[3]).p_value,
    ]
    return [1.0 if isinstance(p, Undefined) else p for p in found], independent[0]


@pytest.mark.parametrize(
    ("clusters", "rows", "shared"), [(40, 8, 0.4), (200, 2, 0.9), (30, 5, 0.0)]
)
def test_calibrated_predictions_are_rejected_as_often_as_said(clusters, rows, shared, monkeypatch):
    """Five percent, within the error of 200 samples; the test of independent rows rejects more."""
    monkeypatch.setattr(flipped_signs, "FLIPS", 399)
    counts, naive, size = np.zeros(4), 0, 200
    for seed in range(size):
        found, independent = p_values(sample(clusters, rows, shared, seed))
        counts += np.array(found) <= 0.05
        naive += independent <= 0.05
    limit = 0.05 * size + 3 * math.sqrt(0.05 * 0.95 * size)
    assert (counts <= limit).all()
    assert (naive > limit) == (shared > 0.0)


def test_what_is_miscalibrated_in_all_clusters_is_found():
    found = report(sample(shift=0.5))
    assert all(found[name] < 0.01 for name in TESTS)


def test_clusters_that_are_put_together_are_still_independent(monkeypatch):
    data = sample(300, 3)
    apart = report(data)
    monkeypatch.setattr(stretches.differences, "__kwdefaults__", {"most": (64, 100)})
    together = report(data)
    assert together["ecce_p_value"] == pytest.approx(apart["ecce_p_value"], abs=0.15)
    assert together["calibration_z"] == pytest.approx(apart["calibration_z"], rel=0.3)


def test_the_order_of_rows_and_their_cuts_change_no_bit(tmp_path):
    data = sample(30, 5)
    order = np.random.default_rng(1).permutation(len(data["y"]))
    shuffled = {name: np.array(values)[order] for name, values in data.items()}
    assert report(shuffled).metrics == report(data).metrics
    path = tmp_path / "preds.csv"
    rows = zip(data["y"].tolist(), data["p"].tolist(), data["c"], strict=True)
    path.write_text("y,p,c\n" + "".join(f"{y},{p!r},{c}\n" for y, p, c in rows))
    assert report(path, workers=2, chunk_bytes=500).metrics == report(data).metrics


def test_groups_have_p_values_between_their_own_clusters():
    data = sample(60, 12)
    found = report(data, by="g")
    for group in found.groups:
        some = data["g"] == int(group.key["g"])
        own = {name: np.array(values)[some] for name, values in data.items()}
        away, *_ = sums_of(own)
        assert group.metrics["ecce_sigma"] == pytest.approx(np.sqrt((away**2).sum()) / some.sum())
        alone = report(own)
        assert group.metrics["ecce_p_value"] == pytest.approx(alone["ecce_p_value"], abs=0.1)


@pytest.mark.parametrize(
    ("y", "p", "c", "reason"),
    [
        ([0, 1] * 20, [0.4, 0.6] * 20, [x % 4 for x in range(40)], "there are 4 clusters"),
        ([1] * 30 + [0, 1] * 5, [0.5] * 40, [0] * 30 + list(range(1, 11)), "make up most"),
        ([0, 1] * 5, [0.01, 0.02] * 5, list(range(10)), "of the rarer outcome"),
    ],
)
def test_what_has_no_p_value_says_why(y, p, c, reason):
    found = report({"y": y, "p": p, "c": [f"c{each}" for each in c]})
    assert found["ecce_p_value"] is None
    assert any(reason in notice.message for notice in found.notices if "ecce" in notice.message)


def test_nothing_that_holds_for_independent_rows_alone_is_reported():
    found = report(sample(), draws=20, threshold=0.5, debiased=True)
    assert found["miscalibration_p_value"] is None
    assert found["rmsce_debiased"] is None
    assert all(each.lower is None for each in found.reliability[0].bins)
    assert all(result.interval is None for result in found.thresholds[0].results)
    assert any(notice.code == "by-cluster" for notice in found.notices)


def test_what_was_predicted_never_to_happen_needs_no_chance():
    data = sample()
    data["p"][np.argmax(data["y"])] = 0.0
    found = report(data)
    assert found["calibration_z"] == math.inf
    assert found["ecce_p_value"] == 0.0


def test_soft_labels_of_clusters_have_intervals_and_no_tests():
    data = sample()
    data["t"] = 0.5 * data["p"] + 0.2
    found = report(data, label=None, target="t")
    assert "ecce_p_value" not in found.metrics
    assert found.intervals["calibration_slope"].se > 0.0


def test_effective_clusters_are_those_that_share_the_variance():
    assert effective(np.ones(7)) == pytest.approx(7.0)
    assert effective(np.array([1e9, 1.0, 1.0])) == pytest.approx(1.0)
    assert effective(np.zeros(3)) == 0.0
    sums = ClusterSums(np.array([[1.0]] * 5), np.ones(5), np.ones(5), is_impossible=False)
    assert isinstance(sums.range_p_value(0.5), Undefined)


def test_certain_predictions_that_are_right_say_nothing_against_them_between_clusters():
    data = sample()
    found = report(data | {"p": data["y"] * 1.0})
    assert [found[name] for name in ("ecce", "ecce_sigma", "calibration_z")] == [0.0] * 3
    assert found["ecce_p_value"] is None
    assert found["calibration_z_p_value"] == found["calibration_chi2_p_value"] == 1.0


def test_soft_labels_of_classes_have_the_errors_of_all_rows_and_no_test_between_clusters():
    rng = np.random.default_rng(3)
    columns = {
        f"{role}_{name}": shares
        for role in "tp"
        for name, shares in zip("abc", rng.dirichlet([1.0, 1.0, 1.0], 200).T, strict=True)
    }
    options = {"target": "t_*", "prob": "p_*", "draws": 0}
    clustered = cecli.calibration(
        columns | {"c": np.arange(200) % 20}, **options, cluster="c"
    ).per_class
    plain = cecli.calibration(columns, **options).per_class
    for one, other in zip(clustered, plain, strict=True):
        assert one.metrics == other.metrics
        assert not [name for name in one.metrics if name.endswith("p_value")]


def test_more_groups_than_a_p_value_can_be_adjusted_for_are_told(monkeypatch):
    data = sample()
    found = report(data, by="g")
    assert not [notice for notice in found.notices if notice.code == "many-groups"]
    # The least p-value times the number of groups is above what is notable.
    monkeypatch.setattr(by_group, "LEAST_P_VALUE", by_group.NOTABLE / 1.9)
    (told,) = [n.message for n in report(data, by="g").notices if n.code == "many-groups"]
    assert "adjusted for 2 groups, none can be below" in told
