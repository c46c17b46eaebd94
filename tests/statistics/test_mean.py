"""Moments of means against rational arithmetic, row by row."""

import math
from fractions import Fraction

import numpy as np
import pytest
from grouped_rows import BOTH, FIRST, SECOND, chunk, rows
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.statistics.mean import WEIGHT

finite = rows.map(lambda found: [row for row in found if np.isfinite(row[:2]).all()])


def summarized(statistic, rows, *, weighted=True):
    return statistic.summarize(chunk(rows, weighted=weighted))


def by_hand(rows, *, weighted):
    """Return the weights, and both scores, as fractions."""
    x, y, w = ([Fraction(row[place]) for row in rows] for place in range(3))
    return w if weighted else [Fraction(1)] * len(rows), x, y


def mean_of(w, x):
    return sum(a * b for a, b in zip(w, x, strict=True)) / sum(w)


def covariance(w, x, y):
    """Return Σ w²(x − x̄)(y − ȳ)/W² · n/(n − 1)."""
    a, b, n = mean_of(w, x), mean_of(w, y), len(w)
    terms = (k * k * (s - a) * (t - b) for k, s, t in zip(w, x, y, strict=True))
    return sum(terms) / sum(w) ** 2 * Fraction(n, n - 1)


@pytest.mark.parametrize("weighted", [False, True])
@given(finite)
def test_means_and_variances_are_exact(weighted, rows):
    if not rows:
        return
    w, x, _ = by_hand(rows, weighted=weighted)
    found = summarized(FIRST, rows, weighted=weighted)
    weights = summarized(WEIGHT, rows, weighted=weighted)
    assert found.mean == found.finite_mean == mean_of(w, x)
    assert found.total == mean_of(w, x) * sum(w)
    assert (weights.total, weights.mean) == (sum(w), sum(w) / len(w))
    assert weights.effective_rows == sum(w) ** 2 / sum(k * k for k in w)
    expected = covariance(w, x, x) if len(rows) > 1 else None
    assert found.variance_of_mean == expected
    if expected is None:
        assert found.error_of_mean is None
    elif expected < Fraction(10) ** 600:
        root = Fraction(found.error_of_mean)
        assert abs(root**2 - expected) <= expected * Fraction(1, 2**50) + Fraction(2) ** -2140


@pytest.mark.parametrize("weighted", [False, True])
@given(finite)
def test_covariances_and_correlations_are_those_of_fractions(weighted, rows):
    w, x, y = by_hand(rows, weighted=weighted)
    product = summarized(BOTH, rows, weighted=weighted)
    states = [summarized(mean, rows, weighted=weighted) for mean in (FIRST, SECOND)]
    found, correlation = product.covariance_of_means(*states), product.correlation_of_means(*states)
    if len(rows) < 2:
        assert found is correlation is None
        return
    assert found == covariance(w, x, y)
    both = covariance(w, x, x) * covariance(w, y, y)
    square = found**2 / both if both else 0
    size = math.sqrt(square)
    assert correlation == pytest.approx(-size if found < 0 else size, rel=1e-14)


@given(rows)
def test_an_infinite_score_leaves_no_error_and_the_moments_of_the_others(rows):
    infinite = [row for row in rows if np.isinf(row[0])]
    state, product = summarized(FIRST, rows), summarized(BOTH, rows)
    assert state.infinite_rows == len(infinite)
    assert state.infinite_weight == summarized(WEIGHT, infinite).weight
    others = summarized(FIRST, [(0.0 if np.isinf(x) else x, *rest) for x, *rest in rows])
    assert state.weighted_squares == others.weighted_squares
    assert state.weighted_sum == others.weighted_sum
    if infinite:
        assert state.mean == state.total == math.inf
        assert state.error_of_mean is state.variance_of_mean is None
        second = summarized(SECOND, rows)
        for pair in ((state, second), (second, state)):
            assert product.covariance_of_means(*pair) is None
            assert product.correlation_of_means(*pair) is None


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9), st.integers(1, 4)), min_size=1))
def test_a_row_with_a_count_is_as_many_rows(rows):
    x, y, count = map(np.array, zip(*rows, strict=True))
    numbers = {"first": x, "second": y}
    counted = Chunk("f.csv", np.arange(len(x)), numbers | {"count": count.astype(float)})
    copies = {name: np.repeat(values, count) for name, values in numbers.items()}
    written = Chunk("f.csv", np.arange(count.sum()), copies)
    for statistic in (WEIGHT, FIRST, SECOND, BOTH):
        assert statistic.summarize(counted) == statistic.summarize(written)


def test_what_does_not_vary_is_correlated_with_nothing():
    rows = [(0.1, float(place), 0.3, 0, 0) for place in range(4)]
    x, y = (summarized(mean, rows) for mean in (FIRST, SECOND))
    assert x.variance_of_mean == x.error_of_mean == 0.0
    assert summarized(BOTH, rows).correlation_of_means(x, y) == 0.0
