"""A fit reports the calibration that its recalibrated predictions have, on the same rows."""

import numpy as np
import pytest
from scipy.special import expit, logit

import cecli

NAMES = ("miscalibration", "ecce")


def sample(rows=600):
    rng = np.random.default_rng(5)
    z = rng.normal(-1.0, 1.5, rows)
    y = (rng.random(rows) < expit(0.6 * z + 0.4)).astype(int)
    return {"y": y, "p": expit(z), "w": rng.lognormal(0.0, 0.5, rows)}


@pytest.mark.parametrize("options", [{}, {"weight": "w"}])
@pytest.mark.parametrize("model", ["platt", "temperature", "offset"])
def test_it_is_the_calibration_of_the_recalibrated_predictions(model, options):
    data = sample()
    fitted = cecli.fit(data, label="y", prob="p", model=model, **options)
    z = logit(data["p"]) / (fitted["temperature"] if model == "temperature" else 1.0)
    slope = fitted["slope"] if model == "platt" else 1.0
    shift = 0.0 if model == "temperature" else fitted["intercept"]
    after = {**data, "p": expit(slope * z + shift)}
    for rows, prefix in ((data, ""), (after, "calibrated_")):
        report = cecli.calibration(rows, label="y", prob="p", draws=0, **options)
        for name in NAMES:
            lower = fitted.metrics.get(f"{prefix}{name}_lower", fitted[prefix + name])
            upper = fitted.metrics.get(f"{prefix}{name}_upper", fitted[prefix + name])
            assert lower - 1e-12 <= report[name] <= upper + 1e-12, name
            assert fitted[prefix + name] == pytest.approx(report[name], abs=5e-4), name
    assert fitted["calibrated_ecce"] < fitted["ecce"]


def test_isotonic_regression_leaves_nothing_to_win_on_its_own_rows():
    report = cecli.fit(sample(), label="y", prob="p", model="isotonic")
    assert report["miscalibration"] == pytest.approx(report["calibration_loss"], rel=1e-2)
    assert report["calibrated_miscalibration"] == pytest.approx(0.0, abs=1e-12)
    assert report["calibrated_ecce"] == pytest.approx(0.0, abs=1e-12)


def test_a_fit_that_reverses_the_order_is_judged_by_its_own_order():
    data = sample()
    reversed_ = {**data, "p": 1.0 - data["p"]}
    first = cecli.fit(data, label="y", prob="p", model="platt")
    second = cecli.fit(reversed_, label="y", prob="p", model="platt")
    assert second["slope"] < 0 < first["slope"]
    for name in NAMES:
        expected = pytest.approx(first[f"calibrated_{name}"], rel=1e-2)
        assert second[f"calibrated_{name}"] == expected
    assert second["miscalibration"] > first["miscalibration"]


def test_several_classes_have_no_order():
    data = {"y": list("aabcbc") * 9, "p_a": [0.5, 0.3, 0.2] * 18, "p_b": [0.3, 0.4, 0.3] * 18}
    data["p_c"] = [0.2, 0.3, 0.5] * 18
    report = cecli.fit(data, label="y", prob="p_*", model="temperature")
    assert "ecce" not in report.metrics
