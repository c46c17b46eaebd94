"""Rows of groups, from ordinary numbers to the ends of the range."""

import numpy as np
from hypothesis import strategies as st

from cecli.core.chunk import Chunk, Coded
from cecli.statistics.mean import Mean, Product

NAMES = ("", "a", "b")


def first(chunk):
    return chunk.numbers["first"]


def second(chunk):
    return chunk.numbers["second"]


FIRST, SECOND = Mean(first), Mean(second)
BOTH, SQUARE = Product(first, second), Product(second, second)

scores = st.one_of(
    st.floats(-1e9, 1e9),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([np.inf, 0.0, 5e-324, 1e-300, 1e300, -1e300]),
)
weights = st.one_of(st.floats(1e-9, 1e9), st.sampled_from([1.0, 1e-300, 1e300]))
codes = st.integers(0, len(NAMES) - 1)
rows = st.lists(st.tuples(scores, scores, weights, codes, codes), max_size=25)


def chunk(rows, *, weighted=True):
    x, y, w, by, cluster = map(np.array, zip(*rows, strict=True)) if rows else [np.empty(0)] * 5
    numbers = {"first": x.astype(float), "second": y.astype(float)}
    if weighted:
        numbers["weight"] = w.astype(float)
    texts = {
        role: Coded(column.astype(np.int64), NAMES)
        for role, column in (("by", by), ("cluster", cluster))
    }
    return Chunk("preds.csv", np.arange(len(rows)), numbers, texts)
