"""Logarithms against fifty digits, and their compiled forms against numpy's, bit for bit."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.numerics.distributions import logarithm

positive = st.floats(0.0, exclude_min=True, allow_infinity=False)
above_minus_one = st.floats(-1.0, exclude_min=True, allow_infinity=False)


@pytest.fixture(params=["compiled", "numpy"], autouse=True)
def form(request, monkeypatch):
    if request.param == "numpy":
        monkeypatch.setattr(logarithm, "elementary", None)
    elif logarithm.elementary is None:
        pytest.skip("not compiled here")


def ulps(found, exact):
    """Return how many units in the last place a number is off."""
    return float(abs(mpmath.mpf(found) - exact) / mpmath.mpf(math.ulp(found)))


@given(positive)
@example(5e-324)
@example(2.0**-1022)
@example(math.nextafter(1.0, 0.0))
@example(math.nextafter(math.sqrt(0.5), 0.0))
@example(math.nextafter(1.0, 2.0))
@example(1.7976931348623157e308)
def test_a_logarithm_is_within_its_error(x):
    with mpmath.workdps(50):
        found = float(logarithm.log(np.array([x]))[0])
        assert ulps(found, mpmath.log(mpmath.mpf(x))) <= 0.9


@given(above_minus_one)
@example(5e-324)
@example(-5e-324)
@example(2.0**-53)
@example(-(2.0**-54))
@example(-math.nextafter(1.0, 0.0))
@example(1.0)
@example(1.7976931348623157e308)
def test_log1p_is_within_its_error(x):
    with mpmath.workdps(400):
        found = float(logarithm.log1p(np.array([x]))[0])
        assert ulps(found, mpmath.log1p(mpmath.mpf(x))) <= 1.5


def test_the_ends_of_the_range_are_exact():
    x = np.array([0.0, -0.0, 1.0, np.inf, np.nan, -1.0, -np.inf])
    expected = [-np.inf, -np.inf, 0.0, np.inf, np.nan, np.nan, np.nan]
    np.testing.assert_array_equal(logarithm.log(x), expected)
    np.testing.assert_array_equal(
        logarithm.log1p(np.array([-1.0, 0.0, -2.0])), [-np.inf, 0.0, np.nan]
    )


KNOWN = {
    0.1: "-0x1.26bb1bbb55515p+1",
    0.3333333333333333: "-0x1.193ea7aad030bp+0",
    0.7: "-0x1.6d3c324e13f50p-2",
    0.9999999999999999: "-0x1.0000000000000p-53",
    1e-300: "-0x1.5963447f87fb5p+9",
    3.5: "0x1.40b512eb53d60p+0",
}


def test_known_bits_are_those_of_every_machine():
    found = logarithm.log(np.array(list(KNOWN)))
    assert [value.hex() for value in found.tolist()] == list(KNOWN.values())


@pytest.mark.parametrize("shape", [(0,), (7,), (3, 5), (2, 3, 4)])
def test_shapes_are_kept(shape):
    x = np.random.default_rng(1).random(shape)
    for function in (logarithm.log, logarithm.log1p):
        found = function(x)
        assert found.shape == shape
        assert found.ravel().tolist() == [function(np.array([v]))[0] for v in x.ravel().tolist()]


def test_an_array_need_not_be_contiguous():
    x = np.random.default_rng(1).random((6, 4))
    np.testing.assert_array_equal(logarithm.log(x.T[::2]), logarithm.log(x.T[::2].copy()))
