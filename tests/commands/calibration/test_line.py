"""Slope, intercept and calibration in the large, against `cecli fit`; why there are none."""

import numpy as np
import pytest

import cecli
from cecli.commands.calibration import plan

NAMES = ("calibration_slope", "calibration_intercept", "calibration_in_the_large")


def report(data, **options):
    return cecli.calibration(data, label="y", prob="p", draws=0, **options)


@pytest.mark.parametrize("form", [None, "weight", "count"])
@pytest.mark.parametrize("kept", [0, 1 << 28])
def test_they_are_those_of_a_fit(form, kept, monkeypatch):
    monkeypatch.setattr(plan, "KEPT_IN_MEMORY", kept)
    rng = np.random.default_rng(1)
    q = rng.beta(2, 5, 3000)
    data = {"y": (rng.random(3000) < q**1.2).astype(int), "p": q, "w": rng.integers(1, 5, 3000)}
    options = {} if form is None else {form: "w"}
    found = report(data, **options)
    line = cecli.fit(data, label="y", prob="p", model="platt", **options)
    shift = cecli.fit(data, label="y", prob="p", model="offset", **options)
    expected = (line["slope"], line["intercept"], shift["intercept"])
    errors = [line.intervals[name].se for name in ("slope", "intercept")]
    errors.append(shift.intervals["intercept"].se)
    for name, value, se in zip(NAMES, expected, errors, strict=True):
        assert found[name] == pytest.approx(value, abs=1e-9)
        assert found.intervals[name].se == pytest.approx(se, rel=1e-8)


@pytest.mark.parametrize(
    ("y", "p", "reason"),
    [
        ([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.8], "separate the classes"),
        ([1, 1, 0, 0], [0.1, 0.2, 0.7, 0.8], "separate the classes"),
        ([0, 1, 0, 1], [0.3, 0.3, 0.3, 0.3], "all predictions are the same"),
        ([1, 1, 1, 1], [0.1, 0.2, 0.7, 0.8], "one class only"),
        ([0, 1, 0, 1], [0.0, 0.3, 0.4, 0.6], "exactly 0 or 1"),
        ([0, 1, 1, 1], [0.2, 0.3, 0.4, 1.0], "exactly 0 or 1"),
    ],
)
def test_a_line_that_does_not_exist_is_undefined_with_its_reason(y, p, reason):
    found = report({"y": y, "p": p})
    assert found["calibration_slope"] is None
    assert any(reason in notice.message for notice in found.notices)


def test_a_shared_cell_can_separate_the_classes_too():
    p = np.array([0.3, 0.3 + 1e-9, 0.3 + 2e-9, 0.3 + 3e-9])
    found = report({"y": [0, 0, 1, 1], "p": p})
    assert found["calibration_slope"] is None
    assert found["auc"] == 1.0


LARGE = [
    ([1, 0, 0, 1], [40.0, -5.0, 3.0, -3.0]),
    ([1, 0, 1, 0, 0, 1, 1, 0], [-40.0, 700.0, 50.0, -200.0, -3.0, -90.0, 0.0, 0.5]),
]


@pytest.mark.parametrize(("y", "z"), LARGE)
def test_logits_whose_probability_rounds_to_1_have_the_line_of_a_fit(y, z):
    data = {"y": y, "p": z}
    found = report(data, scale="logit")
    line = cecli.fit(data, label="y", prob="p", model="platt", scale="logit")
    shift = cecli.fit(data, label="y", prob="p", model="offset", scale="logit")
    expected = (line["slope"], line["intercept"], shift["intercept"])
    for name, value in zip(NAMES, expected, strict=True):
        assert found[name] == pytest.approx(value, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("size", [800.0, 1e6, 1e300])
def test_a_logit_beyond_all_probabilities_is_undefined_with_its_reason(size):
    found = report({"y": [1, 0, 0, 1], "p": [size, -5.0, 3.0, -3.0]}, scale="logit")
    assert all(found[name] is None for name in NAMES)
    assert any("exactly 0 or 1 as a float64" in notice.message for notice in found.notices)


@pytest.mark.parametrize(
    ("y", "p", "scale"),
    [
        ([0, 1, 0, 1], [1e-300, 1e-310, 0.8, 1 - 2.0**-53], "probability"),
        ([1, 0, 1, 0], [-500.0, 500.0, 500.0, -500.0], "logit"),
    ],
)
def test_a_shift_that_the_rows_do_not_tell_is_undefined_for_that_reason(y, p, scale):
    found = report({"y": y, "p": p}, scale=scale)
    assert found["calibration_slope"] is not None
    assert found["calibration_in_the_large"] is None
    (message,) = [n.message for n in found.notices if "calibration_in_the_large" in n.message]
    assert "flat at its maximum" in message
    assert "separate" not in message
