"""The difference of losses is that of miscalibration, less that of discrimination."""

import math

import numpy as np
import pytest

import cecli

NAMES = ("difference_miscalibration", "difference_discrimination")


def sample(size=3000):
    rng = np.random.default_rng(3)
    q = rng.beta(2, 5, size)
    extreme = 1 / (1 + ((1 - q) / q) ** 2)
    return {
        "y": (rng.random(size) < q).astype(int),
        "a": q,
        "b": extreme,
        "c": np.clip(q + rng.normal(0, 0.1, size), 0.01, 0.99),
        "w": rng.lognormal(0, 1, size),
    }


@pytest.mark.parametrize("options", [{}, {"weight": "w"}])
@pytest.mark.parametrize("other", ["b", "c"])
def test_each_part_is_the_difference_of_the_parts_of_both_models(other, options):
    data = sample()
    found = cecli.compare(data, label="y", prob=["a", other], decompose=True, **options)
    alone = [
        cecli.calibration(data, label="y", prob=name, draws=0, **options) for name in ("a", other)
    ]
    for name in NAMES:
        part = name.removeprefix("difference_")
        expected = alone[1][part] - alone[0][part]
        bounds = [found.metrics.get(f"{name}{end}", found[name]) for end in ("_lower", "_upper")]
        assert bounds[0] - 1e-12 <= expected <= bounds[1] + 1e-12
        assert found[name] == pytest.approx(expected, abs=1e-4)
    both = found["difference_miscalibration"] - found["difference_discrimination"]
    assert both == pytest.approx(found["difference"], abs=1e-12)


def test_a_monotone_change_is_miscalibration_alone():
    found = cecli.compare(sample(), label="y", prob=["a", "b"], decompose=True)
    assert found["difference_discrimination"] == pytest.approx(0.0, abs=1e-4)
    assert found["difference_miscalibration"] == pytest.approx(found["difference"], abs=1e-4)


def test_several_models_are_numbered_and_units_apply():
    data = sample()
    nats = cecli.compare(data, label="y", prob=["a", "b", "c"], decompose=True)
    bits = cecli.compare(data, label="y", prob=["a", "b", "c"], decompose=True, units="bits")
    for number in (2, 3):
        name = f"difference_miscalibration_{number}"
        assert bits[name] == pytest.approx(nats[name] / math.log(2.0))


def test_two_inputs_are_split_alike():
    data = sample()
    first = {"y": data["y"], "p": data["a"]}
    second = {"y": data["y"], "p": data["c"]}
    one = cecli.compare(data, label="y", prob=["a", "c"], decompose=True)
    two = cecli.compare(first, second, label="y", prob="p", decompose=True)
    assert [two[name] for name in NAMES] == [one[name] for name in NAMES]


def test_an_infinite_difference_leaves_miscalibration_undefined():
    data = {"y": [1, 0, 1], "a": [0.5, 0.4, 0.6], "b": [0.0, 0.2, 0.9]}
    found = cecli.compare(data, label="y", prob=["a", "b"], decompose=True)
    assert found["difference_miscalibration"] is None
    assert found["difference_discrimination"] is not None


def test_several_classes_are_refused():
    data = {"y": ["u", "v"], **{f"{m}_{k}": [0.5, 0.5] for m in "ab" for k in "uv"}}
    with pytest.raises(cecli.UsageError, match="--decompose needs models with one column"):
        cecli.compare(data, label="y", prob=["a_*", "b_*"], decompose=True)
