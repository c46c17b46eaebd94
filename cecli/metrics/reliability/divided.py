"""Cells that are divided at edges and thresholds, and sums over consecutive cells."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.numerics import Floats
from cecli.numerics.cells.borders import CellsAtBorders
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.sums.exact import exact_dot, exact_sum, from_units
from cecli.statistics.cells.prediction_cells import CELLS, PredictionCells


class Share(NamedTuple):
    """A share of some rows, by the sums of weights; `squares` is Σw² of the rows it is of."""

    part: int
    whole: int
    squares: float

    @property
    def value(self) -> float:
        return float(Fraction(self.part, self.whole))

    @property
    def size(self) -> float:
        """The number of equal rows whose share is as precise."""
        return self.whole * (self.whole / self.squares)


class Sums(NamedTuple):
    """Sums over consecutive cells.

    Attributes
    ----------
    weight, events : in the unit of the cells.
    squares : Σw², in squares of it, of the events, and of the others.
    predicted : Σwq.
    """

    rows: int
    weight: int
    events: int
    squares: tuple[float, float]
    predicted: Fraction

    @property
    def rate(self) -> Share:
        return Share(self.events, self.weight, sum(self.squares))

    @property
    def mean_prediction(self) -> Fraction:
        return self.predicted / self.weight

    @property
    def gap(self) -> Fraction:
        """The observed rate less the mean prediction."""
        return Fraction(self.events, self.weight) - self.mean_prediction


def sums_between(all_cells: OrderedCells, start: int, stop: int) -> Sums:
    """Return the sums over the cells from one place up to another."""
    cells = all_cells.where(np.arange(start, stop))
    events, others = cells.squares
    return Sums(
        int(cells.rows.sum()),
        int(cells.weight.sum()),
        int(cells.events.sum()),
        (_sum(events), _sum(others)),
        from_units(exact_dot(cells.weight.astype(float), cells.means[0])),
    )


def _sum(values: Floats) -> float:
    return float(from_units(exact_sum(values)))


@dataclass(frozen=True)
class Divided:
    """The cells of the first pass, divided at some borders."""

    grid: CellsAtBorders

    @cached_property
    def at_borders(self) -> PredictionCells:
        return PredictionCells(self.grid)

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (CELLS, self.at_borders)

    def __call__(self, states: States) -> OrderedCells:
        first = states[CELLS]
        return self.grid.dividing(first.cells, states[self.at_borders].cells_in(first.unit))

    def weight(self, states: States, units: int) -> float:
        """Return a weight that is given in the unit of the cells."""
        return float(Fraction(units) * Fraction(2) ** states[CELLS].unit.exponent)
