"""What isotonic regression would make of calibrated predictions, from the cells.

Labels are drawn from the predictions: the events of each cell are binomial. Given them, its rows
are exchangeable, so a cell is divided in a random way, with its events, wherever the order of its
rows could still change isotonic regression. So a draw costs little more than the cells.

References
----------
Dimitriadis, T., Gneiting, T., Jordan, A. I. (2021), Stable reliability diagrams for probabilistic
classifiers. doi:10.1073/pnas.2016191118
"""

import math
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from cecli.commands.fit.null_reference import CHANCE, EXPECTED, QUANTILE, DrawnLosses
from cecli.engines import Engine, serial
from cecli.metrics.reliability.curves import Band, rounded
from cecli.numerics import Floats
from cecli.numerics.cells.flips import random_labels
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.cells.pools import Flags, losses_of
from cecli.numerics.distributions.logarithm import log, log1p
from cecli.numerics.resampling import streams
from cecli.numerics.sums.exact import exact_dot, from_units
from cecli.report.curves import BandPoints
from cecli.report.result import Measure, Result, Undefined

SEED = 0
ROUNDING = 1e-9
# The bits of the weight of the largest total.
MOST_BITS = 62
# Dividing more rows that share cells would take minutes.
MOST_ROWS = 10**10
TOO_MANY = Undefined(f"labels are drawn for at most {MOST_ROWS:,} rows with neighbours")


def are_few(cells: OrderedCells) -> bool:
    """Return whether labels can be drawn for the rows of some cells."""
    units: list[int] = _units(cells)[0][cells.is_wide].tolist()
    return sum(units) <= MOST_ROWS


# Where the curves of the draws are looked at, and of how many of them.
MOST_PLACES, MOST_CURVES = 100, 1000


class DrawnLabels(NamedTuple):
    """What isotonic regression makes of labels drawn from the predictions.

    Attributes
    ----------
    losses : what it wins back.
    at : some predictions, ascending, shape (m,).
    rates : its curves there, of the first draws, shape (draws, m).
    """

    losses: DrawnLosses
    at: Floats
    rates: Floats

    def band(self, level: float) -> Band | None:
        """Return where a further curve would be at each prediction; None with too few draws.

        Notes
        -----
        A further draw is as likely to be in any place of the order as each of those before, so it
        is below the k-th of m, or above the k-th from the top, in 2k/(m + 1) of all cases.
        """
        draws = len(self.rates)
        place = math.floor((draws + 1) * (1.0 - level) / 2.0 + ROUNDING)
        if place < 1:
            return None
        found = np.sort(self.rates, axis=0)
        ends = found[place - 1], found[draws - place]
        points = (tuple(rounded(x) for x in some.tolist()) for some in (self.at, *ends))
        return Band(BandPoints(*points), draws)


def drawn(cells: OrderedCells, draws: int, engine: Engine = serial) -> DrawnLabels:
    """Return what isotonic regression makes of labels drawn from the predictions.

    Parameters
    ----------
    engine : where the draws are made.

    Notes
    -----
    Rows of unequal weight are drawn as (Σw)²/Σw² units of equal weight in each cell. The random
    numbers of draw k are SplitMix64's, from output k of that of the seed on.
    """
    places = _places(cells)
    drawing = _Drawing.of(cells, places)
    won, rates = np.empty(draws), np.empty((min(draws, MOST_CURVES), len(places)))
    for number, found in enumerate(engine(drawing, streams(SEED, draws).tolist())):
        won[number] = found.won
        if number < len(rates):
            rates[number] = found.rates
    return DrawnLabels(DrawnLosses(np.sort(won)), cells.means[0][places], rates)


def _places(cells: OrderedCells) -> Integers:
    """Return some cells: equally far apart in the prediction, and in the number of rows."""
    if len(cells) <= MOST_PLACES:
        return np.arange(len(cells))
    q, total = cells.means[0], np.cumsum(cells.weight)
    half = MOST_PLACES // 2
    by_value = np.searchsorted(q, np.linspace(q[0], q[-1], half))
    by_rows = np.searchsorted(total, np.linspace(0.0, float(total[-1]), half))
    return np.unique(np.minimum(np.concatenate([by_value, by_rows]), len(cells) - 1))


class _Draw(NamedTuple):
    """The mean loss won back in one draw, and the curve at some places."""

    won: float
    rates: Floats


@dataclass(frozen=True, eq=False)
class _Drawing:
    """One draw, as a function of the start of its random numbers.

    Attributes
    ----------
    units, each : of equal weight in each cell, and the weight of one.
    means : of q and 1 − q in each cell.
    costs : the loss of an event, and of a non-event; 0 where there can be none.
    before : the weight of all units before the middle one of some cells.
    """

    units: Integers
    each: Integers
    means: tuple[Floats, Floats]
    costs: tuple[Floats, Floats]
    is_wide: Flags
    before: Integers

    @classmethod
    def of(cls, cells: OrderedCells, places: Integers) -> Self:
        q, rest = cells.means
        units, each = _units(cells)
        before = np.cumsum(units * each) - (units - (units - 1) // 2) * each
        # Of both logarithms, that of the smaller probability is exact.
        with np.errstate(divide="ignore"):
            low = q < 0.5
            event = 0.0 - np.where(low, log(q), log1p(-rest))
            other = 0.0 - np.where(low, log1p(-q), log(rest))
        costs = (np.where(q > 0.0, event, 0.0), np.where(rest > 0.0, other, 0.0))
        return cls(units, each, (q, rest), costs, cells.is_wide, before[places])

    def __call__(self, start: int) -> _Draw:
        found = random_labels(self.units, self.each, self.means, self.is_wide, start)
        numbers = (found.events, self.units - found.events)
        lost = sum(
            exact_dot((number * self.each).astype(np.float64), cost)
            for number, cost in zip(numbers, self.costs, strict=True)
        )
        total = int((self.units * self.each).sum())
        least = losses_of(found.pool_weight, found.pool_events).cross_entropy
        pools = np.searchsorted(np.cumsum(found.pool_weight), self.before, side="right")
        rates = found.pool_events[pools] / found.pool_weight[pools]
        return _Draw(float(from_units(lost) / total) - least, rates)


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
