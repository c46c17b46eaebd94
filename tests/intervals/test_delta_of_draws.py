"""The spread of functions of means, of rows and of what holds several, against loops in numpy."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from grouped_rows import FIRST, SECOND, chunk
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.by_row import FileRowDraws
from cecli.intervals.clusters import Clusters, degrees_of
from cecli.intervals.delta import (
    FEW_ROWS,
    IndependentRows,
    are_finite,
    error_of,
    normal_interval,
    square_root,
    without_rounding,
)
from cecli.intervals.weighted import LARGEST_MEAN, LEAST_MEAN, WeightedRows, correction
from cecli.options.scoring import CLUSTER
from cecli.statistics.group_totals import GroupTotals
from cecli.statistics.mean import WEIGHT

CLUSTERS = Clusters(GroupTotals((CLUSTER,), (FIRST, SECOND), "preds.csv", 100))
SLOPES = {FIRST: 2.0, SECOND: Fraction(-3, 4)}
DRAWS = [IndependentRows(), WeightedRows(), CLUSTERS, FileRowDraws()]


def states_of(draws, chunk):
    statistics = [WEIGHT, FIRST, SECOND, *draws.statistics([FIRST, SECOND])]
    return States({statistic: statistic.summarize(chunk) for statistic in statistics})


def rows_of(seed, size=60):
    """Return rows of two scores, a weight, and the codes of two groups."""
    rng = np.random.default_rng(seed)
    columns = (rng.normal(size=size), rng.exponential(size=size), rng.integers(1, 9, size) * 0.5)
    codes = rng.integers(0, 3, (2, size))
    return [*zip(*columns, *codes, strict=True)]


def residuals(rows):
    """Return w(2x − 3y/4 − mean), and the weights."""
    x, y, w = (np.array([row[place] for row in rows]) for place in range(3))
    score = 2.0 * x - 0.75 * y
    return w * (score - np.average(score, weights=w)), w


def by_group(groups, *columns):
    return [np.array([x[groups == g].sum() for g in np.unique(groups)]) for x in columns]


def test_clusters_have_the_variance_and_the_degrees_of_bell_and_mccaffrey():
    rows = rows_of(1)
    r, w = by_group(np.array([row[4] for row in rows]), *residuals(rows))
    found = CLUSTERS.spread(SLOPES, states_of(CLUSTERS, chunk(rows)))
    share = w / w.sum()
    assert found.se == pytest.approx(math.sqrt((r**2 / (1 - share)).sum()) / w.sum(), rel=1e-12)
    # Of a working model with variances in proportion to the weights, by matrices.
    center = np.eye(3) - np.outer(np.ones(3), share)
    adjusted = np.diag(share / np.sqrt(1 - share)) @ center
    spread = adjusted @ np.diag(1 / share) @ adjusted.T
    degrees = np.trace(spread) ** 2 / np.trace(spread @ spread)
    assert found.degrees == pytest.approx(degrees, rel=1e-9)
    states = states_of(CLUSTERS, chunk(rows))
    assert CLUSTERS.number(states) == 3
    assert CLUSTERS.effective(states) == pytest.approx(1 / (share**2).sum(), rel=1e-12)


@pytest.mark.parametrize("number", [2, 3, 999, 1003, 5000])
def test_equal_clusters_have_one_degree_of_freedom_less_unless_they_are_many(number):
    found = degrees_of(np.full(number, 1.0 / number))
    assert found == (math.inf if number > FEW_ROWS else pytest.approx(number - 1, rel=1e-9))


def test_one_cluster_or_one_with_all_the_weight_tells_nothing():
    alone = [(*row[:4], 0) for row in rows_of(2, 5)]
    heavy = [(1.0, 2.0, 1e300, 0, 0), (2.0, 1.0, 1e-10, 0, 1)]
    for rows in (alone, heavy):
        states = states_of(CLUSTERS, chunk(rows))
        assert CLUSTERS.spread(SLOPES, states) is None
        assert math.isnan(CLUSTERS.degrees(states))


def test_rows_of_a_file_add_up_their_events_first():
    rows = rows_of(3)
    lines = np.sort(np.random.default_rng(3).integers(0, 20, len(rows)))
    plain = chunk(rows)
    events = Chunk(plain.source, lines, plain.numbers, plain.texts)
    r, w = by_group(lines, *residuals(rows))
    draws = FileRowDraws()
    states = states_of(draws, events)
    effective = w.sum() ** 2 / (w**2).sum()
    expected = math.sqrt((r**2).sum() / w.sum() ** 2 * effective / (effective - 1))
    found = draws.spread(SLOPES, states)
    assert found.se == pytest.approx(expected, rel=1e-12)
    assert found.degrees == pytest.approx(effective - 1, rel=1e-12)
    assert (draws.number(states), draws.effective(states)) == (
        len(set(lines)),
        pytest.approx(effective, rel=1e-12),
    )
    one = Chunk(plain.source, np.zeros_like(lines), plain.numbers, plain.texts)
    assert draws.spread(SLOPES, states_of(draws, one)) is None


def test_weights_are_corrected_as_by_the_matrices_of_bell_and_mccaffrey():
    rows = rows_of(4, 12)
    r, w = residuals(rows)
    share, n = w / w.sum(), len(w)
    # E Σ h²(x − x̄)² of rows of variance 1, and the moments of that form of normal rows.
    center = np.eye(n) - np.outer(np.ones(n), share)
    form = center.T @ np.diag(share**2) @ center
    variance = (share**2).sum()
    draws = WeightedRows()
    found = draws.spread(SLOPES, states_of(draws, chunk(rows)))
    expected = ((share * r / w) ** 2).sum() * variance / np.trace(form)
    assert found.se == pytest.approx(math.sqrt(expected), rel=1e-12)
    assert found.degrees == pytest.approx(np.trace(form) ** 2 / np.trace(form @ form), rel=1e-9)


def scaled(rows, scale):
    return [(*row[:2], row[2] * scale, *row[3:]) for row in rows]


@pytest.mark.parametrize("scale", [LEAST_MEAN, 2.0**-300, 2.0**300, LARGEST_MEAN / 8.0])
def test_the_scale_of_weights_changes_no_bit_of_a_spread(scale):
    draws, rows = WeightedRows(), rows_of(5)
    found = draws.spread(SLOPES, states_of(draws, chunk(scaled(rows, scale))))
    assert found == draws.spread(SLOPES, states_of(draws, chunk(rows)))
    assert found.degrees < len(rows) - 2


@pytest.mark.parametrize("scale", [LEAST_MEAN / 8.0, 2.0**-1050, LARGEST_MEAN, 2.0**1010])
def test_weights_beyond_the_range_of_their_powers_leave_no_spread(scale):
    draws = WeightedRows()
    states = states_of(draws, chunk(scaled(rows_of(5), scale)))
    assert correction(states) is draws.spread(SLOPES, states) is None
    assert math.isnan(draws.degrees(states))


@pytest.mark.parametrize("most", [1e2, 1e4, 1234567.891, 1.23456789e15, 1.23456789e120])
def test_a_row_that_outweighs_all_others_leaves_no_more_degrees_than_bell_and_mccaffrey(most):
    weights = [most, 0.1, 0.7, 1.3]
    with mpmath.workdps(1000):
        total = mpmath.fsum(map(mpmath.mpf, weights))
        share = [mpmath.mpf(w) / total for w in weights]
        center = mpmath.matrix(4, 4)
        for i, j in np.ndindex(4, 4):
            center[i, j] = int(i == j) - share[j]
        form = center.T * mpmath.diag([h**2 for h in share]) * center
        squared = form * form
        trace, of_square = (mpmath.fsum(m[i, i] for i in range(4)) for m in (form, squared))
        degrees = float(trace**2 / of_square)
    rows = [(x, 0.0, w, 0, 0) for x, w in zip([1.0, 2.0, 0.5, 3.0], weights, strict=True)]
    draws = WeightedRows()
    found = draws.degrees(states_of(draws, chunk(rows)))
    assert 1.0 <= found <= degrees * (1.0 + 1e-6)
    assert most > 1e2 or found == pytest.approx(degrees, rel=1e-5)


def test_equal_weights_need_no_correction_and_one_row_has_none():
    draws, rows = WeightedRows(), [(*row[:2], 0.1, *row[3:]) for row in rows_of(6)]
    found = correction(states_of(draws, chunk(rows)))
    assert found.factor == pytest.approx(1.0, rel=1e-12)
    assert found.degrees == pytest.approx(len(rows) - 1, rel=1e-12)
    one = states_of(draws, chunk(rows[:1]))
    assert correction(one) is draws.spread(SLOPES, one) is None


@pytest.mark.parametrize("draws", DRAWS, ids=lambda draws: type(draws).__name__)
def test_infinite_scores_or_slopes_leave_no_spread(draws):
    rows = rows_of(7)
    states = states_of(draws, chunk([(np.inf, *rows[0][1:]), *rows[1:]]))
    assert draws.spread(SLOPES, states) is None
    assert draws.spread({SECOND: 1.0}, states) is not None
    for slope in (math.inf, math.nan, Fraction(10) ** 400):
        assert not are_finite({FIRST: 1.0, SECOND: slope})
        assert draws.spread({SECOND: slope}, states) is None
    assert draws.at_level(0.5).level == 0.5


@pytest.mark.parametrize("draws", DRAWS, ids=lambda draws: type(draws).__name__)
def test_a_spread_beyond_the_range_of_floats_is_never_a_number(draws):
    rows = [(x, 0.0, 1.0, 0, place % 3) for place, x in enumerate([1e300, 2e300, 4e300])]
    states = states_of(draws, chunk(rows))
    found = draws.spread({FIRST: 1e200}, states)
    assert found is None or found.se == math.inf
    assert math.isfinite(draws.spread({FIRST: 1e-200}, states).se)


@pytest.mark.parametrize("draws", DRAWS, ids=lambda draws: type(draws).__name__)
def test_scores_that_differ_by_rounding_alone_have_no_spread(draws):
    rng = np.random.default_rng(8)
    for off, is_rounding in ((2.0**-52, True), (2.0**-40, False)):
        scores = 1.0 + off * rng.integers(0, 4, 50)
        rows = [(x, 1.0, 1.0, 0, place % 3) for place, x in enumerate(scores)]
        found = draws.spread({FIRST: 1e-6}, states_of(draws, chunk(rows)))
        assert (found.se == 0.0) == is_rounding


def test_what_counts_as_rounding_grows_with_the_root_of_the_rows():
    states = States({FIRST: FIRST.summarize(chunk([(3.0, 0.0, 1.0, 0, 0)]))})
    limit = 2.0**-48 * 3.0 / math.sqrt(25)
    assert without_rounding(limit * 0.999, 25, {FIRST: 1.0}, states) == 0.0
    assert without_rounding(limit * 1.001, 25, {FIRST: 1.0}, states) == limit * 1.001


sizes = st.integers(0, 3000)


@given(st.integers(1, 2**80), sizes, st.integers(1, 2**80), sizes)
@example(1, 0, 1, 2140)
@example(1, 2046, 1, 0)
def test_a_square_root_is_that_of_mpmath_even_where_the_number_is_out_of_range(
    top, above, bottom, below
):
    with mpmath.workdps(60):
        exact = mpmath.sqrt(mpmath.mpf(top) / bottom * mpmath.mpf(2) ** (above - below))
        expected = float(exact) if exact < mpmath.mpf(2) ** 1024 else math.inf
    found = square_root(Fraction(top << above, bottom << below))
    assert found == pytest.approx(expected, rel=2.0**-51, abs=5e-324)


@given(st.lists(st.floats(-5.0, 5.0), min_size=2, max_size=2), st.floats(-1.0, 1.0))
def test_an_error_is_the_root_of_a_quadratic_form(slopes, shared):
    se = np.array([0.5, 2.0])
    covariance = np.array([[1.0, shared], [shared, 1.0]]) * np.outer(se, se)
    errors = dict(zip((FIRST, SECOND), se, strict=True))
    found = error_of(dict(zip((FIRST, SECOND), slopes, strict=True)), errors.get, lambda *_: shared)
    expected = np.array(slopes) @ covariance @ slopes
    assert found**2 == pytest.approx(max(expected, 0.0), rel=1e-9, abs=1e-12)


def test_an_error_needs_all_errors_and_correlations_and_may_be_infinite():
    slopes = {FIRST: 1.0, SECOND: 1.0}
    assert error_of(slopes, lambda _: None, lambda *_: 0.0) is None
    assert error_of(slopes, lambda _: 1.0, lambda *_: None) is None
    assert error_of(slopes, lambda _: 0.0, lambda *_: None) == 0.0
    assert error_of(slopes, lambda _: math.inf, lambda *_: None) == math.inf


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_a_normal_interval_is_scipys(level):
    found = normal_interval(3.0, 0.25, level)
    expected = stats.norm.interval(level, 3.0, 0.25)
    assert (found.lower, found.upper) == pytest.approx(expected, rel=1e-12)
    assert (found.se, found.level) == (0.25, level)
    beyond = normal_interval(1.5e308, 1e308, level)
    assert beyond.se is beyond.lower is beyond.upper is None
