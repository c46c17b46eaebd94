"""What isotonic regression would win back of calibrated predictions, from the cells.

Labels are drawn from the predictions: the events of each cell are binomial. Given them, its rows
are exchangeable, so a cell is divided in a random way, with its events, wherever the order of its
rows could still change isotonic regression. So a draw costs little more than the cells.

References
----------
Dimitriadis, T., Gneiting, T., Jordan, A. I. (2021), Stable reliability diagrams for probabilistic
classifiers. doi:10.1073/pnas.2016191118
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from cecli.commands.fit.null_reference import CHANCE, EXPECTED, QUANTILE, DrawnLosses
from cecli.engines import Engine, serial
from cecli.numerics import Floats
from cecli.numerics.cells.flips import random_labels
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.cells.pools import Flags, losses_of
from cecli.numerics.distributions.logarithm import log, log1p
from cecli.numerics.resampling import streams
from cecli.numerics.sums.exact import exact_dot, from_units
from cecli.report.result import Measure, Result, Undefined

SEED = 0
# The bits of the weight of the largest total.
MOST_BITS = 62
# Dividing more rows that share cells would take minutes.
MOST_ROWS = 10**10
TOO_MANY = Undefined(f"labels are drawn for at most {MOST_ROWS:,} rows with neighbours")


def are_few(cells: OrderedCells) -> bool:
    """Return whether labels can be drawn for the rows of some cells."""
    units: list[int] = _units(cells)[0][cells.is_wide].tolist()
    return sum(units) <= MOST_ROWS


def drawn_losses(cells: OrderedCells, draws: int, engine: Engine = serial) -> DrawnLosses:
    """Return what isotonic regression wins back of labels drawn from the predictions, ascending.

    Parameters
    ----------
    engine : where the draws are made.

    Notes
    -----
    Rows of unequal weight are drawn as (Σw)²/Σw² units of equal weight in each cell. The random
    numbers of draw k are SplitMix64's, from output k of that of the seed on.
    """
    won = engine(_Drawing.of(cells), streams(SEED, draws).tolist())
    return DrawnLosses(np.sort(list(won)))


@dataclass(frozen=True, eq=False)
class _Drawing:
    """One draw, as a function of the start of its random numbers.

    Attributes
    ----------
    units, each : of equal weight in each cell, and the weight of one.
    means : of q and 1 − q in each cell.
    costs : the loss of an event, and of a non-event; 0 where there can be none.
    """

    units: Integers
    each: Integers
    means: tuple[Floats, Floats]
    costs: tuple[Floats, Floats]
    is_wide: Flags

    @classmethod
    def of(cls, cells: OrderedCells) -> Self:
        q, rest = cells.means
        # Of both logarithms, that of the smaller probability is exact.
        with np.errstate(divide="ignore"):
            low = q < 0.5
            event = 0.0 - np.where(low, log(q), log1p(-rest))
            other = 0.0 - np.where(low, log1p(-q), log(rest))
        costs = (np.where(q > 0.0, event, 0.0), np.where(rest > 0.0, other, 0.0))
        return cls(*_units(cells), (q, rest), costs, cells.is_wide)

    def __call__(self, start: int) -> float:
        """Return the mean loss that isotonic regression wins back."""
        found = random_labels(self.units, self.each, self.means, self.is_wide, start)
        numbers = (found.events, self.units - found.events)
        lost = sum(
            exact_dot((number * self.each).astype(np.float64), cost)
            for number, cost in zip(numbers, self.costs, strict=True)
        )
        total = int((self.units * self.each).sum())
        least = losses_of(found.pool_weight, found.pool_events).cross_entropy
        return float(from_units(lost) / total) - least


def _units(cells: OrderedCells) -> tuple[Integers, Integers]:
    """Return the number of equal units in each cell, and the weight of each."""
    if cells.weight_squared is None:
        return np.ascontiguousarray(cells.weight), np.ones(len(cells), dtype=np.int64)
    weight = cells.weight.astype(np.float64)
    units = np.maximum(1, np.rint(weight**2 / cells.weight_squared)).astype(np.int64)
    each = weight / units
    scale = min(1.0, 2.0 ** (MOST_BITS - 1) / float(weight.sum()))
    return units, np.maximum(1, np.rint(each * scale)).astype(np.int64)


def of_chance(found: DrawnLosses, won: float) -> list[Result]:
    """Return the results of the draws, for a loss that isotonic regression won back."""
    draws = len(found.won)
    meanings = (
        f"its mean if predictions were calibrated: {draws} draws, seed {SEED}",
        "95% quantile of the same draws",
        "how often these draws win back as much",
    )
    values = (found.mean(won), found.quantile(won), found.chance(won))
    kinds = (Measure.INFORMATION, Measure.INFORMATION, Measure.NUMBER)
    definitions = (EXPECTED, QUANTILE, CHANCE)
    return [
        Result(definition.name, meaning, value, kind)
        for definition, meaning, value, kind in zip(
            definitions, meanings, values, kinds, strict=True
        )
    ]


def without_chance(why: Undefined) -> list[Result]:
    """Return the same results where no labels can be drawn."""
    return [
        Result(definition.name, definition.meaning, None, definition.measure, undefined=why.reason)
        for definition in (EXPECTED, QUANTILE, CHANCE)
    ]
