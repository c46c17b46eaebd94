"""Tests of calibration against sums written differently."""

import math

import numpy as np
import pytest
from scipy import stats

import cecli
from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.metrics.calibration_tests.of_scores import BINARY
from cecli.metrics.metric import statistics_of


def sample(seed, rows=300):
    rng = np.random.default_rng(seed)
    z = rng.normal(-1.0, 1.5, rows)
    y = (rng.random(rows) < 1 / (1 + np.exp(-0.7 * z - 0.3))).astype(int)
    return {"y": y, "p": 1 / (1 + np.exp(-z)), "w": rng.lognormal(-4.0, 1.0, rows)}


def both_tails(z, factors, q):
    """Return P(|Z| > |z|) for a Z with the skewness of the sum of factors times outcomes."""
    v = q * (1 - q)
    skewness = (factors**3 * v * (1 - 2 * q)).sum() / (factors**2 * v).sum() ** 1.5
    law = stats.pearson3(abs(skewness))
    return law.sf(abs(z)) + law.cdf(-abs(z))


def tail_of_squares(chi2, columns, q):
    """Return the chance of a larger chi2, from the third cumulants of whitened gradients."""
    v = q * (1 - q)
    white = np.linalg.inv(np.linalg.cholesky((columns * v) @ columns.T)) @ columns
    cubes = np.einsum("ai,bi,ci,i->abc", white, white, white, v * (1 - 2 * q))
    s = 3 * (np.einsum("abb->a", cubes) ** 2).sum() + 2 * (cubes**2).sum()
    variance, third = 4 + 0.3 * s, 16 + 5.6 * s
    law = stats.pearson3(third / variance**1.5, loc=2, scale=np.sqrt(variance))
    return law.sf(chi2)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_each_test_is_its_score_over_its_known_variance(seed, weighted):
    data = sample(seed)
    y, q = data["y"], data["p"]
    w = data["w"] if weighted else np.ones(len(y))
    logit, v = np.log(q / (1 - q)), q * (1 - q)
    report = cecli.score(data, label="y", prob="p", **({"weight": "w"} if weighted else {}))
    z = -(w * (y - q) * logit).sum() / math.sqrt((w**2 * v * logit**2).sum())
    spiegelhalter = (w * (y - q) * (1 - 2 * q)).sum()
    spiegelhalter /= math.sqrt((w**2 * v * (1 - 2 * q) ** 2).sum())
    columns = np.stack([logit, np.ones(len(y))])
    score = columns @ (w * (y - q))
    chi2 = score @ np.linalg.solve((columns * w**2 * v) @ columns.T, score)
    assert report["calibration_z"] == pytest.approx(z, rel=1e-9)
    assert report["spiegelhalter_z"] == pytest.approx(spiegelhalter, rel=1e-9)
    assert report["calibration_chi2"] == pytest.approx(chi2, rel=1e-9)
    for name, expected in (
        ("calibration_z", both_tails(z, w * logit, q)),
        ("spiegelhalter_z", both_tails(spiegelhalter, w * (1 - 2 * q), q)),
        ("calibration_chi2", tail_of_squares(chi2, columns * w, q)),
    ):
        assert report[f"{name}_p_value"] == pytest.approx(expected, rel=1e-8), name


def test_a_few_rows_have_statistics_of_little_variance():
    y, q = np.array([1, 0, 0]), np.array([0.1, 0.05, 0.02])
    logit, v = np.log(q / (1 - q)), q * (1 - q)
    columns = np.stack([logit, np.ones(3)])
    score = columns @ (y - q)
    report = cecli.score({"y": y, "p": q})
    assert v.sum() < 0.2
    assert report["calibration_chi2"] == pytest.approx(
        score @ np.linalg.solve((columns * v) @ columns.T, score), rel=1e-9
    )


def test_several_classes_are_compared_with_what_they_expect():
    rng = np.random.default_rng(1)
    probs = rng.dirichlet([2.0, 1.0, 0.5], 500)
    label = np.array([rng.choice(3, p=p) for p in probs])
    data = {"y": np.array(list("abc"))[label]}
    data |= {f"p_{c}": probs[:, k] for k, c in enumerate("abc")}
    report = cecli.score(data, label="y", prob="p_*")
    log = np.log(probs)
    loss, entropy = -log[np.arange(500), label], -(probs * log).sum(axis=1)
    variance = (probs * log**2).sum(axis=1) - entropy**2
    z = (loss - entropy).sum() / math.sqrt(variance.sum())
    assert report["calibration_z"] == pytest.approx(z, rel=1e-9)
    squares = ((probs - np.eye(3)[label]) ** 2).sum(axis=1)
    each = np.stack([((probs - np.eye(3)[k]) ** 2).sum(axis=1) for k in range(3)], axis=1)
    expected = (probs * each).sum(axis=1)
    variance = (probs * each**2).sum(axis=1) - expected**2
    z = (squares - expected).sum() / math.sqrt(variance.sum())
    assert report["spiegelhalter_z"] == pytest.approx(z, rel=1e-9)
    away = each - expected[:, None]
    law = stats.pearson3(abs((probs * away**3).sum() / variance.sum() ** 1.5))
    chance = law.sf(abs(z)) + law.cdf(-abs(z))
    assert report["spiegelhalter_z_p_value"] == pytest.approx(chance, rel=1e-8)


def test_what_was_predicted_never_to_happen_refutes_calibration():
    report = cecli.score({"y": [1, 0, 1], "p": [0.0, 0.5, 0.5]})
    assert report["calibration_z"] == report["calibration_chi2"] == math.inf
    assert report["calibration_z_p_value"] == report["calibration_chi2_p_value"] == 0.0


