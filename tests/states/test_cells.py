"""Cells of predictions as text: the same for the same rows, however they were merged."""

import numpy as np
import pytest

from cecli.core.chunk import Chunk
from cecli.numerics.cells.keys import CELLS as SIZE
from cecli.states import cells
from cecli.states.cells import cells_state, cells_text, merged_texts
from cecli.statistics.cells import prediction_cells
from cecli.statistics.cells.prediction_cells import CELLS, CellsState

COLUMNS = ["rows", "weight", "events", "least", "most", "offsets", "weight_squared"]


def summary(rows, seed, *, weighted=False, soft=False):
    draw = np.random.default_rng(seed)
    prob = np.round(draw.uniform(size=rows), 4)
    target = np.round(draw.uniform(size=rows), 0 if not soft else 2)
    numbers = {"prob": prob, "target": target}
    if weighted:
        numbers["weight"] = draw.uniform(size=rows)
    return CELLS.summarize(Chunk("x", np.arange(rows), numbers))


@pytest.mark.parametrize("few", [1 << 19, 50])
@pytest.mark.parametrize("kind", [{}, {"weighted": True}, {"soft": True}])
def test_texts_merge_as_states_do(kind, few, monkeypatch):
    for module in (cells, prediction_cells):
        monkeypatch.setattr(module, "FEW", few)
    one, other = summary(40, 1, **kind), summary(200, 2, **kind)
    text = cells_text(one.merge(other))
    assert text == merged_texts([cells_text(one), cells_text(other)])
    assert text == cells_text(other.merge(one))
    assert cells_text(cells_state(text)) == text
    for name in COLUMNS:
        found, whole = (getattr(x.cells, name) for x in (cells_state(text), one.merge(other)))
        assert np.array_equal(found, whole) or found is whole is None


def test_other_texts_are_refused():
    text = cells_text(summary(5, 3))
    for other in (text[:-4], text[4:], "!", "", "cAAAAAA=", text + "AAAA"):
        with pytest.raises(ValueError, match=r".*"):
            cells_state(other)
    assert cells_state(text).size == CellsState(SIZE).size
