"""Sums of a bootstrap, and the random numbers of SplitMix64, the same on every machine.

References
----------
Steele, G. L., Lea, D., Flood, C. H. (2014), Fast splittable pseudorandom number generators.
doi:10.1145/2660193.2660195
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats, Words
from cecli.numerics.sums.exact import UNIT_EXPONENT, exact_dot
from cecli.numerics.sums.pieces import PIECE_BITS, whole_pieces

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mixed(words: Words) -> Words:
    """Return SplitMix64's mixing function of each word, a permutation of all 64-bit words."""
    z = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return np.asarray(z)


def outputs(start: Words, places: Words) -> Words:
    """Return the outputs at some indices, from 0, of the generator that begins at `start`.

    Examples
    --------
    >>> first = outputs(np.zeros(1, np.uint64), np.arange(2, dtype=np.uint64))
    >>> [hex(word) for word in first.tolist()]
    ['0xe220a8397b1dcdaf', '0x6e789e6aa1b965f4']
    """
    return mixed(start + (places + np.uint64(1)) * GOLDEN)


# 2³² P(m ≤ k) for k = 0, 1, …, rounded: a row is drawn as many times as there are thresholds not
# above a random 32-bit number. From k = 12 on it is 2³² itself, so 12 is the maximum.
THRESHOLDS = np.array(
    [
        1580030169, 3160060337, 3950075422, 4213413783, 4279248374, 4292415292,
        4294609778, 4294923276, 4294962463, 4294966817, 4294967253, 4294967292,
    ],
    dtype=np.uint32,
)  # fmt: skip
MOST_DRAWN = THRESHOLDS.size


def streams(seed: int, pairs: int) -> Words:
    """Return the keys of some pairs of replicates, shape (pairs,)."""
    start = mixed(np.array([seed & (2**64 - 1)], dtype=np.uint64))
    return outputs(start, np.arange(pairs, dtype=np.uint64))


def multiplicities(keys: Words, pairs: Words) -> NDArray[np.uint8]:
    """Return the number of times that each row is drawn in each replicate.

    Parameters
    ----------
    keys : of the rows, shape (n,).
    pairs : keys of pairs of replicates, shape (m,).

    Returns
    -------
    shape (n, 2m)
    """
    words = mixed(keys[:, None] + pairs[None, :])
    drawn = np.empty((keys.size, 2 * pairs.size), dtype=np.uint8)
    # Casting to 32 bits keeps the lower ones.
    drawn[:, 0::2] = _frequencies(words.astype(np.uint32))
    drawn[:, 1::2] = _frequencies((words >> np.uint64(32)).astype(np.uint32))
    return drawn


