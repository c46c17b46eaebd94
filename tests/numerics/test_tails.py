"""Student's t against mpmath and scipy."""

import math

import mpmath
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from cecli.numerics.tails import hotelling_tail, quantile, tail, upper_tail

degrees = st.one_of(st.integers(1, 999).map(float), st.just(math.inf))


def exact_tail(t: float, freedom: float) -> float:
    """Return what scipy has no digits of near t = 0."""
    with mpmath.workdps(40):
        square = mpmath.mpf(t) ** 2
        if math.isinf(freedom):
            return float(mpmath.erfc(t / mpmath.sqrt(2)) / 2)
        beyond = mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + square), regularized=True)
        return float(beyond / 2 if t > 0 else 1 - beyond / 2)


@given(st.floats(-300.0, 300.0), degrees)
@example(1.9082149292705877e-10, 1.0)
def test_the_tail_is_that_of_mpmath(t, freedom):
    assert upper_tail(t, freedom) == pytest.approx(exact_tail(t, freedom), rel=2e-12, abs=1e-300)


@given(st.floats(0.001, 300.0), degrees)
def test_the_tail_is_scipys(t, freedom):
    reference = stats.norm.sf(t) if math.isinf(freedom) else stats.t.sf(t, freedom)
    assert upper_tail(t, freedom) == pytest.approx(reference, rel=1e-11, abs=1e-300)


@given(st.floats(0.5, 0.99999), degrees)
def test_the_quantile_is_scipys(level, freedom):
    reference = stats.norm.ppf(level) if math.isinf(freedom) else stats.t.ppf(level, freedom)
    assert quantile(level, freedom) == pytest.approx(reference, rel=1e-9, abs=1e-12)


def test_the_ends_of_the_line():
    assert [upper_tail(t, 3.0) for t in (math.inf, -math.inf)] == [0.0, 1.0]
    assert [quantile(0.5, freedom) for freedom in (1.0, 30.0, math.inf)] == [0.0] * 3


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 100, 100_001])
def test_nothing_is_beyond_infinity(degrees):
    assert tail(math.inf, degrees) == stats.chi2.sf(math.inf, degrees) == 0.0


@pytest.mark.parametrize("degrees", [100_001, 10**7, 10**12])
@pytest.mark.parametrize("deviation", [-3.0, 0.0, 1.0, 5.0])
def test_the_tail_of_many_degrees_is_that_of_scipy(degrees, deviation):
    x = degrees + deviation * math.sqrt(2.0 * degrees)
    assert tail(x, degrees) == pytest.approx(stats.chi2.sf(x, degrees), abs=1e-7)


@pytest.mark.parametrize("freedom", [10.0, 1e4, 1e7, 1e9])
@pytest.mark.parametrize("t", [0.3, 1.7, 1.96, 6.0])
def test_the_tail_of_many_degrees_has_the_digits_that_are_stated(t, freedom):
    with mpmath.workdps(40):
        half, x = mpmath.mpf(freedom) / 2, 1 / (1 + mpmath.mpf(t) ** 2 / mpmath.mpf(freedom))
        top = mpmath.log(x) * half - mpmath.log(mpmath.beta(half, 0.5))
        # ∫ u^(ν/2 − 1)/√(1 − u) from 0 to x, with u = x·exp(−s), whose mass is at small s.
        mass = mpmath.quad(
            lambda s: mpmath.exp(-half * s) / mpmath.sqrt(1 - x * mpmath.exp(-s)),
            [0, *(k / half for k in (1, 4, 16, 64, 200))],
        )
        expected = mpmath.exp(top) * mass / 2
    error = 1e-12 if freedom <= 1e4 else 1e-6
    assert upper_tail(t, freedom) == pytest.approx(float(expected), rel=error)


@given(st.integers(1, 60), st.integers(1, 3000), st.floats(0.0, 1.0))
@example(1, 5, 1.0)
@example(3, 5, 0.0)
def test_hotellings_tail_is_that_of_a_beta_distribution(degrees, more, share):
    draws = degrees + more
    expected = stats.beta.sf(share, degrees / 2, more / 2)
    ours = hotelling_tail(share * draws, degrees, draws)
    assert ours == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_hotellings_tail_in_one_dimension_is_that_of_student():
    s = [0.3, -1.2, 2.5, 0.9, 1.1, -0.4]
    statistic = sum(s) ** 2 / sum(x * x for x in s)
    assert hotelling_tail(statistic, 1, 6) == pytest.approx(
        stats.ttest_1samp(s, 0.0).pvalue, rel=1e-12
    )


@settings(max_examples=30)
@given(st.floats(0.5, 1.0 - 1e-9), st.one_of(st.floats(0.2, 1e4), st.just(math.inf)))
@example(1.0 - 2.0**-53, math.inf)
@example(1.0 - 2.0**-53, 1.0)
def test_a_quantile_is_where_the_tail_falls_to_the_rest(level, freedom):
    found = quantile(level, freedom)
    assert upper_tail(found, freedom) <= 1.0 - level or found == 0.0
    below = math.nextafter(found, 0.0) if found else 0.0
    assert upper_tail(below, freedom) >= (1.0 - level) * (1.0 - 1e-12)
