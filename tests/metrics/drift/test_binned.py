"""The bins of a reference, and the bracket of the largest difference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cecli.core.chunk import Chunk
from cecli.metrics.drift.binned import bins_of, of_numbers
from cecli.numerics.cells.real_keys import numbers_at
from cecli.statistics.cells.number_cells import NumberCells

VALUES = st.lists(st.floats(-9, 9).map(lambda x: round(x, 2)), min_size=1, max_size=60)


def state_of(values, most, borders=()):
    x = np.array(values, dtype=np.float64)
    return NumberCells("x", (), borders, most).summarize(Chunk("rows", np.arange(len(x)), {"x": x}))


@given(VALUES, VALUES, st.integers(2, 40), st.integers(2, 6))
def test_the_largest_difference_is_within_its_bounds_and_no_row_leaves_its_bin(a, b, most, number):
    then = state_of(a, most)
    bins = bins_of(then, number, 0)
    found = of_numbers(then, state_of(b, most, bins.borders), bins)
    lower, upper = found.ends
    exact = max(abs(np.mean([x <= at for x in a]) - np.mean([x <= at for x in b])) for at in a + b)
    assert lower - 1e-12 <= exact <= upper + 1e-12
    for each in found.bins:
        for values, weight in ((a, each.reference), (b, each.current)):
            x = np.array(values)
            assert ((x >= each.low) & (x < each.high)).sum() == weight


def test_many_values_are_bracketed_narrowly():
    rng = np.random.default_rng(8)
    a, b = rng.uniform(5, 6, 9000), rng.uniform(5.02, 6.01, 9000)
    then = state_of(a, 500)
    bins = bins_of(then, 10, 9000)
    lower, upper = of_numbers(then, state_of(b, 500, bins.borders), bins).ends
    exact = stats.ks_2samp(a, b, method="asymp").statistic
    assert lower < exact < upper < lower + 0.01


def test_bins_of_smooth_values_have_equal_weight():
    values = np.random.default_rng(9).normal(size=5000)
    state = state_of(values, 1 << 14)
    edges = numbers_at(np.array(bins_of(state, 10, 5000).borders))
    assert edges == pytest.approx(np.quantile(values, np.arange(1, 10) / 10), abs=0.01)
    assert np.histogram(values, [-np.inf, *edges, np.inf])[0].tolist() == [500] * 10
