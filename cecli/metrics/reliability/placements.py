"""The placements of rows among those of the other class, from the cells of the predictions.

The placement of an event is the share of the other rows that it is ranked above; that of another
row, the share of the events that it is ranked below. Rows of its own cell count half.

References
----------
DeLong, E. R., DeLong, D. M., Clarke-Pearson, D. L. (1988), Comparing the areas under two or more
correlated receiver operating characteristic curves. doi:10.2307/2531595
"""

from typing import NamedTuple, Self

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells


class Placements(NamedTuple):
    """The placements of rows by their cells.

    Attributes
    ----------
    least : the least key of each cell, ascending.
    of_events, of_others : the placements of the rows in each cell.
    auc : their mean over all events.
    """

    least: Integers
    of_events: Floats
    of_others: Floats
    auc: float

    @classmethod
    def over(cls, cells: OrderedCells) -> Self:
        """Return the placements in some cells, with rows of both classes."""
        events, others = cells.events.astype(np.float64), cells.others.astype(np.float64)
        positives, negatives = float(int(cells.events.sum())), float(int(cells.others.sum()))
        below = (np.cumsum(cells.others) - cells.others).astype(np.float64)
        above = (int(cells.events.sum()) - np.cumsum(cells.events)).astype(np.float64)
        of_events = (below + 0.5 * others) / negatives
        of_others = (above + 0.5 * events) / positives
        return cls(cells.least, of_events, of_others, float(events @ of_events / positives))

    def places(self, keys: Integers) -> Integers:
        return np.searchsorted(self.least, keys, side="right") - 1
