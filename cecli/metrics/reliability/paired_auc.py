"""The difference of two AUCs on the same rows, by the placements of each row in both models.

The placement of an event is the share of the other rows that it is ranked above; that of another
row, the share of the events that it is ranked below. Rows of its own cell count half.

References
----------
DeLong, E. R., DeLong, D. M., Clarke-Pearson, D. L. (1988), Comparing the areas under two or more
correlated receiver operating characteristic curves. doi:10.2307/2531595
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.delta import Spread, square_root
from cecli.metrics.cells.delong import RowsOfClasses
from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells
from cecli.preparations.one_class import OfModel
from cecli.report.result import Definition, Direction
from cecli.statistics.cells.prediction_cells import row_keys
from cecli.statistics.mean import Product

AUC_DIFFERENCE = Definition(
    "auc_difference",
    "AUC of a model minus that of the first one, on the same rows.",
    "auc of the model - auc of the first",
    Direction.HIGHER,
    low=-1.0,
    high=1.0,
)
DEFINITIONS = (AUC_DIFFERENCE,)


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


@dataclass(frozen=True, eq=False)
class PlacementGap:
    """How much better a model places a row of a class than another model, less the mean."""

    first: Placements
    second: Placements
    roles: tuple[str, str]
    of_events: bool

    def __call__(self, chunk: Chunk) -> Floats:
        of_first, of_second = (
            (p.of_events if self.of_events else p.of_others)[p.places(_keys(chunk, role))]
            for p, role in zip((self.first, self.second), self.roles, strict=True)
        )
        gap = (of_second - of_first) - (self.second.auc - self.first.auc)
        happened = chunk.numbers["target"] == 1.0
        return np.where(happened == self.of_events, gap, 0.0)


def _keys(chunk: Chunk, role: str) -> Integers:
    return row_keys(chunk.once(OfModel(role)))


@dataclass(frozen=True)
class PairedAuc:
    """The error of the difference of two AUCs.

    Attributes
    ----------
    positives, negatives : the total weights of both classes.
    rows : their effective numbers.
    """

    events: Product
    others: Product
    positives: Fraction
    negatives: Fraction
    rows: RowsOfClasses

    @property
    def statistics(self) -> Sequence[Product]:
        return (self.events, self.others)

    def spread(self, states: States) -> Spread | None:
        """Return the standard error; None if there are too few rows, or nothing varies."""
        of_events, of_others = (states[each].total for each in self.statistics)
        variance = self.rows.variance(of_events / self.positives**2, of_others / self.negatives**2)
        return None if variance is None else Spread(square_root(variance), self.rows.degrees)


def paired_auc(
    cells: tuple[OrderedCells, OrderedCells],
    roles: tuple[str, str],
    weights: tuple[Fraction, Fraction],
) -> PairedAuc:
    """Return what gives the variance in a pass over rows whose cells are known in both models.

    Parameters
    ----------
    weights : total weights of the events, and of the others; both are positive.
    """
    first, second = map(Placements.over, cells)
    gaps = (PlacementGap(first, second, roles, of_events) for of_events in (True, False))
    events, others = (Product(gap, gap) for gap in gaps)
    return PairedAuc(events, others, *weights, RowsOfClasses.of(cells[0]))
