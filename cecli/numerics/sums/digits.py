"""Exact sums of many bins, as digits.

The sums of all bins are a few arrays: one digit of each bin at each level, a power of 2³⁶. Sums
merge by adding arrays, and levels are added where a value needs them.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial, reduce
from operator import mul
from typing import Self

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.sums import exact
from cecli.numerics.sums.exact import (
    UNIT_EXPONENT,
    product_terms,
    safe_to_multiply,
)
from cecli.numerics.sums.levels import (
    BITS,
    MOST_COMPILED,
    MOST_ROWS,
    Integers,
    added,
    carried,
    compiled_products,
    levels_of,
)

# The most factors whose products over stretches are compiled.
COMPILED_FACTORS = 2


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
            total += cls(size, levels_of(codes[rows], size, values[rows]))
        return total

    @classmethod
    def of_lines(cls, first: int, lines: Integers) -> Self:
        """Return sums whose digits from a first level on are given, shape (levels, size)."""
        used = np.flatnonzero(lines.any(axis=1)).tolist()
        return cls(lines.shape[1], {first + level: lines[level] for level in used}).carried()

    @classmethod
    def of_units(cls, units: Sequence[int]) -> Self:
        """Return sums given as integers, in units of `cecli.numerics.sums.exact`."""
        levels: dict[int, Integers] = {}
        lowest, spare = divmod(UNIT_EXPONENT, BITS)
        for place, total in enumerate(units):
            rest, level, sign = abs(total) << spare, lowest, 1 if total > 0 else -1
            while rest:
                if digit := rest & ((1 << BITS) - 1):
                    if level not in levels:
                        levels[level] = np.zeros(len(units), dtype=np.int64)
                    levels[level][place] = sign * digit
                rest, level = rest >> BITS, level + 1
        return cls(len(units), levels).carried()

    @classmethod
    def products_by(cls, codes: Integers, size: int, *factors: Floats) -> Self:
        """Return the sum under each code of the product of one to four factors.

        Parameters
        ----------
        codes : shape (n,), each in range(size).
        factors : shape (n,), finite.

        Examples
        --------
        >>> from cecli.numerics.sums.exact import from_units
        >>> x = np.array([0.5, 2.0, 0.25])
        >>> sums = Digits.products_by(np.array([1, 0, 1]), 2, x, x)
        >>> list(map(from_units, sums.units()))
        [Fraction(4, 1), Fraction(5, 16)]
        """
        total = cls(size, {})
        for start in range(0, len(codes), MOST_COMPILED):
            part = slice(start, start + MOST_COMPILED)
            found = compiled_products(codes[part], size, tuple(x[part] for x in factors))
            if found is None:
                return cls(size, _products_in_numpy(codes, size, factors).levels)
            total += cls(size, found)
        return total

    @classmethod
    def products_of_stretches(cls, starts: Integers, *factors: Floats) -> Self:
        """Return the sum over stretches of rows of the product of one to four factors.

        That of one or two is faster than `products_by`, if stretches are long and the compiled
        parts are there.

        Parameters
        ----------
        starts : the first row of each stretch, and the number n of all rows.
        factors : shape (n,), finite.
        """
        if exact.accumulator is None or len(factors) > COMPILED_FACTORS:
            size = len(starts) - 1
            return cls.products_by(np.repeat(np.arange(size), np.diff(starts)), size, *factors)
        return cls._of_levels(*exact.accumulator.digits_of_stretches(starts, factors))

    @classmethod
    def weighted_products_of_stretches(
        cls, starts: Integers, x: Floats, y: Floats, weight: Floats
    ) -> Self:
        """Return Σ w²xy over stretches of rows; see `products_of_stretches`."""
        if exact.accumulator is not None:
            found = exact.accumulator.weighted_digits_of_stretches(starts, x, y, weight)
            if found is not None:
                return cls._of_levels(*found)
        return cls.products_of_stretches(starts, weight, weight, x, y)

    @classmethod
    def weighted_moments_of_stretches(
        cls, starts: Integers, x: Floats, weight: Floats
    ) -> tuple[Self, Self, Self]:
        """Return Σ wx, Σ w²x and Σ w²x² over stretches of rows; see `products_of_stretches`."""
        if exact.accumulator is not None:
            found = exact.accumulator.weighted_moments_of_stretches(starts, x, weight)
            if found is not None:
                first, second, third = (cls._of_levels(*sums) for sums in found)
                return first, second, third
        of = partial(cls.products_of_stretches, starts)
        return of(weight, x), of(weight, weight, x), of(weight, weight, x, x)

    @classmethod
    def _of_levels(cls, first: int, digits: Integers) -> Self:
        """Return sums of which the levels from a first one on are known."""
        return cls(digits.shape[1], dict(enumerate(digits, start=first))).carried()

    @classmethod
    def added(cls, size: int, parts: Sequence[tuple[Integers, Self]]) -> Self:
        """Return the total of some sums, each with its own places among all bins.

        Parameters
        ----------
        parts : fewer than 2**26; places are distinct within each, shape (part's size,).
        """
        return cls(size, added(size, [(places, part.levels) for places, part in parts])).carried()

    def at_places(self, places: Integers, size: int) -> Self:
        """Return the sums of these bins by their places among others, shape (self.size,)."""
        levels = {level: np.zeros(size, dtype=np.int64) for level in self.levels}
        for level, digits in self.levels.items():
            np.add.at(levels[level], places, digits)
        return type(self)(size, levels).carried()

    def __add__(self, other: Self) -> Self:
        """Return the sums of both, with equally many bins, after all carries."""
        levels = dict(self.levels)
        for level, digits in other.levels.items():
            levels[level] = levels[level] + digits if level in levels else digits
        return type(self)(self.size, levels).carried()

    def __sub__(self, other: Self) -> Self:
        return self + type(self)(other.size, {level: -x for level, x in other.levels.items()})

    def carried(self) -> Self:
        """Return the same sums, each digit from −HALF to HALF − 1."""
        return type(self)(self.size, carried(self.levels, self.size))

    def cumulated(self) -> Self:
        """Return for each bin the sum of all bins up to it, of fewer than 2²⁷ bins.

        Examples
        --------
        >>> Digits.of_counts(np.array([1, 0, 2])).cumulated().levels[0].tolist()
        [1, 1, 3]
        """
        levels = {level: np.cumsum(digits) for level, digits in self.carried().levels.items()}
        return type(self)(self.size, levels)

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
        totals, first = [0] * self.size, min(self.levels, default=0)
        for level, digits in self.levels.items():
            shift = BITS * (level - first)
            totals = [
                total + (d << shift) for total, d in zip(totals, digits.tolist(), strict=True)
            ]
        # Short until here. The lowest level begins below one unit, but no sum has a bit there.
        shift = BITS * first - UNIT_EXPONENT
        return [total << shift if shift >= 0 else total >> -shift for total in totals]


def _products_in_numpy(codes: Integers, size: int, factors: tuple[Floats, ...]) -> Digits:
    safe = safe_to_multiply(factors)
    total = Digits(size, {})
    if not safe.all():
        units = [0] * size
        for code, *row in zip(*(x[~safe].tolist() for x in (codes, *factors)), strict=True):
            top, bottom = reduce(mul, map(Fraction, row)).as_integer_ratio()
            units[code] += (top << -UNIT_EXPONENT) // bottom
        total = Digits.of_units(units)
        factors = tuple(np.where(safe, factor, 0.0) for factor in factors)
    for term in product_terms(factors):
        total += Digits.sums_by(codes, size, term)
    return total
