"""The difference of two AUCs on the same rows, by the placements of each row in both models.

References
----------
DeLong, E. R., DeLong, D. M., Clarke-Pearson, D. L. (1988), Comparing the areas under two or more
correlated receiver operating characteristic curves. doi:10.2307/2531595
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States
from cecli.intervals.delta import Spread, square_root
from cecli.metrics.cells.delong import RowsOfClasses
from cecli.metrics.reliability.clustered_auc import ClusteredAuc
from cecli.metrics.reliability.placements import Placements
from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells
from cecli.preparations.one_class import OfModel
from cecli.report.result import Definition, Direction
from cecli.statistics.cells.prediction_cells import row_keys
from cecli.statistics.mean import Mean, Product

AUC_DIFFERENCE = Definition(
    "auc_difference",
    "AUC of a model minus that of the first one, on the same rows.",
    "auc of the model - auc of the first",
    Direction.HIGHER,
    low=-1.0,
    high=1.0,
)
DEFINITIONS = (AUC_DIFFERENCE,)


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
    events, others = (Product(gap, gap) for gap in _gaps(cells, roles))
    return PairedAuc(events, others, *weights, RowsOfClasses.of(cells[0]))


def clustered_paired_auc(
    cells: tuple[OrderedCells, OrderedCells], roles: tuple[str, str], source: str
) -> ClusteredAuc:
    """Return what gives the error between clusters, in a pass over the same rows."""
    events, others = map(Mean, _gaps(cells, roles))
    return ClusteredAuc(events, others, source)


def _gaps(
    cells: tuple[OrderedCells, OrderedCells], roles: tuple[str, str]
) -> tuple[PlacementGap, PlacementGap]:
    """Return how much better the second model places the events, and the other rows."""
    first, second = map(Placements.over, cells)
    return (
        PlacementGap(first, second, roles, of_events=True),
        PlacementGap(first, second, roles, of_events=False),
    )
