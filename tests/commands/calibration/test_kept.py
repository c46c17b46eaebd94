"""Rows in memory are the rows that were kept."""

import numpy as np
import pytest

from cecli.columns.numbers import Scale
from cecli.commands.calibration.kept import KeptRows, RowsInMemory
from cecli.core.chunk import Chunk


@pytest.mark.parametrize("scale", [None, Scale.LOGIT])
@pytest.mark.parametrize("target", [[0.0, 1.0, 1.0], [0.25, 0.5, 1.0]])
@pytest.mark.parametrize("weight", [None, [1.0, 2.0, 0.5]])
def test_the_numbers_come_back(scale, target, weight):
    numbers = {"prob": np.array([0.1, 0.95, 0.5]), "target": np.array(target)}
    if weight is not None:
        numbers["weight"] = np.array(weight)
    scales = {} if scale is None else {"prob": scale}
    state = KeptRows(1000).summarize(Chunk("x", np.arange(3), numbers, scales=scales))
    table = RowsInMemory(None, state.merge(state).parts)
    chunks = [chunk for part in table.partitions([]) for chunk in part.chunks()]
    assert [len(chunk) for chunk in chunks] == [3, 3]
    for chunk in chunks:
        assert chunk.scales == scales
        assert {name: x.tolist() for name, x in chunk.numbers.items()} == {
            name: x.tolist() for name, x in numbers.items()
        }
    assert len(chunks[0].where(np.array([True, False, True]))) == 2


def test_beyond_the_limit_nothing_is_kept():
    numbers = {"prob": np.full(10, 0.5), "target": np.ones(10)}
    state = KeptRows(150).summarize(Chunk("x", np.arange(10), numbers))
    assert state.parts is not None
    assert state.merge(state).parts is None
    assert state.merge(state).merge(state).parts is None
