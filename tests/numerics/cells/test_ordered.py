"""Cells keep what they know when they are joined."""

import numpy as np
import pytest

from cecli.core.chunk import Chunk
from cecli.numerics.cells.ordered import of_packed
from cecli.numerics.cells.tables import packed
from cecli.statistics.cells.prediction_cells import CELLS


def summed(q, weight):
    numbers = {"prob": np.array(q), "target": np.ones(len(q)), "weight": np.array(weight)}
    return CELLS.summarize(Chunk("x", np.arange(len(q)), numbers)).cells


@pytest.mark.parametrize("turned", [False, True])
def test_squares_of_weights_are_kept_beside_cells_of_weight_1(turned):
    parts = [summed([0.25, 0.75], [2.0, 3.0]), summed([0.5], [1.0])]
    first, second = parts[::-1] if turned else parts
    joined = first.joined(second)
    assert joined.weight.tolist() == [2, 1, 3]
    assert joined.squares[0].tolist() == [4.0, 1.0, 9.0]


@pytest.mark.parametrize("rows", [0, 1, 2, 50])
def test_packed_rows_have_a_cell_a_prediction(rows):
    rng = np.random.default_rng(rows)
    q, happened = rng.integers(1, 20, rows) / 20.0, rng.integers(0, 2, rows)
    found = of_packed(packed(q, happened * 1.0))
    distinct, places = np.unique(q, return_inverse=True)
    assert found.weight.tolist() == np.bincount(places, minlength=len(distinct)).tolist()
    assert (
        found.events.tolist()
        == np.bincount(places[happened == 1], minlength=len(distinct)).tolist()
    )
    np.testing.assert_allclose(found.means[0], distinct, rtol=1e-15)
    assert found.least.tolist() == found.most.tolist() == sorted(found.least.tolist())
