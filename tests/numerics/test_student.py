"""Student's t against scipy."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cecli.numerics.student import quantile, upper_tail

degrees = st.one_of(st.integers(1, 999).map(float), st.just(math.inf))


@given(st.floats(-300.0, 300.0), degrees)
def test_the_tail_is_scipys(t, freedom):
    reference = stats.norm.sf(t) if math.isinf(freedom) else stats.t.sf(t, freedom)
    assert upper_tail(t, freedom) == pytest.approx(reference, rel=1e-11, abs=1e-300)


@given(st.floats(0.5, 0.99999), degrees)
def test_the_quantile_is_scipys(level, freedom):
    reference = stats.norm.ppf(level) if math.isinf(freedom) else stats.t.ppf(level, freedom)
    assert quantile(level, freedom) == pytest.approx(reference, rel=1e-9, abs=1e-12)


def test_the_ends_of_the_line():
    assert [upper_tail(t, 3.0) for t in (math.inf, -math.inf)] == [0.0, 1.0]
