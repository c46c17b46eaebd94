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
from typing import NamedTuple, Self

import numpy as np

from cecli.commands.fit.null_reference import CHANCE, EXPECTED, QUANTILE, DrawnLosses
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States
from cecli.engines import Engine, serial
from cecli.engines.threads import in_memory
from cecli.metrics.cells.decomposition import OF_LOSS
from cecli.metrics.reliability.curves import Band, rounded
from cecli.numerics import Floats
from cecli.numerics.cells.flips import random_labels
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.cells.pools import Flags, losses_of
from cecli.numerics.distributions.logarithm import log, log1p
from cecli.numerics.resampling import mixed, outputs, streams
from cecli.numerics.sums.exact import exact_dot, from_units
from cecli.report.curves import BandPoints
from cecli.report.result import Result, Undefined

SEED = 0
ROUNDING = 1e-9
# The bits of the weight of the largest total.
MOST_BITS = 62
# Numbers of units are rounded to so many digits: squares of weights were rounded before.
DIGITS = 9
# Dividing more rows that share cells would take minutes.
MOST_ROWS = 10**10
TOO_MANY = Undefined(f"labels are drawn for at most {MOST_ROWS:,} rows with neighbours")


def are_few(cells: OrderedCells) -> bool:
    """Return whether labels can be drawn for the rows of some cells."""
    units: list[float] = DrawnUnits.of(cells).number[cells.is_wide].tolist()
    return sum(units) <= MOST_ROWS


class DrawnUnits(NamedTuple):
    """The units of equal weight that vary as much as the rows of each cell.

    Attributes
    ----------
    number : (Σw)²/Σw² of each cell, which need not be whole.
    weight : the weight of each cell, an integer.
    """

    number: Floats
    weight: Integers

    @classmethod
    def of(cls, cells: OrderedCells) -> Self:
        weight = cells.weight.astype(np.float64)
        if cells.weight_squared is None:
            return cls(weight, cells.weight)
        number = np.maximum(1.0, weight**2 / cells.weight_squared).round(DIGITS)
        return cls(number, cells.weight)

    def drawn(self, start: int) -> tuple[Integers, Integers]:
        """Return whole numbers of units, and the weight of each, an integer.

        The variance of the events of n units is as 1/n. So their number is rounded up or down at
        random, such that the mean of 1/n is right: that of few rows would be far off otherwise.
        """
        low = np.floor(self.number)
        if np.array_equal(low, self.weight):
            return np.ascontiguousarray(self.weight), np.ones(len(low), dtype=np.int64)
        random = mixed(outputs(np.array([start], np.uint64), np.arange(len(low), dtype=np.uint64)))
        uniform = (random >> np.uint64(11)).astype(np.float64) * 2.0**-53
        is_more = uniform < (low + 1.0) * (1.0 - low / self.number)
        units = (low + is_more).astype(np.int64)
        scale = 2.0 ** (MOST_BITS - 2) / float(self.weight.sum())
        return units, np.maximum(1, np.rint(self.weight / units * scale)).astype(np.int64)


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
    engine : where the draws are made; other processes would have to be sent the cells.

    Notes
    -----
    Rows of unequal weight are drawn as (Σw)²/Σw² units of equal weight in each cell. The random
    numbers of draw k are SplitMix64's, from output k of that of the seed on.
    """
    places = _places(cells)
    drawing = _Drawing.of(cells, places)
    won, rates = np.empty(draws), np.empty((min(draws, MOST_CURVES), len(places)))
    for number, found in enumerate(in_memory(engine)(drawing, streams(SEED, draws).tolist())):
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
    units : of equal weight in each cell.
    means : of q and 1 − q in each cell.
    costs : the loss of an event, and of a non-event; 0 where there can be none.
    places : of the cells where the curve is looked at.
    """

    units: DrawnUnits
    means: tuple[Floats, Floats]
    costs: tuple[Floats, Floats]
    is_wide: Flags
    places: Integers

    @classmethod
    def of(cls, cells: OrderedCells, places: Integers) -> Self:
        q, rest = cells.means
        # Of both logarithms, that of the smaller probability is exact.
        with np.errstate(divide="ignore"):
            low = q < 0.5
            event = 0.0 - np.where(low, log(q), log1p(-rest))
            other = 0.0 - np.where(low, log1p(-q), log(rest))
        costs = (np.where(q > 0.0, event, 0.0), np.where(rest > 0.0, other, 0.0))
        return cls(DrawnUnits.of(cells), (q, rest), costs, cells.is_wide, places)

    def __call__(self, start: int) -> _Draw:
        units, each = self.units.drawn(start)
        found = random_labels(units, each, self.means, self.is_wide, start)
        numbers = (found.events, units - found.events)
        lost = sum(
            exact_dot((number * each).astype(np.float64), cost)
            for number, cost in zip(numbers, self.costs, strict=True)
        )
        total = int((units * each).sum())
        least = losses_of(found.pool_weight, found.pool_events).cross_entropy
        before = np.cumsum(units * each) - (units - (units - 1) // 2) * each
        ends = np.cumsum(found.pool_weight)
        pools = np.searchsorted(ends, before[self.places], side="right")
        rates = found.pool_events[pools] / found.pool_weight[pools]
        return _Draw(float(from_units(lost) / total) - least, rates)


# What the results are, whether or not labels can be drawn.
MEANINGS = (
    "its mean if predictions were calibrated{}",
    "95% quantile of the same draws",
    "how often these draws win back as much",
)
OF_DRAWS = (EXPECTED, QUANTILE, CHANCE)
SOFT = Undefined("no labels can be drawn for soft labels")
INFINITE = Undefined("the loss is infinite")


def labels_drawn(
    draws: int, no_draws: Undefined | None, cells: OrderedCells, engine: Engine = serial
) -> DrawnLabels | Undefined | None:
    """Return labels drawn from the predictions in the cells of one pass; None if not asked.

    Parameters
    ----------
    no_draws : why none can be drawn; None if they can be.
    """
    if not draws:
        return None
    if no_draws is not None:
        return no_draws
    return drawn(cells, draws, engine) if are_few(cells) else TOO_MANY


def of_chance(labels: DrawnLabels | Undefined | None, states: States) -> list[Result]:
    """Return what isotonic regression wins back by chance, if labels were to be drawn."""
    if labels is None:
        return []
    won = OF_LOSS.miscalibration.value.answer(states)
    if isinstance(labels, Undefined):
        return _without(labels)
    if isinstance(won, Undefined) or won == math.inf:
        return _without(INFINITE)
    found = labels.losses
    said = f": {len(found.won)} draws, seed {SEED}"
    values = (found.mean(won), found.quantile(won), found.chance(won))
    return [
        Result(definition.name, meaning.format(said), value, definition.measure)
        for definition, meaning, value in zip(OF_DRAWS, MEANINGS, values, strict=True)
    ]


def _without(why: Undefined) -> list[Result]:
    """Return the same results where no labels can be drawn."""
    return [
        Result(definition.name, meaning.format(""), None, definition.measure, undefined=why.reason)
        for definition, meaning in zip(OF_DRAWS, MEANINGS, strict=True)
    ]
