"""What isotonic regression would win back of calibrated predictions, from the cells.

Labels are drawn from the predictions: the events of each cell are binomial. Given them, its rows
are exchangeable, so a cell is halved, and its events by hypergeometric draws, wherever the order of
its rows could still change isotonic regression. So a draw costs little more than the cells.

References
----------
Dimitriadis, T., Gneiting, T., Jordan, A. I. (2021), Stable reliability diagrams for probabilistic
classifiers. doi:10.1073/pnas.2016191118
"""

from typing import Any, NamedTuple, Self

import numpy as np

from cecli.commands.fit.null_reference import CHANCE, EXPECTED, QUANTILE, DrawnLosses
from cecli.core.statistic import States
from cecli.metrics.cells.decomposition import OF_LOSS
from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.cells.pools import Flags, Pools, living
from cecli.numerics.distributions.logarithm import log, log1p
from cecli.report.result import Result, Undefined

SEED = 0
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


def drawn_losses(cells: OrderedCells, draws: int) -> DrawnLosses:
    """Return what isotonic regression wins back of labels drawn from the predictions, ascending.

    Notes
    -----
    Rows of unequal weight are drawn as (Σw)²/Σw² units of equal weight in each cell.
    """
    random = np.random.default_rng(SEED)
    units = DrawnUnits.of(cells)
    q, rest = cells.means
    # Of both logarithms, that of the smaller probability is exact.
    with np.errstate(divide="ignore"):
        low = q < 0.5
        costs = (
            0.0 - np.where(low, log(q), log1p(-rest)),
            0.0 - np.where(low, log1p(-q), log(rest)),
        )
    won = [_won(*units.drawn(random), q, costs, cells.is_wide, random) for _ in range(draws)]
    return DrawnLosses(np.sort(won))


def _won(
    units: Integers,
    each: Integers,
    q: Floats,
    costs: tuple[Floats, Floats],
    is_wide: Flags,
    random: np.random.Generator,
) -> float:
    """Return the mean loss that isotonic regression wins back in one draw."""
    events = random.binomial(units, q)
    pieces = Pieces(units, events, each, is_wide)
    lost = [
        np.where(number > 0, number * each * np.where(number > 0, cost, 0.0), 0.0)
        for number, cost in zip((events, units - events), costs, strict=True)
    ]
    total = float((units * each).sum())
    while True:
        steps = pieces.steps
        alive = pieces.living(steps)
        if not alive.any():
            break
        pieces = pieces.halved(alive, random)
    return float(np.sum(lost[0] + lost[1])) / total - steps.losses.cross_entropy


# What the results are, whether or not labels can be drawn.
MEANINGS = (
    "its mean if predictions were calibrated{}",
    "95% quantile of the same draws",
    "how often these draws win back as much",
)
OF_DRAWS = (EXPECTED, QUANTILE, CHANCE)
SOFT = Undefined("no labels can be drawn for soft labels")
INFINITE = Undefined("the loss is infinite")


def of_draws(
    draws: int, no_draws: Undefined | None, states: States, cells: OrderedCells
) -> list[Result]:
    """Return what isotonic regression wins back by chance; nothing for no draws.

    Parameters
    ----------
    no_draws : why no labels can be drawn; None if they can be.
    states : with the cells after all passes.
    cells : of the first pass, from which labels are drawn.
    """
    if not draws:
        return []
    won = OF_LOSS.miscalibration.value.answer(states)
    if no_draws is not None:
        return _without(no_draws)
    if isinstance(won, Undefined) or won == float("inf"):
        return _without(INFINITE)
    return _of(drawn_losses(cells, draws), won) if are_few(cells) else _without(TOO_MANY)


def _of(found: DrawnLosses, won: float) -> list[Result]:
    """Return the results of the draws, for a loss that isotonic regression won back."""
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
