"""Tests of two samples, against SciPy."""

import numpy as np
import pytest
from scipy import special, stats

from cecli.numerics.two_samples import (
    chi_squared_quantile,
    homogeneity,
    kolmogorov_tail,
    largest_difference_tail,
    log_gamma,
)


@pytest.mark.parametrize("x", [0.0, 1e-170, 0.12, 0.13, 0.3, 0.999, 1.0, 1.4, 3.0, 6.0])
def test_the_tail_of_kolmogorov_is_that_of_scipy(x):
    assert kolmogorov_tail(x) == pytest.approx(special.kolmogorov(x), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(("n", "m", "shift"), [(3, 3, 9), (10, 7, 0.5), (60, 90, 0.4), (200, 5, 2)])
def test_few_rows_are_tested_exactly(n, m, shift):
    rng = np.random.default_rng(n)
    found = stats.ks_2samp(rng.normal(size=n), rng.normal(size=m) + shift, method="exact")
    ours = largest_difference_tail(float(found.statistic), float(n), float(m))
    assert ours == pytest.approx(found.pvalue, rel=1e-10)


def test_no_difference_is_what_chance_always_reaches():
    assert largest_difference_tail(0.0, 3.0, 4.0) == largest_difference_tail(0.0, 3.5, 4.0) == 1.0


def test_many_rows_are_tested_by_the_limit():
    rng = np.random.default_rng(1)
    found = stats.ks_2samp(rng.normal(size=3000), rng.normal(size=5000) + 0.05, method="exact")
    ours = largest_difference_tail(float(found.statistic), 3000.0, 5000.0)
    assert ours == pytest.approx(found.pvalue, rel=0.03)


@pytest.mark.parametrize("degrees", [1, 2, 9, 99])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_quantiles_of_chi_squared_are_those_of_scipy(degrees, level):
    assert chi_squared_quantile(level, degrees) == pytest.approx(
        stats.chi2.ppf(level, degrees), rel=1e-12
    )


def test_homogeneity_is_the_chi_squared_of_a_table_of_counts():
    counts = np.array([[10, 20, 31, 7], [12, 9, 40, 11]])
    expected = stats.chi2_contingency(counts, correction=False).statistic
    assert homogeneity(*counts.astype(float).tolist()) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("x", [0.01, 0.5, 1.0, 2.5, 15.9, 16.0, 1e3, 1e9])
def test_the_logarithm_of_gamma_is_that_of_scipy(x):
    assert log_gamma(x) == pytest.approx(special.gammaln(x), rel=1e-13, abs=1e-14)
