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


def of_few_values(current, most):
    """Return the bins of few values and of other rows, whose reference has ten rows of each."""
    then = state_of([1.0, 2.0] * 10, 100)
    bins = bins_of(then, 10, 20)
    return of_numbers(then, state_of(current, most, bins.borders), bins)


def test_values_that_the_reference_lacks_have_a_bin_each():
    found = of_few_values([1.0, 1.5, 1.5, 2.0, 7.0], 100)
    assert found.is_by_value
    assert {each.name: (each.reference, each.current) for each in found.bins} == {
        "1": (10.0, 1.0), "1.5": (0.0, 2.0), "2": (10.0, 1.0), "7": (0.0, 1.0),
    }  # fmt: skip


def test_too_many_values_that_the_reference_lacks_have_one_bin_between_those_that_it_has():
    current = np.concatenate([np.linspace(1.2, 1.8, 500), [2.0] * 3])
    found = of_few_values(current, 50)
    assert {b.name: (b.reference, b.current) for b in found.bins if b.name} == {
        "1": (10.0, 0.0), "2": (10.0, 3.0),
    }  # fmt: skip
    (between,) = (each for each in found.bins if not each.name)
    assert (between.reference, between.current) == (0.0, 500.0)
    assert 1.0 < between.low < 1.2
    assert between.high == 2.0
