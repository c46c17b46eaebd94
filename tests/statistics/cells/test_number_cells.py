"""The numbers of a column in cells: laws of merging, exactness, and the bound of memory."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.numerics.cells.real_keys import numbers_at, real_keys
from cecli.numerics.sums.exact import from_units
from cecli.states.columns.numbers import merged_texts, number_cells_state, number_cells_text
from cecli.statistics.cells.number_cells import NumberCells

ANY = st.floats(allow_nan=True, allow_infinity=True, width=64)
SOME = st.lists(ANY, max_size=40)


def chunk_of(values, weight=None):
    numbers = {"x": np.array(values, dtype=np.float64)}
    if weight is not None:
        numbers["weight"] = np.array(weight, dtype=np.float64)
    return Chunk("rows", np.arange(len(values)), numbers)


def squares(chunk):
    return np.nan_to_num(chunk.numbers["x"], nan=0.0, posinf=0.0, neginf=0.0).clip(-9, 9) ** 2


@given(st.lists(st.floats(allow_nan=False), min_size=2, max_size=20))
def test_keys_ascend_with_the_numbers_and_give_them_back(values):
    x = np.sort(np.array(values) + 0.0)
    keys = real_keys(x)
    assert ((keys[1:] > keys[:-1]) == (x[1:] > x[:-1])).all()
    assert (keys[1:] >= keys[:-1]).all()
    assert (numbers_at(keys) == x).all()


@given(SOME, SOME, SOME, st.integers(2, 9))
def test_merging_is_associative_and_commutative_whatever_is_left_of_the_digits(a, b, c, most):
    statistic = NumberCells("x", (squares,), (0, 1 << 60), most)
    x, y, z = (statistic.summarize(chunk_of(values)) for values in (a, b, c))
    whole = statistic.summarize(chunk_of([*a, *b, *c]))
    assert x.merge(y).merge(z) == x.merge(y.merge(z)) == z.merge(x).merge(y) == whole
    assert statistic.empty().merge(x) == x == x.merge(statistic.empty())
    # Borders may divide cells.
    assert len(whole) <= most + 2


@given(SOME, SOME)
def test_texts_of_states_merge_like_the_states(a, b):
    statistic = NumberCells("x")
    x, y = (statistic.summarize(chunk_of(values)) for values in (a, b))
    assert merged_texts([number_cells_text(x), number_cells_text(y)]) == number_cells_text(
        x.merge(y)
    )
    assert number_cells_state(number_cells_text(x), 1) == x


def test_a_text_that_contradicts_itself_is_refused():
    state = NumberCells("x").summarize(chunk_of([1.0, 2.0]))
    text = number_cells_text(state)
    for damaged in (text[:-8], "AAAA", text[:4] + "////" + text[8:]):
        with pytest.raises(ValueError, match=r"."):
            number_cells_state(damaged)


def test_weights_and_scores_are_summed_exactly_in_each_cell():
    statistic = NumberCells("x", (squares,), (), 100)
    values, weight = [1.0, 2.0, 1.0, np.nan, 3.0], [0.1, 0.2, 0.3, 0.4, 0.5]
    state = statistic.summarize(chunk_of(values, weight))
    sums = [Fraction(0.1) + Fraction(0.3), Fraction(0.2), Fraction(0.5)]
    assert list(map(from_units, state.weights)) == sums
    assert float(from_units(state.missing_weight)) == 0.4
    assert float(from_units(state.scored(0)[1])) == pytest.approx(0.8)


def test_many_values_take_bounded_memory_and_keep_their_order():
    statistic = NumberCells("x", (), (), 1000)
    values = np.random.default_rng(0).normal(size=50_000)
    state = statistic.empty()
    for part in np.array_split(values, 9):
        state = state.merge(statistic.summarize(chunk_of(part)))
    assert 300 < len(state) <= 1000
    assert not state.is_exact
    least, largest = numbers_at(state.settled.least), numbers_at(state.settled.largest)
    ends = np.searchsorted(np.sort(values), largest, side="right")
    assert np.array_equal(np.cumsum(list(map(from_units, state.weights))), ends)
    assert (least[1:] > largest[:-1]).all()
