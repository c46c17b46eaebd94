"""Sums over the events of each row of a file, against loops."""

from fractions import Fraction
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.statistics.row_totals import FILE_ROWS, RowProducts

# Whole numbers, so that totals have no rounding errors.
whole = st.integers(-1000, 1000).map(float)
# The line of each event, a value and a weight; the events of a line are neighbours.
events = st.lists(
    st.tuples(st.integers(0, 9), st.one_of(st.just(np.inf), whole), st.integers(1, 9).map(float))
).map(lambda found: sorted(found, key=lambda event: event[0]))


def value(chunk):
    return chunk.numbers["value"]


def chunk_of(events, kind):
    """Return a chunk; the events of a row share its count."""
    lines, values, weights = (
        (np.array(column) for column in zip(*events, strict=True)) if events else [np.empty(0)] * 3
    )
    numbers = {"value": values.astype(float)}
    if kind == "weight":
        numbers["weight"] = weights.astype(float)
    if kind == "count":
        numbers["count"] = lines % 3 + 1.0
    return Chunk("f.csv", lines.astype(np.int64), numbers)


@pytest.mark.parametrize("kind", [None, "weight", "count"])
@given(events)
def test_products_of_totals_are_those_of_the_rows_of_the_file(kind, events):
    squares = totals = rows = 0
    for line, group in groupby(events, key=lambda event: event[0]):
        some = [(w if kind == "weight" else 1, 0 if np.isinf(x) else x) for _, x, w in group]
        times = line % 3 + 1 if kind == "count" else 1
        total = sum(Fraction(w) * Fraction(x) for w, x in some)
        squares += times * total**2
        totals += times * total * sum(Fraction(w) for w, _ in some)
        rows += times
    chunk = chunk_of(events, kind)
    assert FILE_ROWS.summarize(chunk).number == rows
    assert RowProducts(value, value).summarize(chunk).total == squares
    assert RowProducts(value, None).summarize(chunk).total == totals
