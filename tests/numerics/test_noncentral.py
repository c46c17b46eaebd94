"""The noncentral chi-squared distribution, against scipy and by its definition."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, ncx2

from cecli.numerics.noncentral import noncentral_tail, noncentralities

degrees = st.integers(1, 12)


@settings(max_examples=60)
@given(degrees, st.floats(1e-6, 3000.0), st.floats(-6.0, 6.0))
def test_the_tail_is_scipys(k, noncentrality, deviations):
    spread = math.sqrt(2 * k + 4 * noncentrality)
    x = max(0.0, k + noncentrality + deviations * spread)
    expected = ncx2.sf(x, k, noncentrality)
    assert noncentral_tail(x, k, noncentrality) == pytest.approx(expected, abs=1e-12)


@given(degrees, st.floats(0.0, 200.0))
def test_without_noncentrality_it_is_chi_squared(k, x):
    assert noncentral_tail(x, k, 0.0) == pytest.approx(chi2.sf(x, k), abs=1e-13)


@settings(max_examples=30)
@given(degrees, st.floats(0.0, 500.0), st.sampled_from([0.8, 0.95, 0.99]))
def test_each_end_leaves_half_of_the_rest_beyond_the_draw(k, x, level):
    low, high = noncentralities(x, k, level)
    beyond = (1 - level) / 2
    assert low <= x <= high
    if low > 0.0:
        assert ncx2.sf(x, k, low) == pytest.approx(beyond, rel=1e-8)
    else:
        assert chi2.sf(x, k) >= beyond
    assert ncx2.cdf(max(x, k), k, high) == pytest.approx(beyond, rel=1e-8)


def test_a_large_draw_costs_no_more_and_is_nearly_normal():
    low, high = noncentralities(1e8, 2, 0.95)
    assert math.sqrt(low) == pytest.approx(1e4 - 1.95996, abs=1e-3)
    assert math.sqrt(high) == pytest.approx(1e4 + 1.95996, abs=1e-3)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_a_draw_just_beyond_the_quantile_has_a_lower_end_next_to_zero(level):
    # Twice an exponential draw has two degrees of freedom.
    quantile = -2.0 * math.log((1 - level) / 2)
    assert noncentralities(quantile * (1 - 1e-14), 2, level)[0] == 0.0
    assert 0.0 < noncentralities(quantile * (1 + 1e-14), 2, level)[0] < 1e-12