def _frequencies(random: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return the Poisson quantiles of random 32-bit numbers."""
    drawn = np.zeros(random.shape, dtype=np.uint8)
    for threshold in THRESHOLDS:
        drawn += random >= threshold
    return drawn


# The number of copies whose draws are counted by thresholds of their own; those of more copies are
# scaled from these. Their skewness, 2⁻⁸ or less, is beyond what a bootstrap can tell from none.
MOST_COPIES = 1 << 16
# The thresholds reach this many standard deviations, and a few more, beyond the mean.
REACH = 10
KEPT_COPIES = 4096


def multiplicities_of_copies(keys: Words, pairs: Words, copies: Floats) -> Floats:
    """Return the number of times that the copies of each row are drawn in each replicate.

    Each copy is drawn Poisson(1) times, so k copies Poisson(k) times: one number, computed by sums,
    products and square roots alone, so that it is the same on every machine. For more than
    MOST_COPIES = L it is k + √(k/L)·(m − L), m Poisson(L), rounded: mean and variance are k, too.

    Parameters
    ----------
    keys, pairs : as in `multiplicities`, which it equals for a single copy.
    copies : shape (n,), whole numbers from 1 on.

    Returns
    -------
    shape (n, 2m), whole numbers.
    """
    words = mixed(keys[:, None] + pairs[None, :])
    random = np.empty((keys.size, 2 * pairs.size), dtype=np.uint64)
    random[:, 0::2] = words & np.uint64(0xFFFFFFFF)
    random[:, 1::2] = words >> np.uint64(32)
    drawn = np.empty(random.shape)
    numbers, places = np.unique(copies, return_inverse=True)
    for place, number in enumerate(numbers.tolist()):
        rows = np.flatnonzero(places == place)
        least, thresholds = _thresholds(min(int(number), MOST_COPIES))
        found = least + np.searchsorted(thresholds, random[rows], side="right").astype(np.float64)
        if number > MOST_COPIES:
            wide = math.sqrt(number / MOST_COPIES)
            found = number + np.rint(wide * (found - MOST_COPIES))
        drawn[rows] = found
    return drawn


@lru_cache(KEPT_COPIES)
def _thresholds(mean: int) -> tuple[int, Words]:
    """Return the least number that is ever drawn, m, and 2³² P(x ≤ k) for k = m, m + 1, …"""
    reach = REACH * (1 + math.isqrt(mean))
    low, high = max(mean - reach, 0), mean + reach
    # The probabilities relative to that of the mean, outwards from it.
    above = np.cumprod(mean / np.arange(mean + 1, high + 1))
    below = np.cumprod(np.arange(mean, low, -1) / mean)
    shares = np.concatenate([below[::-1], [1.0], above])
    cumulative = np.cumsum(shares)
    return low, np.rint(cumulative / cumulative[-1] * 2.0**32).astype(np.uint64)


try:
    # The same sums, compiled; being exact, they are equal to the last bit.
    from cecli.numerics import resampler
except ImportError:
    resampler = None  # type: ignore[assignment]

# Python integers, which do not overflow.
Wholes = NDArray[Any]

# The numbers of terms whose sum is exact in a float64, and in an int64.
SHORT_SUM = 1 << (53 - PIECE_BITS - MOST_DRAWN.bit_length() - 1)
LONG_SUM = 1 << (63 - PIECE_BITS - MOST_DRAWN.bit_length() - 1)
PAIRS_IN_CACHE = 64


@dataclass(frozen=True, eq=False)
class DrawnSums:
    """Exact sums of some columns in some replicates.

    Attributes
    ----------
    wholes : shape (columns, replicates), Python integers.
    exponents : shape (columns,); the sums are wholes · 2**exponents.
    """

    wholes: Wholes
    exponents: NDArray[np.int64]

    def __add__(self, other: Self) -> Self:
        least = np.minimum(self.exponents, other.exponents)
        return type(self)(self.at(least) + other.at(least), least)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DrawnSums) or self.wholes.shape != other.wholes.shape:
            return False
        least = np.minimum(self.exponents, other.exponents)
        return np.array_equal(self.at(least), other.at(least))

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, part: tuple[slice, slice]) -> Self:
        """Return the sums of some columns in some replicates."""
        return type(self)(self.wholes[part], self.exponents[part[0]])

    def at(self, exponents: NDArray[np.int64]) -> Wholes:
        """Return the integers for these exponents, which must not exceed the current ones."""
        shifts = (self.exponents - exponents).astype(object)
        return self.wholes << shifts[:, None] if shifts.any() else self.wholes


def drawn_sums(keys: Words, pairs: Words, columns: Sequence[tuple[Floats, ...]]) -> DrawnSums:
    """Return Σ m·x for each column and replicate, without error.

    Parameters
    ----------
    keys : of the rows, shape (n,).
    pairs : keys of the pairs of replicates, shape (p,), see `streams`.
    columns : one or two factors of shape (n,) each, float64, finite, whose product is x.

    Returns
    -------
    DrawnSums of 2p replicates; of a column of zeros the exponent is 0.
    """
    cut = [list(whole_pieces(*factors)) for factors in columns]
    exponents = [min((exponent for _, exponent in found), default=0) for found in cut]
    wholes = np.zeros((len(columns), 2 * pairs.size), dtype=object)
    pieces = [whole for found in cut for whole, _ in found]
    matrix = np.stack(pieces) if pieces else np.zeros((0, keys.size))
    for start in range(0, keys.size, LONG_SUM):
        rows = slice(start, start + LONG_SUM)
        totals = iter(_totals(keys[rows], pairs, np.ascontiguousarray(matrix[:, rows])))
        for column, (least, found) in enumerate(zip(exponents, cut, strict=True)):
            for _, exponent in found:
                wholes[column] += next(totals).astype(object) << (exponent - least)
    return DrawnSums(wholes, np.array(exponents, dtype=np.int64))


# The multiplicities of this many copies, of some rows in all replicates, are held at once.
MULTIPLICITIES = 1 << 22


def drawn_sums_of_copies(
    keys: Words, pairs: Words, columns: Sequence[Floats], copies: Floats
) -> DrawnSums:
    """Return Σ m·x for each column and replicate, with m by `multiplicities_of_copies`."""
    wholes = np.zeros((len(columns), 2 * pairs.size), dtype=object)
    step = max(1, MULTIPLICITIES // (2 * pairs.size))
    for start in range(0, keys.size, step):
        rows = slice(start, start + step)
        drawn = multiplicities_of_copies(keys[rows], pairs, copies[rows]).T
        for replicate, times in enumerate(np.ascontiguousarray(drawn)):
            for column, x in enumerate(columns):
                wholes[column, replicate] += exact_dot(times, x[rows])
    return DrawnSums(wholes, np.full(len(columns), UNIT_EXPONENT, dtype=np.int64))


def _totals(keys: Words, pairs: Words, columns: Floats) -> NDArray[np.int64]:
    """Return the sums of whole numbers, shape (columns, 2p)."""
    if resampler is not None:
        return resampler.drawn_totals(np.ascontiguousarray(keys), pairs, columns, THRESHOLDS)
    totals = np.zeros((len(columns), 2 * pairs.size), dtype=np.int64)
    for start, first in product(
        range(0, keys.size, SHORT_SUM), range(0, pairs.size, PAIRS_IN_CACHE)
    ):
        rows, some = slice(start, start + SHORT_SUM), slice(first, first + PAIRS_IN_CACHE)
        drawn = multiplicities(keys[rows], pairs[some]).astype(np.float64)
        sums = (columns[:, rows] @ drawn).astype(np.int64)
        totals[:, 2 * first : 2 * (first + PAIRS_IN_CACHE)] += sums
    return totals