def test_certain_predictions_that_are_right_say_nothing_against_them():
    report = cecli.score({"y": [1, 0, 1], "p": [1.0, 0.0, 1.0]})
    assert report["calibration_z"] == report["spiegelhalter_z"] == 0.0
    assert report["calibration_z_p_value"] == report["calibration_chi2_p_value"] == 1.0


def test_predictions_that_are_all_alike_have_an_intercept_alone():
    report = cecli.score({"y": [1, 0, 0, 0, 1, 0, 0, 0, 0, 0] * 3, "p": [0.35] * 30})
    chi2 = (6 - 10.5) ** 2 / (30 * 0.35 * 0.65)
    chance = both_tails(np.sqrt(chi2), np.ones(30), np.full(30, 0.35))
    assert report["calibration_chi2"] == pytest.approx(chi2, rel=1e-9)
    assert report["calibration_chi2_p_value"] == pytest.approx(chance, rel=1e-9)


@pytest.mark.parametrize("options", [{"cluster": "c"}, {"target": "t"}])
def test_dependent_rows_and_soft_labels_have_no_tests(options):
    data = {"p": [0.3, 0.6, 0.2], "c": ["a", "a", "b"]}
    data |= {"t": [0.2, 0.7, 0.1]} if "target" in options else {"y": [0, 1, 0]}
    assert "calibration_z" not in cecli.score(data, prob="p", **options).metrics


def test_the_tests_reject_calibrated_predictions_as_often_as_they_say():
    rng = np.random.default_rng(7)
    # A report has the same numbers, and takes ten times as long.
    p_values = [metric for metric in BINARY if metric.name in NAMES]
    rejected = np.zeros(3)
    for _ in range(2000):
        q = 1 / (1 + np.exp(-rng.normal(-1.0, 1.5, 60)))
        numbers = {"target": (rng.random(60) < q).astype(float), "prob": q}
        states = States.empty(statistics_of(p_values))
        states = states.update(Chunk("x", np.arange(60), numbers))
        rejected += [metric.result(states).value < 0.05 for metric in p_values]
    # Within five standard deviations of 5 %.
    assert (abs(rejected / 2000 - 0.05) < 0.0244).all(), rejected


NAMES = [f"{name}_p_value" for name in ("calibration_z", "spiegelhalter_z", "calibration_chi2")]


def test_far_tails_are_those_of_the_binomial_distribution():
    rows, q = 5000, 0.002
    law, mean = stats.binom(rows, q), rows * q
    for events in range(20, 34):
        data = {"y": [1, 0], "p": [q, q], "k": [events, rows - events]}
        report = cecli.score(data, label="y", prob="p", count="k")
        # Half of the chance of what was seen: p-values of a smooth distribution lie between.
        chance = law.sf(events) + law.pmf(events) / 2 + law.cdf(2 * mean - events)
        for name in NAMES:
            assert 0.4 < report[name] / chance < 2.5, (events, name)
    # The normal distribution is far off: its p-value is below a thousandth of this.
    assert stats.norm.sf((33 - mean) / law.std()) < chance / 1000


@pytest.mark.parametrize(("expected", "defined"), [(4.9, False), (5.1, True)])
def test_p_values_need_five_of_the_rarer_outcome(expected, defined):
    data = {"y": [1, 0], "p": [1e-3, 1e-3], "k": [11.0, expected / 0.000999 - 11.0]}
    data["k"] = [float(round(k)) for k in data["k"]]
    report = cecli.score(data, label="y", prob="p", count="k")
    assert all((report[name] is not None) == defined for name in NAMES)
    assert report["calibration_z"] > 2
    (notice,) = [n for n in report.notices if n.code == "undefined-metric"] or [None]
    assert (notice is None) == defined
    if not defined:
        assert all(name in notice.message for name in NAMES)
        assert "about 4.9 of the rarer outcome" in notice.message


def test_of_several_classes_the_rarer_are_all_but_the_likeliest():
    data = {"y": ["a"] * 97 + ["b"] * 2 + ["c"], "p_a": [0.97] * 100}
    data |= {"p_b": [0.02] * 100, "p_c": [0.01] * 100}
    report = cecli.score(data, label="y", prob="p_*")
    assert report["spiegelhalter_z_p_value"] is None
    more = {name: values * 2 for name, values in data.items()}
    assert cecli.score(more, label="y", prob="p_*")["calibration_z_p_value"] is not None


@pytest.mark.parametrize("scale", [1e-90, 1.0, 1e90])
def test_the_scale_of_weights_changes_no_p_value(scale):
    data = sample(3)
    data["w"] = np.exp2(np.round(np.log2(data["w"])))
    weighted = cecli.score(data, label="y", prob="p", weight="w")
    data["w"] = data["w"] * scale
    scaled = cecli.score(data, label="y", prob="p", weight="w")
    for name in NAMES:
        assert scaled[name] == pytest.approx(weighted[name], rel=1e-9)


def test_a_statistic_beyond_the_range_of_floats_is_infinite_and_refutes_calibration():
    # All the weight is that of a row which was predicted almost never to happen.
    data = {"y": [1, 0], "p": [1e-300, 0.5], "w": [1e308, 1.0]}
    found = cecli.score(data, label="y", prob="p", weight="w")
    for name in NAMES:
        assert found[name] == (0.0 if name.endswith("p_value") else math.inf), name
