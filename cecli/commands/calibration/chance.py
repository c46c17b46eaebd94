"""What isotonic regression would make of calibrated predictions, from the cells.

Labels are drawn from the predictions: the events of each cell are binomial. Given them, its rows
are exchangeable, so a cell is halved, and its events by hypergeometric draws, wherever the order of
its rows could still change isotonic regression. So a draw costs little more than the cells.

References
----------
Dimitriadis, T., Gneiting, T., Jordan, A. I. (2021), Stable reliability diagrams for probabilistic
classifiers. doi:10.1073/pnas.2016191118
"""

import math
from typing import Any, NamedTuple, Self

import numpy as np

from cecli.commands.fit.null_reference import CHANCE, EXPECTED, QUANTILE, DrawnLosses
from cecli.core.statistic import States
from cecli.metrics.cells.decomposition import OF_LOSS
from cecli.metrics.reliability.curves import Band, rounded
from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.cells.pools import Flags, Pools, living
from cecli.numerics.distributions.logarithm import log, log1p
from cecli.report.curves import BandPoints
from cecli.report.result import Result, Undefined

SEED = 0
ROUNDING = 1e-9
# The bits of the weight of the largest total.
MOST_BITS = 62
# Numbers of units are rounded to so many digits: squares of weights were rounded before.
DIGITS = 9


class Pieces(NamedTuple):
    """Parts of cells in ascending order, each of equally weighted units.

    Attributes
    ----------
    units, events : their number, and how many of them are events.
    each : the weight of one unit, an integer.
    is_wide : whether units may have different predictions.
    """

    units: Integers
    events: Integers
    each: Integers
    is_wide: Flags

    @property
    def steps(self) -> Pools:
        return Pools.over(self.units * self.each, self.events * self.each)

    def living(self, steps: Pools) -> Flags:
        weight, events = self.units * self.each, self.events * self.each
        return living(weight, events, steps, self.is_wide & (self.units > 1))

    def rates(self, steps: Pools, places: Integers) -> Floats:
        """Return the rate of the pools that some units are in, by their places among all units."""
        pieces = np.searchsorted(np.cumsum(self.units), places, side="right")
        pools = np.searchsorted(steps.starts, pieces, side="right") - 1
        return np.asarray(steps.events[pools] / steps.weight[pools])

    def halved(self, some: Flags, random: np.random.Generator) -> Self:
        """Return the pieces, some of them halved, with their events drawn."""
        units, events = self.units[some], self.events[some]
        half = units // 2
        drawn = random.hypergeometric(events, units - events, half)
        second = np.flatnonzero(np.repeat(some, 1 + some))[1::2]
        found: list[Any] = [np.repeat(x, 1 + some) for x in self]
        found[0][second - 1], found[0][second] = half, units - half
        found[1][second - 1], found[1][second] = drawn, events - drawn
        return type(self)(*found)


# More rows that share cells would take minutes, and numpy draws from fewer.
MOST_ROWS = 10**9 - 1
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

    def drawn(self, random: np.random.Generator) -> tuple[Integers, Integers]:
        """Return whole numbers of units, and the weight of each, an integer.

        The variance of the events of n units is as 1/n. So their number is rounded up or down at
        random, such that the mean of 1/n is right: that of few rows would be far off otherwise.
        """
        low = np.floor(self.number)
        if np.array_equal(low, self.weight):
            return self.weight, np.ones(len(low), dtype=np.int64)
        is_more = random.random(len(low)) < (low + 1.0) * (1.0 - low / self.number)
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


def drawn(cells: OrderedCells, draws: int) -> DrawnLabels:
    """Return what isotonic regression makes of labels drawn from the predictions.

    Notes
    -----
    Rows of unequal weight are drawn as (Σw)²/Σw² units of equal weight in each cell.
    """
    random = np.random.default_rng(SEED)
    of_cells = DrawnUnits.of(cells)
    q, rest = cells.means
    # Of both logarithms, that of the smaller probability is exact.
    with np.errstate(divide="ignore"):
        low = q < 0.5
        costs = (
            0.0 - np.where(low, log(q), log1p(-rest)),
            0.0 - np.where(low, log1p(-q), log(rest)),
        )
    places = _places(cells)
    won, rates = np.empty(draws), np.empty((min(draws, MOST_CURVES), len(places)))
    for number in range(draws):
        units, each = of_cells.drawn(random)
        pieces, lost = _draw(units, each, q, costs, cells.is_wide, random)
        steps = pieces.steps
        won[number] = lost - steps.losses.cross_entropy
        if number < len(rates):
            middles = (np.cumsum(units) - units)[places] + (units[places] - 1) // 2
            rates[number] = pieces.rates(steps, middles)
    return DrawnLabels(DrawnLosses(np.sort(won)), q[places], rates)


def _places(cells: OrderedCells) -> Integers:
    """Return some cells: equally far apart in the prediction, and in the number of rows."""
    if len(cells) <= MOST_PLACES:
        return np.arange(len(cells))
    q, total = cells.means[0], np.cumsum(cells.weight)
    half = MOST_PLACES // 2
    by_value = np.searchsorted(q, np.linspace(q[0], q[-1], half))
    by_rows = np.searchsorted(total, np.linspace(0.0, float(total[-1]), half))
    return np.unique(np.minimum(np.concatenate([by_value, by_rows]), len(cells) - 1))


def _draw(
    units: Integers,
    each: Integers,
    q: Floats,
    costs: tuple[Floats, Floats],
    is_wide: Flags,
    random: np.random.Generator,
) -> tuple[Pieces, float]:
    """Return cells with drawn events, halved until their order is known, and their mean loss."""
    events = random.binomial(units, q)
    pieces = Pieces(units, events, each, is_wide)
    lost = [
        np.where(number > 0, number * each * np.where(number > 0, cost, 0.0), 0.0)
        for number, cost in zip((events, units - events), costs, strict=True)
    ]
    total = float((units * each).sum())
    while (alive := pieces.living(pieces.steps)).any():
        pieces = pieces.halved(alive, random)
    return pieces, float(np.sum(lost[0] + lost[1])) / total


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
    draws: int, no_draws: Undefined | None, cells: OrderedCells
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
    return drawn(cells, draws) if are_few(cells) else TOO_MANY


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
