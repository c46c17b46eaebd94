"""Cells keep what they know when they are joined."""

import numpy as np
import pytest

from cecli.core.chunk import Chunk
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
