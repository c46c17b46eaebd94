"""Exponentials against many digits, and their compiled forms against numpy's, bit for bit."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.numerics.distributions import exponential

MOST, LEAST = 709.782712893384, -745.1332191019411


@pytest.fixture(params=["compiled", "numpy"], autouse=True)
def form(request, monkeypatch):
    if request.param == "numpy":
        monkeypatch.setattr(exponential, "elementary", None)
    elif exponential.elementary is None:
        pytest.skip("not compiled here")


def ulps(found, exact):
    """Return how many units in the last place a number is off."""
    return float(abs(mpmath.mpf(found) - exact) / mpmath.mpf(math.ulp(float(exact))))


def one(function, x):
    return float(function(np.array([x]))[0])


@given(st.floats(LEAST, MOST))
@example(5e-324)
@example(-5e-324)
@example(MOST)
@example(LEAST)
@example(-708.3964185322641)
@example(math.log(2.0) / 2.0)
@example(1.5 * math.log(2.0))
def test_an_exponential_is_within_its_error(x):
    with mpmath.workdps(50):
        assert ulps(one(exponential.exp, x), mpmath.exp(mpmath.mpf(x))) <= 0.7


@given(st.floats(-80.0, MOST) | st.floats(-2.0, 2.0))
@example(5e-324)
@example(-5e-324)
@example(2.0**-1022)
@example(2.0**-54)
@example(-(2.0**-54))
@example(-math.log(2.0) / 2.0)
@example(math.log(1.25))
@example(37.4)
@example(MOST)
def test_expm1_is_within_its_error(x):
    with mpmath.workdps(400):
        assert ulps(one(exponential.expm1, x), mpmath.expm1(mpmath.mpf(x))) <= 0.9


def test_the_ends_of_the_range_are_exact():
    x = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 709.7827128933841, -745.1332191019412])
    np.testing.assert_array_equal(exponential.exp(x), [1.0, 1.0, np.inf, 0.0, np.nan, np.inf, 0.0])
    np.testing.assert_array_equal(
        exponential.expm1(x), [0.0, 0.0, np.inf, -1.0, np.nan, np.inf, -1.0]
    )
    assert np.signbit(exponential.expm1(np.array([-0.0])))[0]


KNOWN = {
    -700.5: ("0x1.4ff475c68ca02p-1011", "-0x1.0000000000000p+0"),
    -0.75: ("0x1.e3b40ebefcd7ep-2", "-0x1.0e25f8a081941p-1"),
    0.1: ("0x1.1aec7b35a00d4p+0", "0x1.aec7b35a00d3ap-4"),
    0.3333333333333333: ("0x1.6546db1ba2d13p+0", "0x1.951b6c6e8b44cp-2"),
    1e-9: ("0x1.000000044b830p+0", "0x1.12e0be84bbb51p-30"),
    33.25: ("0x1.f553e375c68ecp+47", "0x1.f553e375c68ccp+47"),
}


def test_known_bits_are_those_of_every_machine():
    x = np.array(list(KNOWN))
    found = zip(exponential.exp(x).tolist(), exponential.expm1(x).tolist(), strict=True)
    assert [(a.hex(), b.hex()) for a, b in found] == list(KNOWN.values())


@pytest.mark.parametrize("shape", [(0,), (7,), (3, 5), (2, 3, 4)])
def test_shapes_are_kept(shape):
    x = np.random.default_rng(1).normal(size=shape)
    for function in (exponential.exp, exponential.expm1):
        found = function(x)
        assert found.shape == shape
        assert found.ravel().tolist() == [one(function, v) for v in x.ravel().tolist()]
