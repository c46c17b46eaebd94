"""The first rows with a property, however the rows are cut."""

from functools import reduce

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.report.result import NAMED_LINES
from cecli.statistics.first_rows import FirstRows, FirstRowsState


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
