"""Newton's method in its dialogue, and the data for which it has no answer."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit

import cecli
from cecli.commands.fit.likelihood import newton as module

REVERSED = {"y": [1, 0, 1, 0, 0, 1], "p": [0.2, 0.8, 0.4, 0.6, 0.3, 0.7]}
SEPARATED = {"y": [0, 0, 1, 1], "p": [0.1, 0.3, 0.6, 0.9]}
TOUCHING = {"y": [0, 0, 1, 1], "p": [0.1, 0.5, 0.5, 0.9]}
ONE_CLASS = {"y": [1, 1, 1], "p": [0.3, 0.6, 0.9]}
ALL_ALIKE = {"y": [0, 1, 1], "p": [0.4, 0.4, 0.4]}
TWO_VALUES = {"y": [0, 1, 1, 0, 1], "p": [0.4, 0.4, 0.6, 0.6, 0.6]}


@pytest.mark.parametrize(
    ("data", "model", "message"),
    [
        (SEPARATED, "platt", "the classes are separated: .* at or above"),
        (SEPARATED, "beta", "the classes are separated"),
        (SEPARATED, "temperature", "the classes are separated"),
        (TOUCHING, "platt", "the classes are separated"),
        ({"y": [1, 1, 0, 0], "p": [0.1, 0.3, 0.6, 0.9]}, "platt", "at or below"),
        ({"y": [1, 1, 0, 0], "p": [0.1, 0.3, 0.6, 0.9]}, "temperature", "no temperature helps"),
        (ONE_CLASS, "platt", "one class only"),
        (ONE_CLASS, "beta", "one class only"),
        (ONE_CLASS, "constant", "one class only"),
        (ONE_CLASS, "isotonic", "one class only"),
        (ALL_ALIKE, "platt", "all predictions are the same"),
        (ALL_ALIKE, "beta", "all predictions are the same"),
        ({"y": [0, 1], "p": [0.5, 0.5]}, "temperature", "all predictions are the same"),
        (TWO_VALUES, "beta", "too few distinct values"),
    ],
)
def test_data_without_a_single_maximum_are_explained(data, model, message):
    with pytest.raises(cecli.InputError, match=message) as caught:
        cecli.fit(data, model=model)
    assert caught.value.hint


@pytest.mark.parametrize("model", ["temperature", "platt", "beta"])
@pytest.mark.parametrize("data", [SEPARATED, TOUCHING, ONE_CLASS, ALL_ALIKE, REVERSED])
def test_a_prior_is_the_remedy(data, model):
    report = cecli.fit(data, model=model, prior_sd=1.0)
    assert report.fit.converged
    assert all(x is None or np.isfinite(x) for x in report.metrics.values())


def test_separable_classes_of_several_run_away_and_that_is_said():
    data = {"y": ["a", "b", "c", "a"]} | {
        f"p_{name}": column
        for name, column in zip(
            "abc", ([0.5, 0.2, 0.2, 0.6], [0.3, 0.5, 0.2, 0.2], [0.2, 0.3, 0.6, 0.2]), strict=True
        )
    }
    for model in ("temperature", "vector"):
        with pytest.raises(
            cecli.InputError, match=r"grows without bound|too few distinct"
        ) as caught:
            cecli.fit(data, label="y", prob="p_*", model=model)
        assert "--prior-sd" in caught.value.hint
        assert cecli.fit(data, label="y", prob="p_*", model=model, prior_sd=1.0).fit.converged


def test_reversed_predictions_have_a_negative_slope():
    assert cecli.fit(REVERSED, model="platt")["slope"] < 0


def test_infinite_logits_are_named_by_their_lines(tmp_path):
    path = tmp_path / "preds.csv"
    path.write_text("y,p\n0,0.2\n1,1\n1,0.4\n0,0\n0,0.9\n")
    with pytest.raises(cecli.InputError, match=r"preds.csv:3: 2 rows .*lines 3, 5\)") as caught:
        cecli.fit(path, model="platt")
    assert "--clip" in caught.value.hint
    assert cecli.fit(path, model="platt", clip=1e-3).fit.clip == 1e-3
    assert cecli.fit(path, model="isotonic")["cross_entropy"] < np.inf


def test_a_fit_that_is_cut_short_says_so(monkeypatch):
    rng = np.random.default_rng(2)
    z = rng.normal(0, 2, 300)
    data = {"y": (rng.random(300) < expit(0.3 * z)).astype(int), "p": expit(z)}
    monkeypatch.setattr(module, "MOST_ITERATIONS", 1)
    report = cecli.fit(data, model="platt")
    assert not report.fit.converged
    assert "not-converged" in [notice.code for notice in report.notices]


def test_rare_events_converge_in_their_parameters_too():
    rng = np.random.default_rng(4)
    z = rng.normal(-9, 1.5, 200_000)
    data = {"y": (rng.random(z.size) < expit(0.9 * z - 0.4)).astype(int), "p": expit(z)}
    assert data["y"].sum() > 10
    report = cecli.fit(data, model="platt")
    again = cecli.fit(cecli.apply(data, fit=report), model="platt", prob="calibrated")
    assert again["slope"] == pytest.approx(1.0, abs=1e-9)
    assert again["intercept"] == pytest.approx(0.0, abs=1e-8)


def test_predictions_that_are_far_too_certain_are_fitted_too():
    data = {"y": [1, 0, 1, 0, 1], "p": [1e-300, 0.2, 0.9, 0.99999999, 0.3]}
    z = np.log(data["p"]) - np.log1p(-np.array(data["p"]))
    theirs = sm.Logit(data["y"], np.stack((z, np.ones(5)), 1)).fit(
        disp=0, start_params=[0, 0], tol=1e-13
    )
    report = cecli.fit(data, model="platt")
    assert report["slope"] == pytest.approx(theirs.params[0], rel=1e-6)
    assert report["intercept"] == pytest.approx(theirs.params[1], rel=1e-6)
    assert cecli.fit(data, model="beta").fit.converged


def test_far_from_the_identity_steps_are_shortened():
    rng = np.random.default_rng(8)
    z = rng.normal(0, 60, 500)
    y = (rng.random(500) < expit(0.02 * z + 0.5)).astype(int)
    report = cecli.fit({"y": y, "p": z}, model="platt", scale="logit")
    steps = report.fit.parts[0].trace
    likelihoods = [step.log_likelihood for step in steps]
    assert likelihoods == sorted(likelihoods)
    assert report.fit.converged
    assert report["slope"] == pytest.approx(0.02, abs=0.01)
