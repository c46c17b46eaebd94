"""Tails of skewed sums, against SciPy and against sums of rare events."""

import math

import mpmath
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from cecli.numerics.skewed import SYMMETRIC, lower_gamma, skewed_tail, two_tails, upper_gamma

shapes = st.floats(-3.0, 5.0).map(lambda power: 10.0**power)
deviations = st.floats(-6.0, 8.0)


@given(shapes, deviations)
def test_tails_of_the_gamma_distribution_are_scipys(shape, z):
    x = max(1e-6, shape + z * math.sqrt(shape))
    gamma = stats.gamma(shape)
    assert upper_gamma(shape, x) == pytest.approx(gamma.sf(x), rel=1e-9, abs=1e-13)
    assert lower_gamma(shape, x) == pytest.approx(gamma.cdf(x), rel=1e-9, abs=1e-13)


# Below this skewness, SciPy's lower tail has hardly six digits.
NEARLY_NORMAL = 0.02


def of_scipy(z, skewness):
    law = stats.pearson3(skewness)
    return law.sf(abs(z)) + law.cdf(-abs(z))


def by_quadrature(z, skewness):
    """Return both tails by 30-digit integration of the density, out to 40 standard deviations."""
    with mpmath.workdps(30):
        shape = 4 / mpmath.mpf(skewness) ** 2
        unit, scale = mpmath.sqrt(shape), mpmath.loggamma(shape)

        def density(t):
            return mpmath.exp((shape - 1) * mpmath.log(t) - t - scale)

        steps = range(0, 41, 2)
        above = [shape + (z + k) * unit for k in steps]
        below = [shape - (z + k) * unit for k in reversed(steps)]
        return float(mpmath.quad(density, above) + mpmath.quad(density, below))


@settings(max_examples=40, deadline=None)
@given(st.floats(-12.0, 12.0), st.floats(-3.0, 3.0))
@example(5.0, 0.002)
def test_both_tails_are_pearsons(z, skewness):
    if abs(skewness) < SYMMETRIC:
        skewness = 0.0
    is_hard = 0.0 < abs(skewness) < NEARLY_NORMAL
    expected = by_quadrature(abs(z), abs(skewness)) if is_hard else of_scipy(z, skewness)
    assert two_tails(z, skewness) == pytest.approx(min(1.0, expected), rel=1e-7, abs=1e-14)


def test_where_skewness_is_taken_for_none_it_hardly_matters():
    normal, skewed = two_tails(5.0, 0.99 * SYMMETRIC), two_tails(5.0, 1.01 * SYMMETRIC)
    assert normal == pytest.approx(skewed, rel=2e-3)


@given(st.integers(1, 30), st.floats(0.0, 200.0))
def test_with_the_cumulants_of_chi_squared_it_is_chi_squared(k, x):
    expected = stats.chi2.sf(x, k)
    assert skewed_tail(x, k, 2 * k, 8 * k) == pytest.approx(expected, rel=1e-9, abs=1e-14)


def test_what_is_infinitely_far_has_no_chance():
    assert two_tails(math.inf, 0.5) == two_tails(-math.inf, 0.0) == 0.0
