"""Roots of quotients of integers against mpmath."""

import math

import mpmath
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.numerics.sums.roots import root_of_ratio

sizes = st.integers(0, 2000)
integers = st.integers(1, 2**80)


@given(integers, sizes, integers, sizes)
@example(1, 2000, 1, 0)
@example(1, 0, 1, 2000)
@example(2**53 + 1, 0, 1, 0)
def test_a_root_is_that_of_mpmath(top, above, bottom, below):
    found = root_of_ratio(top << above, bottom << below)
    with mpmath.workdps(60):
        exact = mpmath.sqrt(mpmath.mpf(top) / bottom * mpmath.mpf(2) ** (above - below))
        assert found == pytest.approx(float(exact), rel=2.0**-52, abs=5e-324)


@given(integers, integers)
def test_a_root_beyond_the_range_is_infinite_and_that_of_less_than_nothing_is_0(top, bottom):
    assert root_of_ratio(top << 2200, bottom) == math.inf
    assert root_of_ratio(-top, bottom) == root_of_ratio(0, bottom) == 0.0
