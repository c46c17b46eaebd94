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
from cecli.metrics.reliability.curves import Band, rounded
from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.cells.pools import Flags, Pools, living
from cecli.numerics.distributions.logarithm import log, log1p
from cecli.report.curves import BandPoints
from cecli.report.result import Measure, Result, Undefined

SEED = 0
ROUNDING = 1e-9
# The bits of the weight of the largest total.
MOST_BITS = 62


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


def drawn(cells: OrderedCells, draws: int) -> DrawnLabels:
    """Return what isotonic regression makes of labels drawn from the predictions.

    Notes
    -----
    Rows of unequal weight are drawn as (Σw)²/Σw² units of equal weight in each cell.
    """
    random = np.random.default_rng(SEED)
    units, each = _units(cells)
    q, rest = cells.means
    # Of both logarithms, that of the smaller probability is exact.
    with np.errstate(divide="ignore"):
        low = q < 0.5
        costs = (
            0.0 - np.where(low, log(q), log1p(-rest)),
            0.0 - np.where(low, log1p(-q), log(rest)),
        )
    places = _places(cells)
    middles = (np.cumsum(units) - units)[places] + (units[places] - 1) // 2
    won, rates = np.empty(draws), np.empty((min(draws, MOST_CURVES), len(places)))
    for number in range(draws):
        pieces, lost = _draw(units, each, q, costs, cells.is_wide, random)
        steps = pieces.steps
        won[number] = lost - steps.losses.cross_entropy
        if number < len(rates):
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


def _units(cells: OrderedCells) -> tuple[Integers, Integers]:
    """Return the number of equal units in each cell, and the weight of each."""
    if cells.weight_squared is None:
        return cells.weight, np.ones(len(cells), dtype=np.int64)
    weight = cells.weight.astype(np.float64)
    units = np.maximum(1, np.rint(weight**2 / cells.weight_squared)).astype(np.int64)
    each = weight / units
    scale = min(1.0, 2.0 ** (MOST_BITS - 1) / float(weight.sum()))
    return units, np.maximum(1, np.rint(each * scale)).astype(np.int64)


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
