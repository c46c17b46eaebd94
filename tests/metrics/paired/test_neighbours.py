"""How like each other neighbouring scores are, against a plain autocorrelation."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.metrics.paired.neighbours import Neighbours, NeighboursState

values = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40)


def chunk(x):
    return Chunk("x", np.arange(len(x)), {"x": np.array(x, float)})


def score(chunk):
    return chunk.numbers["x"]


@given(values, st.lists(st.integers(0, 40), max_size=5))
def test_the_state_does_not_depend_on_where_rows_are_cut(x, cuts):
    bounds = sorted({0, len(x), *(cut for cut in cuts if cut < len(x))})
    state = NeighboursState()
    for a, b in itertools.pairwise(bounds):
        state = state.merge(Neighbours(score).summarize(chunk(x[a:b])))
    assert state == Neighbours(score).summarize(chunk(x))


@given(values.filter(lambda x: np.ptp(x) > 1e-6))
def test_the_autocorrelation_is_that_of_neighbours(x):
    rest = np.array(x) - np.mean(x)
    expected = (rest[1:] * rest[:-1]).sum() / (rest * rest).sum()
    found = Neighbours(score).summarize(chunk(x)).autocorrelation
    assert found == pytest.approx(expected, abs=1e-6)
