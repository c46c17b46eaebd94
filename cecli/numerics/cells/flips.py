"""Labels drawn for cells, and an order of their rows at random, by flips of fair coins.

All that is drawn are numbers of heads among fair coins: bits of random words. So draws are exact,
and the same on every machine, whatever computes logarithms there.

- A row is an event if a random binary fraction is below its probability. The digits are drawn one
  after the other, for those rows only whose digits agree with the probability so far.
- Rows in random order are halved as a sort by random fractions does it: each row falls to the left
  or to the right, by the first digit of its fraction.
"""

from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats, Words
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.pools import Flags, Pools, living
from cecli.numerics.resampling import outputs

try:
    # The same draws, compiled.
    from cecli.numerics.cells import flip_loops
except ImportError:
    flip_loops = None  # type: ignore[assignment]

# Flips that are counted one by one. The heads of more are scaled from those of so many, spread
# evenly between whole numbers: 10⁻⁶ off in their distribution, at most.
MANY_BITS = 20
MANY = 1 << MANY_BITS
WORD = 64
# Words that are drawn at a time.
AT_A_TIME = 1 << 20


class RandomLabels(NamedTuple):
    """Labels drawn for the units in cells.

    Attributes
    ----------
    events : in each cell, shape (n,).
    pools : isotonic regression over them, with the units of each cell in random order.
    """

    events: Integers
    pool_weight: Integers
    pool_events: Integers


def random_labels(
    units: Integers, each: Integers, means: tuple[Floats, Floats], is_wide: Flags, start: int
) -> RandomLabels:
    """Draw labels for the units in some cells.

    Parameters
    ----------
    units, each : the number of units in each cell and the weight of one, shape (n,), from 1 on; the
        sum of their products is below 2**62.
    means : the probabilities of an event, and of none.
    is_wide : whether the units of a cell have different predictions, and so an order.
    start : of the stream of random numbers.
    """
    q, rest = means
    is_rest = q >= 0.5
    probability = np.where(is_rest, rest, q)
    if flip_loops is not None:
        of_rest, wide = (np.ascontiguousarray(x).view(np.uint8) for x in (is_rest, is_wide))
        return RandomLabels(*flip_loops.drawn(units, each, probability, of_rest, wide, start))
    coins = Coins(np.array([start], dtype=np.uint64))
    events = coins.events(units, probability)
    events = np.where(is_rest, units - events, events)
    pools = Pieces(units, events, each, is_wide).pooled(coins)
    return RandomLabels(events, pools.weight, pools.events)


class Coins:
    """The fair coins of one draw, flipped in turn."""

    def __init__(self, start: Words) -> None:
        self._start, self._place = start, 0

    def heads(self, flips: Integers) -> Integers:
        """Return the number of heads among some numbers of flips, shape (n,)."""
        is_scaled = flips > MANY
        words = -(-np.minimum(flips, MANY) // WORD)
        ends = np.cumsum(words + is_scaled)
        found, done = np.empty(len(flips), dtype=np.int64), 0
        while done < len(flips):
            before = ends[done - 1] if done else 0
            stop = max(done + 1, int(np.searchsorted(ends, before + AT_A_TIME, side="right")))
            some = slice(done, stop)
            found[some] = self._heads(flips[some], words[some], is_scaled[some])
            done = stop
        return found

    def _heads(self, flips: Integers, words: Integers, is_scaled: Flags) -> Integers:
        ends = np.cumsum(words + is_scaled)
        random = self._words(int(ends[-1]))
        lengths = np.full(len(random), WORD)
        last = words > 0
        lengths[(ends - 1 - is_scaled)[last]] = (np.minimum(flips, MANY) - (words - 1) * WORD)[last]
        lengths[(ends - 1)[is_scaled]] = 0
        ones = np.bitwise_count(random & _masks(lengths)).astype(np.int64)
        sums = np.append(0, np.cumsum(ones))
        found = sums[ends] - sums[ends - words - is_scaled]
        between = (random[(ends - 1)[is_scaled]] >> np.uint64(11)).astype(np.float64) * 2.0**-53
        found[is_scaled] = _scaled(flips[is_scaled], found[is_scaled], between - 0.5)
        return np.asarray(found)

    def _words(self, number: int) -> Words:
        places = np.arange(self._place, self._place + number, dtype=np.uint64)
        self._place += number
        return outputs(self._start, places)

    def events(self, units: Integers, probability: Floats) -> Integers:
        """Return the events among the units in each cell, for probabilities up to ½."""
        undecided, rest = units.copy(), probability.copy()
        found = np.zeros(len(units), dtype=np.int64)
        while len(cells := np.flatnonzero((undecided > 0) & (rest > 0.0))):
            ones = self.heads(undecided[cells])
            zeros, doubled = undecided[cells] - ones, rest[cells] * 2.0
            is_one = doubled >= 1.0
            found[cells] += np.where(is_one, zeros, 0)
            undecided[cells] = np.where(is_one, ones, zeros)
            rest[cells] = np.where(is_one, doubled - 1.0, doubled)
        return found


def _masks(lengths: Integers) -> Words:
    """Return words with some ones each, 0 to 64."""
    ones = np.uint64(0xFFFFFFFFFFFFFFFF)
    some = np.maximum(lengths, 1)
    return np.where(lengths > 0, ones >> (WORD - some).astype(np.uint64), np.uint64(0))


def _scaled(flips: Integers, counted: Integers, between: Floats) -> Integers:
    """Return the heads of many flips from those among MANY."""
    every = flips.astype(np.float64)
    scale = np.sqrt(every) * 2.0 ** (-MANY_BITS // 2)
    found = np.rint(every * 0.5 + ((counted - MANY // 2) + between) * scale)
    within = np.clip(found, 0.0, None)
    return np.where(within >= every, flips, within.astype(np.int64))


class Pieces(NamedTuple):
    """Parts of cells in ascending order, each of equally weighted units in random order.

    Attributes
    ----------
    units, events : their number, and how many of them are events.
    each : the weight of one unit, an integer.
    is_wide : whether units may have different predictions.
    """

    units: Integers
    events: Integers
    each: Integers
    is_wide: NDArray[np.bool_]

    def pooled(self, coins: Coins) -> Pools:
        """Return isotonic regression over the units, in an order that the coins decide."""
        pieces = self
        while True:
            weight, events = pieces.units * pieces.each, pieces.events * pieces.each
            pools = Pools.over(weight, events)
            some = living(weight, events, pools, pieces.is_wide & (pieces.units > 1))
            if not some.any():
                return pools
            pieces = pieces._divided(some, coins)

    def _divided(self, some: Flags, coins: Coins) -> Self:
        """Return the pieces, with some of them divided."""
        units, events = self.units[some], self.events[some]
        drawn = coins.heads(np.column_stack((events, units - events)).ravel()).reshape(-1, 2)
        columns: list[Any] = [np.repeat(x, 1 + some) for x in self]
        second = np.flatnonzero(np.repeat(some, 1 + some))[1::2]
        for column, first in ((columns[0], drawn.sum(axis=1)), (columns[1], drawn[:, 0])):
            column[second - 1] = first
            column[second] -= first
        return type(self)(*(column[columns[0] > 0] for column in columns))
