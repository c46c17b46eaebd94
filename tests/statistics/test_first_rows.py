"""The first rows with a property, however the rows are cut."""

import sys
from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.report.result import NAMED_LINES
from cecli.statistics.first_rows import Costliest, FirstRows, FirstRowsState, LargestState


def flag(chunk):
    return chunk.numbers["flag"] > 0.0


@given(st.lists(st.booleans(), max_size=40), st.integers(1, 9))
def test_the_first_lines_are_named_and_whether_there_are_more(flags, size):
    parts = [
        Chunk("x", np.arange(start, start + len(some)) + 2, {"flag": np.array(some, float)})
        for start in range(0, len(flags), size)
        for some in [flags[start : start + size]]
    ]
    state = reduce(FirstRowsState.merge, map(FirstRows(flag).summarize, parts), FirstRowsState())
    lines = [line + 2 for line, each in enumerate(flags) if each]
    assert [position.line for position in state.first] == lines[:NAMED_LINES]
    assert state.count == len(lines)
    assert state.has_more == (len(lines) > NAMED_LINES)


def score(chunk):
    return chunk.numbers["score"]


numbers = st.one_of(st.floats(0.0, 1e300), st.sampled_from([0.0, 1.0, 2.0, 1e300]))


@pytest.mark.parametrize("is_weighted", [True, False])
@given(st.lists(st.tuples(numbers, numbers), max_size=20), st.integers(1, 9))
def test_the_costliest_row_is_the_first_of_those_with_the_largest_product(is_weighted, rows, size):
    columns = np.array(rows, float).reshape(-1, 2)
    if not is_weighted:
        columns[:, 1] = 1.0
    lines = np.arange(len(rows))
    parts = [
        Chunk("x", lines[part], {"score": x} | ({"weight": w} if is_weighted else {}))
        for start in range(0, len(rows) + 1, size)  # at times, the last part is empty
        for part in [slice(start, start + size)]
        for x, w in [columns[part].T]
    ]
    state = reduce(LargestState.merge, map(Costliest(score).summarize, parts), LargestState())
    costs = [min(x * w, sys.float_info.max) for x, w in columns.tolist()]
    assert state.value == max(costs, default=-np.inf)
    line = None if state.position is None else state.position.line
    assert line == (costs.index(max(costs)) if costs else None)
