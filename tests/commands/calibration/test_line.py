"""Slope, intercept and calibration in the large, against `cecli fit`; why there are none."""

import numpy as np
import pytest

import cecli
from cecli.commands.calibration import plan
from cecli.commands.calibration.kept import KeptRows

NAMES = ("calibration_slope", "calibration_intercept", "calibration_in_the_large")


def report(data, **options):
    return cecli.calibration(data, label="y", prob="p", draws=0, **options)


@pytest.mark.parametrize("form", [None, "weight", "count"])
@pytest.mark.parametrize("kept", [0, 1 << 28])
def test_they_are_those_of_a_fit(form, kept, monkeypatch):
    monkeypatch.setattr(plan, "KEPT", KeptRows(kept))
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
