"""Tests of calibration and what chance explains of a gain, against SciPy and by definition."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit
from scipy.stats import beta, chi2

import cecli
from cecli.commands.fit import significance

ROWS = 300
rng = np.random.default_rng(7)
Z = rng.normal(0.2, 1.5, ROWS)
Q = expit(Z)
Y = (rng.random(ROWS) < expit(0.8 * Z)).astype(int)
SOFT = np.clip(Q + rng.uniform(-0.2, 0.2, ROWS) * Q * (1 - Q), 0, 1)
W = rng.lognormal(0, 0.8, ROWS)
USER = rng.integers(0, 30, ROWS)
DATA = {"y": Y, "t": SOFT, "p": Q, "w": W, "user": USER.astype(str)}
X = np.stack((logit(Q), np.ones(ROWS)), 1)


def fit(**options):
    return cecli.fit(DATA, prob="p", **({"model": "platt", "label": "y"} | options))


def test_the_calibration_loss_loses_its_expected_share_of_chance():
    for model, size in (("temperature", 1), ("offset", 1), ("platt", 2), ("beta", 3)):
        report = fit(model=model)
        by_chance = report["calibration_loss"] - report["calibration_loss_debiased"]
        assert by_chance == pytest.approx(size / (2 * ROWS), rel=1e-9)
        lost_on_new_rows = report["calibration_loss"] - report["expected_gain"]
        assert lost_on_new_rows == pytest.approx(size / ROWS, rel=1e-9)


def test_a_gain_that_chance_explains_is_noticed():
    rng = np.random.default_rng(2)
    for seed in range(6):
        q = expit(rng.normal(0.0, 1.0, 400))
        report = cecli.fit({"y": (rng.random(400) < q).astype(int), "p": q}, model="platt")
        codes = {notice.code for notice in report.notices}
        assert ("no-gain-expected" in codes) == (report["expected_gain"] < 0.0), seed
        assert (report["expected_gain"] < 0.0) == (report["likelihood_ratio"] < 4.0)


def test_the_gain_on_new_rows_is_that_which_is_expected(monkeypatch):
    # An interval is half of the work, and not looked at.
    monkeypatch.setattr(significance, "noncentralities", lambda *_: (0.0, 1.0))
    rng = np.random.default_rng(3)
    z = rng.normal(0.0, 1.3, 20_000)
    q, true = expit(z), expit(0.8 * z)
    expected, found = [], []
    for _ in range(150):
        some = rng.integers(0, len(z), 100)
        data = {"y": (rng.random(100) < true[some]).astype(int), "p": q[some]}
        report = cecli.fit(data, model="platt", workers=1)
        after = expit(report["slope"] * z + report["intercept"])
        won = true * np.log(after / q) + (1 - true) * np.log((1 - after) / (1 - q))
        expected.append(report["expected_gain"])
        found.append(won.mean())
    off = np.array(expected) - np.array(found)
    # Chance moves the mean by less than three of its standard errors; k / n is 0.02.
    assert abs(off.mean()) < 3 * off.std() / np.sqrt(len(off))
    assert off.std() / np.sqrt(len(off)) < 0.005


def test_the_lower_end_is_0_just_where_the_test_does_not_reject():
    lower = []
    for slope in np.linspace(0.5, 1.0, 12):
        data = {"y": Y, "p": expit(Z * slope)}
        report = cecli.fit(data, model="platt")
        interval = report.intervals["calibration_loss"]
        assert (interval.lower > 0.0) == (report["p_value"] < 0.025)
        assert interval.lower <= report["calibration_loss"] <= interval.upper
        assert interval.se is None
        lower.append(interval.lower > 0.0)
    assert {True, False} == set(lower)


def test_the_bias_of_misspecified_rows_is_takeuchis():
    report = fit(weight="w")
    fitted = sm.GLM(Y, X, family=sm.families.Binomial(), var_weights=W).fit(tol=1e-14)
    q = fitted.fittedvalues
    bread = (X * (W * q * (1 - q))[:, None]).T @ X
    gradient = X * (W * (q - Y))[:, None]
    by_chance = np.trace(np.linalg.solve(bread, gradient.T @ gradient)) / (2 * W.sum())
    found = report["calibration_loss"] - report["calibration_loss_debiased"]
    assert found == pytest.approx(by_chance, rel=1e-8)
    assert report["calibration_loss"] - report["expected_gain"] == pytest.approx(2 * found)
    assert "calibration_loss" not in report.intervals
    assert "likelihood_ratio" not in report.metrics


def test_labels_with_weights_have_a_score_test_of_known_variance():
    report = fit(weight="w")
    g = X.T @ (W * (Y - Q))
    variance = (X * (W**2 * Q * (1 - Q))[:, None]).T @ X
    statistic = g @ np.linalg.solve(variance, g)
    assert report["score_statistic"] == pytest.approx(statistic, rel=1e-9)
    assert report["p_value"] == pytest.approx(chi2.sf(statistic, 2), rel=1e-8)


def test_soft_labels_have_a_score_test_of_estimated_variance():
    report = fit(label=None, target="t")
    scores = X * (SOFT - Q)[:, None]
    g = scores.sum(axis=0)
    statistic = g @ np.linalg.solve(scores.T @ scores, g)
    assert report["score_statistic"] == pytest.approx(statistic, rel=1e-8)
    expected = beta.sf(statistic / ROWS, 1, (ROWS - 2) / 2)
    assert report["p_value"] == pytest.approx(expected, rel=1e-7)


def test_clusters_have_a_score_test_by_cluster():
    report = fit(cluster="user", model="offset")
    scores = np.bincount(USER, Y - Q)
    statistic = scores.sum() ** 2 / (scores**2).sum()
    draws = len(set(USER))
    assert report["score_statistic"] == pytest.approx(statistic, rel=1e-8)
    expected = beta.sf(statistic / draws, 0.5, (draws - 1) / 2)
    assert report["p_value"] == pytest.approx(expected, rel=1e-8)


def test_rows_that_are_copied_in_clusters_decide_no_more_than_once():
    once = fit(target="t", label=None)
    copied = {name: np.repeat(x, 5) for name, x in DATA.items()}
    copied["user"] = np.repeat(np.arange(ROWS), 5).astype(str)
    report = cecli.fit(copied, target="t", prob="p", model="platt", cluster="user")
    assert report["score_statistic"] == pytest.approx(once["score_statistic"], rel=1e-9)
    assert report["p_value"] == pytest.approx(once["p_value"], rel=1e-9)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"model": "constant"}, "has no parameters that leave predictions unchanged"),
        ({"prior_sd": 1.0}, "the fit has a prior"),
        ({"model": "isotonic", "label": None, "target": "t"}, "no labels can be drawn"),
    ],
)
def test_what_cannot_be_tested_says_why(options, reason):
    report = fit(**options)
    assert report["p_value"] is report["calibration_loss_debiased"] is None
    assert any(reason in notice.message for notice in report.notices)


def test_clusters_stay_together_in_a_fold():
    by_cluster = fit(cluster="user", folds=4)
    named = fit(cluster="user", folds=4, fold_by="user")
    assert by_cluster["out_of_fold_cross_entropy"] == named["out_of_fold_cross_entropy"]
    assert by_cluster["out_of_fold_cross_entropy"] != fit(folds=4)["out_of_fold_cross_entropy"]


def test_few_rows_are_noticed():
    few = cecli.fit({"y": [0, 1, 0, 1, 1], "p": [0.4, 0.3, 0.2, 0.6, 0.7]}, model="platt")
    assert "few-rows" in [notice.code for notice in few.notices]
    assert "few-rows" not in [notice.code for notice in fit().notices]


def test_the_intercept_at_slope_1_is_calibration_in_the_large():
    report = fit(model="offset")
    applied = cecli.apply(DATA, fit=report, prob="p")
    assert np.mean(applied["calibrated"]) == pytest.approx(Y.mean(), rel=1e-12)
    meanings = {result.name: result.meaning for result in report.results}
    assert "too high" in meanings["intercept"]
    assert "too high" not in {r.name: r.meaning for r in fit().results}["intercept"]


def test_an_offset_needs_both_classes():
    with pytest.raises(cecli.InputError, match="one class only"):
        cecli.fit({"y": [1, 1, 1], "p": [0.3, 0.6, 0.9]}, model="offset")
    # Separated classes determine an intercept, though not a slope.
    assert cecli.fit({"y": [0, 1], "p": [0.3, 0.6]}, model="offset").fit.converged
