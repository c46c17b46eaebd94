"""The histogram of cells is that of the predictions themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.numerics.cells.histogram import MOST_BINS, histogram_of
from cecli.statistics.cells.prediction_cells import CELLS


def cells(q, target):
    chunk = Chunk("x", np.arange(len(q)), {"prob": np.array(q), "target": np.array(target, float)})
    return CELLS.summarize(chunk).cells


edges_and_others = st.one_of(st.floats(0, 1), st.integers(0, 64).map(lambda k: k / 64))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(edges_and_others, st.booleans()), min_size=1, max_size=60))
def test_it_is_the_histogram_of_the_predictions(rows):
    q, target = map(np.array, zip(*rows, strict=True))
    found = histogram_of(cells(q, target))
    assert len(found.weight) == len(found.events) == len(found.edges) - 1 <= MOST_BINS
    assert list(found.weight) == np.histogram(q, found.edges)[0].tolist()
    assert list(found.events) == np.histogram(q[target], found.edges)[0].tolist()
    widths = np.diff(found.edges)
    assert (widths == widths[0]).all()


@pytest.mark.parametrize("scale", [1.0, 1e-3, 1e-9])
def test_predictions_of_any_size_are_in_many_bins(scale):
    q = scale * np.random.default_rng(1).random(1000)
    for some in (q, 1.0 - q):
        found = histogram_of(cells(some, np.zeros(1000)))
        assert len(found.weight) > MOST_BINS / 2
        assert sum(found.weight) == 1000
