"""The rows with the largest scores, against sorting all of them."""

from functools import reduce

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cecli.commands.worst.largest_rows import LargestRows, LargestRowsState
from cecli.core.chunk import Chunk, Coded

scores = st.lists(st.sampled_from([0.0, 0.5, 1.0, 5e-324, np.inf]) | st.floats(0.0, 1e300))


def x(chunk):
    return chunk.numbers["x"]


def both(chunk):
    return np.stack([chunk.numbers["x"], -chunk.numbers["x"]])


def text(chunk):
    return chunk.texts["text"]


def chunk(source, first, values):
    names = tuple(f"{source}{first + i}" for i in range(len(values)))[::-1]
    return Chunk(
        source,
        np.arange(first, first + len(values)),
        {"x": np.array(values)},
        {"text": Coded(np.arange(len(values))[::-1], names)},
    )


@given(st.lists(st.tuples(st.sampled_from("ab"), scores), max_size=5), st.integers(1, 8))
def test_the_largest_come_first_and_of_equal_ones_the_first(parts, limit):
    statistic = LargestRows(x, limit, (("text", text), ("both", both)))
    rows, chunks, first = [], [], 1
    for source, values in parts:
        chunks.append(chunk(source, first, values))
        rows += [(value, source, first + i) for i, value in enumerate(values)]
        first += len(values)
    expected = sorted(rows, key=lambda row: -row[0])[:limit]
    state = reduce(LargestRowsState.merge, map(statistic.summarize, chunks), statistic.empty())
    found = zip(state.score.tolist(), state.sources.tolist(), state.lines.tolist(), strict=True)
    assert list(found) == expected
    if expected:
        assert state.cells["text"].tolist() == [f"{s}{line}" for _, s, line in expected]
        assert state.cells["both"].tolist() == [
            [v for v, *_ in expected],
            [-v for v, *_ in expected],
        ]


def test_rows_that_are_read_later_move_down():
    statistic = LargestRows(x, 2, ())
    state = statistic.summarize(chunk("a", 2, [1.0, 3.0, 2.0])).moved(10)
    assert state.lines.tolist() == [13, 14]
