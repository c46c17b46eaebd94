"""Tests of calibration against sums written differently."""

import math

import numpy as np
import pytest
from scipy import stats

import cecli


def sample(seed, rows=300):
    rng = np.random.default_rng(seed)
    z = rng.normal(-1.0, 1.5, rows)
    y = (rng.random(rows) < 1 / (1 + np.exp(-0.7 * z - 0.3))).astype(int)
    return {"y": y, "p": 1 / (1 + np.exp(-z)), "w": rng.lognormal(0.0, 1.0, rows)}


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
        ("calibration_z", 2 * stats.norm.sf(abs(z))),
        ("spiegelhalter_z", 2 * stats.norm.sf(abs(spiegelhalter))),
        ("calibration_chi2", stats.chi2.sf(chi2, 2)),
    ):
        assert report[f"{name}_p_value"] == pytest.approx(expected, rel=1e-8), name


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


def test_what_was_predicted_never_to_happen_refutes_calibration():
    report = cecli.score({"y": [1, 0, 1], "p": [0.0, 0.5, 0.5]})
    assert report["calibration_z"] == report["calibration_chi2"] == math.inf
    assert report["calibration_z_p_value"] == report["calibration_chi2_p_value"] == 0.0


def test_certain_predictions_that_are_right_say_nothing_against_them():
    report = cecli.score({"y": [1, 0, 1], "p": [1.0, 0.0, 1.0]})
    assert report["calibration_z"] == report["spiegelhalter_z"] == 0.0
    assert report["calibration_z_p_value"] == report["calibration_chi2_p_value"] == 1.0


def test_predictions_that_are_all_alike_have_an_intercept_alone():
    report = cecli.score({"y": [1, 0, 0, 0, 1, 0, 0, 0, 0, 0], "p": [0.35] * 10})
    chi2 = (2 - 3.5) ** 2 / (10 * 0.35 * 0.65)
    assert report["calibration_chi2"] == pytest.approx(chi2, rel=1e-9)
    assert report["calibration_chi2_p_value"] == pytest.approx(stats.chi2.sf(chi2, 1), rel=1e-9)


@pytest.mark.parametrize("options", [{"cluster": "c"}, {"target": "t"}])
def test_dependent_rows_and_soft_labels_have_no_tests(options):
    data = {"p": [0.3, 0.6, 0.2], "c": ["a", "a", "b"]}
    data |= {"t": [0.2, 0.7, 0.1]} if "target" in options else {"y": [0, 1, 0]}
    assert "calibration_z" not in cecli.score(data, prob="p", **options).metrics


def test_the_tests_reject_calibrated_predictions_as_often_as_they_say():
    rng = np.random.default_rng(7)
    rejected = np.zeros(3)
    for _ in range(400):
        q = 1 / (1 + np.exp(-rng.normal(-1.0, 1.5, 60)))
        report = cecli.score({"y": (rng.random(60) < q).astype(int), "p": q})
        rejected += [
            report[f"{name}_p_value"] < 0.05
            for name in ("calibration_z", "spiegelhalter_z", "calibration_chi2")
        ]
    # Within four standard deviations of 5 %.
    assert (abs(rejected / 400 - 0.05) < 0.044).all(), rejected
