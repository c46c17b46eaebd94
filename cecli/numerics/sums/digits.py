"""Floating-point numbers and their products as multiples of a few quanta, and sums of bins.

Values that are summed many times with small multiplicities are split once. Each piece is a multiple
of one quantum, with few enough bits that sums of pieces are exact in a float64.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from math import frexp, ldexp
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.sums.exact import PRECISION, SMALLEST_EXPONENT, UNIT_EXPONENT, two_product

# Bits of a piece; slightly exceeded, because two terms are split together.
PIECE_BITS = 40
LARGEST_MODERATE = 2.0**400
# Mantissas are scaled by less than 2**WINDOW, so that nothing overflows or underflows.
WINDOW = 512


def whole_pieces(*factors: Floats) -> Iterator[tuple[Floats, int]]:
    """Yield whole numbers and their exponents, which add up to the product of the factors.

    Parameters
    ----------
    factors : one or two arrays of shape (n,), float64, finite.

    Yields
    ------
    whole : shape (n,), whole numbers of at most 2**PIECE_BITS + 1 in size.
    exponent : the sum of all whole · 2**exponent is exactly the product.

    Examples
    --------
    >>> import numpy as np
    >>> [(whole.tolist(), exponent) for whole, exponent in whole_pieces(np.array([1.5, 0.25]))]
    [([824633720832.0, 137438953472.0], -39)]
    """
    if len(factors) == 1 and _are_moderate(factors, 0.0):
        yield from _cut(list(factors))
    elif len(factors) == 2 and _are_moderate(factors, 1.0 / LARGEST_MODERATE):
        yield from _cut(list(two_product(*factors)))
    else:
        yield from _of_any_size(factors)


def _are_moderate(factors: tuple[Floats, ...], least: float) -> bool:
    """Return whether all factors are far enough from both ends of the range for every step."""
    sizes = (np.abs(factor) for factor in factors)
    return all(
        bool(((size < LARGEST_MODERATE) & ((size > least) | (size == 0.0))).all()) for size in sizes
    )


def _of_any_size(factors: tuple[Floats, ...]) -> Iterator[tuple[Floats, int]]:
    """Yield the same pieces from mantissas; products of similar size are split together."""
    mantissas, exponents = zip(*map(np.frexp, factors), strict=True)
    exponent = reduce(np.add, exponents)
    terms = mantissas if len(factors) == 1 else two_product(*mantissas)
    counts = terms[0] != 0.0
    if not counts.any():
        return
    top = int(exponent[counts].max())
    windows = (top - exponent) // WINDOW
    for window in np.unique(windows[counts]).tolist():
        base = top - (window + 1) * WINDOW
        inside = counts & (windows == window)
        shift = np.where(inside, exponent - base, 0)
        moved = [np.ldexp(np.where(inside, term, 0.0), shift) for term in terms]
        for whole, quantum in _cut(moved):
            yield whole, quantum + base


def _cut(terms: list[Floats]) -> Iterator[tuple[Floats, int]]:
    """Yield multiples of decreasing quanta until no remainder is left."""
    while (largest := max(float(np.abs(term).max(initial=0.0)) for term in terms)) > 0.0:
        quantum = max(math.frexp(largest)[1] - PIECE_BITS, SMALLEST_EXPONENT)
        scale = 2.0**quantum
        multiples = [np.trunc(term / scale) for term in terms]
        yield sum(multiples[1:], multiples[0]), quantum
        terms = [term - whole * scale for term, whole in zip(terms, multiples, strict=True)]


Integers = NDArray[np.int64]

BITS = 36
HALF = 1 << (BITS - 1)
# The number of multiples of a quantum, each below 2**BITS, whose sum is exact in a float64.
MOST_ROWS = 1 << (PRECISION - BITS - 1)
# Beyond this level, the constant that rounds to a multiple of the quantum would overflow.
LAST_LEVEL = 26
LEVELS_DOWN = 10


@dataclass(frozen=True)
class Digits:
    """The sums of some bins.

    Attributes
    ----------
    size : number of bins.
    levels : the digits of each level, shape (size,); carries may be pending.
    """

    size: int
    levels: Mapping[int, Integers]

    @classmethod
    def of_counts(cls, counts: Integers) -> Self:
        return cls(len(counts), {0: counts})

    @classmethod
    def sums_by(cls, codes: Integers, size: int, values: Floats) -> Self:
        """Return the sum of the values under each code.

        Parameters
        ----------
        codes : shape (n,), each in range(size).
        values : shape (n,), finite.

        Examples
        --------
        >>> from cecli.numerics.sums.exact import from_units
        >>> sums = Digits.sums_by(np.array([1, 0, 1]), 2, np.array([0.5, 2.0, 0.25]))
        >>> list(map(from_units, sums.units()))
        [Fraction(2, 1), Fraction(3, 4)]
        """
        total = cls(size, {})
        for start in range(0, len(values), MOST_ROWS):
            rows = slice(start, start + MOST_ROWS)
            total += cls(size, _levels(codes[rows], size, values[rows]))
        return total

    def __add__(self, other: Self) -> Self:
        """Return the sums of both, with equally many bins, after all carries."""
        levels = {level: digits.copy() for level, digits in self.levels.items()}
        for level, digits in other.levels.items():
            levels[level] = levels[level] + digits if level in levels else digits
        waiting = sorted(levels)
        while waiting:
            level = waiting.pop(0)
            # To the nearest: a digit may be negative, so a negative sum is not carried on forever.
            over = (levels[level] + HALF) >> BITS
            if over.any():
                levels[level] = levels[level] - (over << BITS)
                levels[level + 1] = levels[level + 1] + over if level + 1 in levels else over
                waiting = sorted({*waiting, level + 1})
        return type(self)(self.size, levels)

    def at(self, places: Integers, size: int) -> Self:
        """Return the same sums at some places among more bins."""
        levels = {}
        for level, digits in self.levels.items():
            levels[level] = np.zeros(size, dtype=np.int64)
            levels[level][places] = digits
        return type(self)(size, levels)

    def of(self, bins: Integers) -> Self:
        """Return the sums of some bins."""
        return type(self)(len(bins), {level: x[bins] for level, x in self.levels.items()})

    @property
    def nonzero(self) -> Integers:
        """The bins whose digits are not all zero."""
        found = np.zeros(self.size, dtype=np.bool_)
        for digits in self.levels.values():
            found |= digits != 0
        return np.flatnonzero(found)

    def units(self) -> list[int]:
        """Return the sums as integers, in units of `cecli.numerics.sums.exact`."""
        totals = [0] * self.size
        for level, digits in self.levels.items():
            shift = BITS * level - UNIT_EXPONENT
            totals = [
                total + (d << shift) for total, d in zip(totals, digits.tolist(), strict=True)
            ]
        return totals


def _levels(codes: Integers, size: int, values: Floats) -> dict[int, Integers]:
    """Return the digits of the sums of at most MOST_ROWS values."""
    largest = max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))
    if largest == 0.0:
        return {}
    level, rest = (frexp(largest)[1] - 1) // BITS, values
    if level > LAST_LEVEL:
        return _huge_levels(codes, size, values)
    levels = {}
    while True:
        quantum = BITS * level
        leading = rest
        if quantum > SMALLEST_EXPONENT:
            constant = ldexp(1.5, quantum + PRECISION - 1)
            leading = (rest + constant) - constant
        sums = np.bincount(codes, leading, size)
        levels[level] = np.ldexp(sums, -quantum).astype(np.int64)
        rest = rest - leading
        if not rest.any():
            return levels
        level -= 1


def _huge_levels(codes: Integers, size: int, values: Floats) -> dict[int, Integers]:
    """Return the same if some values are too large, which are scaled down by some levels."""
    huge = np.abs(values) >= 2.0 ** (BITS * LAST_LEVEL)
    scaled = np.ldexp(values[huge], -BITS * LEVELS_DOWN)
    some = Digits(size, {k + LEVELS_DOWN: x for k, x in _levels(codes[huge], size, scaled).items()})
    return dict((some + Digits(size, _levels(codes[~huge], size, values[~huge]))).levels)
