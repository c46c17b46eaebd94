"""Cells that are divided at edges: every row is on the right side, and none is lost."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.metrics.reliability.divided import Divided
from cecli.numerics.cells.borders import (
    CellsAtBorders,
    border_after,
    border_before,
    border_places,
)
from cecli.statistics.cells.prediction_cells import CELLS

EDGES = st.sampled_from([0.0, 0.1, 0.25, 0.3, 1 / 3, 0.5, 0.7, 0.9, 1 - 2.0**-53, 1.0])


def near(edge, steps):
    """Return the float64 so many steps away from an edge, within 0 and 1."""
    for _ in range(abs(steps)):
        edge = np.nextafter(edge, 2.0 if steps > 0 else -1.0)
    return min(max(float(edge), 0.0), 1.0)


predictions = st.lists(st.builds(near, EDGES, st.integers(-2, 2)), min_size=1, max_size=40)


@given(predictions, st.lists(EDGES, min_size=1, max_size=4), st.booleans())
def test_no_cell_has_rows_on_both_sides_of_an_edge(q, edges, is_weighted):
    q = np.array(q)
    weight = np.arange(1.0, len(q) + 1) if is_weighted else np.ones(len(q))
    numbers = {"prob": q, "target": np.zeros(len(q)), "weight": weight}
    if not is_weighted:
        del numbers["weight"]
    chunk = Chunk("x", np.arange(len(q)), numbers)
    borders = [border(edge) for edge in edges for border in (border_after, border_before)]
    divided = Divided(CellsAtBorders.at(borders))
    states = {statistic: statistic.summarize(chunk) for statistic in divided.statistics}
    cells = divided(states)
    assert states[CELLS].cells.weight.sum() == weight.sum()
    for edge in edges:
        after, before = border_places(cells, [border_after(edge), border_before(edge)])
        assert cells.weight[:after].sum() == weight[q <= edge].sum()
        assert cells.weight[before:].sum() == weight[q >= edge].sum()


def test_an_edge_between_cells_divides_none():
    # The keys of ½ and of all larger predictions begin a cell.
    assert CellsAtBorders.at([border_before(0.5)]).size == 1
    keys = np.array([border_before(0.5), border_after(0.5)])
    assert (CellsAtBorders.at([border_before(0.5)]).codes(keys) == -1).all()
