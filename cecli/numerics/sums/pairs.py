"""Many exact numbers at once, each as a pair of floats and a bound of the error.

A pair has about 106 bits, so its rounding is that of the exact number, unless the number is next to
the middle between two floats. The bound of the error tells: where it leaves a doubt, the rounded
number is NaN, and whoever asked computes this one alone, with integers.

References
----------
Hida, Y., Li, X. S., Bailey, D. H. (2001), Algorithms for quad-double precision floating point
arithmetic. doi:10.1109/ARITH.2001.930115
Ziv, A. (1991), Fast evaluation of elementary mathematical functions with correctly rounded last
bit. doi:10.1145/116813.116815
"""

from fractions import Fraction
from typing import Union

import numpy as np

from cecli.core.dataclasses import dataclass, replace
from cecli.numerics import Floats
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import two_product
from cecli.numerics.sums.levels import BITS

try:
    # The same arithmetic, compiled.
    from cecli.numerics.sums import pair_loops
except ImportError:
    pair_loops = None  # type: ignore[assignment]

# No operation loses more than this share of its largest operand.
LOSS = 2.0**-98
# The same for the sum of the low parts, and what the sum of the high parts lost.
LOSS_OF_LOW = 2.0**-50
# What products next to the end of the range of a float64 lose.
UNDERFLOW = 2.0**-960
# Digits below these levels count as errors; above, a number is out of range.
LOWEST_LEVEL, HIGHEST_LEVEL = -13, 8
# `roots.root_of_ratio` cuts a root, before it is rounded, to a multiple of this share of the last
# bit of a float.
LONGEST_CUT, SHORTEST_CUT = 2.0**-11, 2.0**-12

Exact = Union["FloatPairs", Fraction, int]


@dataclass(frozen=True, eq=False)
class FloatPairs:
    """Some numbers, each within `error` of the sum of a high and a low part.

    Attributes
    ----------
    high, low, error : shape (n,), or () for one number; high is the rounded sum of both. All are
        NaN where nothing is known.
    """

    high: Floats
    low: Floats
    error: Floats

    @classmethod
    def of(cls, sums: Digits) -> "FloatPairs":
        """Return exact sums."""
        high, low = np.zeros(sums.size), np.zeros(sums.size)
        error = np.zeros(sums.size)
        levels = sorted(sums.carried().levels.items(), reverse=True)
        for level, digits in levels:
            if level > HIGHEST_LEVEL:
                high = np.where(digits != 0, np.nan, high)
            elif level < LOWEST_LEVEL:
                error = np.where(digits != 0, 2.0 ** (BITS * (LOWEST_LEVEL + 1)), error)
            else:
                part = np.ldexp(digits.astype(np.float64), BITS * level)
                high, lost = _two_sum(high, part)
                low = low + lost
        if len(levels) > 1:
            # Two digits have room in a pair; of more of them, the sums of the lost are rounded.
            error = error + LOSS * np.abs(high)
        return _normal(high, low, error)

    @classmethod
    def exactly(cls, values: Floats) -> "FloatPairs":
        """Return floats as numbers without an error."""
        return cls(values, np.zeros_like(values), np.zeros_like(values))

    @property
    def _parts(self) -> tuple[Floats, Floats, Floats]:
        """The arrays, with one element for one number."""
        high, low, error = map(np.ascontiguousarray, (self.high, self.low, self.error))
        return high, low, error

    def __add__(self, other: Exact) -> "FloatPairs":
        other = _pairs(other)
        if _are_compiled(self, other):
            return FloatPairs(*pair_loops.added(self._parts, other._parts))
        high, lost = _two_sum(self.high, other.high)
        low, lost_low = _two_sum(self.low, other.low)
        lows = np.abs(self.low) + np.abs(other.low)
        first, rest = _quick_two_sum(high, lost + low)
        # Two floats have a sum without error.
        error = np.where(lows == 0.0, 0.0, (np.abs(lost) + lows) * LOSS_OF_LOW)
        return _normal(first, rest + lost_low, self.error + other.error + error)

    __radd__ = __add__

    def __neg__(self) -> "FloatPairs":
        return FloatPairs(-self.high, -self.low, self.error)

    def __sub__(self, other: Exact) -> "FloatPairs":
        return self + (-_pairs(other))

    def __rsub__(self, other: Exact) -> "FloatPairs":
        return _pairs(other) + (-self)

    def __mul__(self, other: Exact) -> "FloatPairs":
        other = _pairs(other)
        if _are_compiled(self, other):
            return FloatPairs(*pair_loops.multiplied(self._parts, other._parts))
        high, lost = two_product(self.high, other.high)
        low = lost + (self.high * other.low + self.low * other.high)
        a, b = np.abs(self.high), np.abs(other.high)
        passed = 2.0 * (self.error * (b + other.error) + a * other.error)
        # Two floats have a product without error, unless it underflows.
        are_floats = (self.low == 0.0) & (other.low == 0.0)
        error = np.where(are_floats, 0.0, a * b * LOSS)
        is_whole = (a == 0.0) | (b == 0.0) | (a * b > UNDERFLOW)
        has_error = (self.error > 0.0) | (other.error > 0.0)
        error += np.where(is_whole & ~has_error, 0.0, UNDERFLOW)
        return _normal(high, low, passed + error)

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> "FloatPairs":
        found = self
        for _ in range(exponent - 1):
            found = found * self
        return found

    def __truediv__(self, other: Exact) -> "FloatPairs":
        other = _pairs(other)
        if _are_compiled(self, other):
            return FloatPairs(*pair_loops.divided(self._parts, other._parts))
        with np.errstate(all="ignore"):
            first = self.high / other.high
            rest = self - other * FloatPairs.exactly(first)
            second = rest.high / other.high
            rest = rest - other * FloatPairs.exactly(second)
            high, low = _quick_two_sum(first, second)
            low = low + rest.high / other.high
            below = np.abs(other.high) - other.error - np.abs(other.low)
            error = 2.0 * rest.error / below + np.abs(high) * LOSS
            error += np.where(rest.error > 0.0, UNDERFLOW, 0.0)
            # A divisor that may be 0 tells nothing.
            error = np.where(below > 0.0, error, np.nan)
        return _normal(high, low, error)

    def __rtruediv__(self, other: Exact) -> "FloatPairs":
        return _pairs(other) / self

    def rounded(self) -> Floats:
        """Return the nearest floats; NaN where the error leaves a doubt."""
        with np.errstate(all="ignore"):
            size = np.abs(self.high)
            half = (size - np.nextafter(size, 0.0)) / 2.0
            # Without an error, even a tie is decided: the high part is the rounded sum.
            is_sure = (self.error == 0.0) | (np.abs(self.low) + self.error < half)
            return np.where(is_sure, self.high, np.nan)

    def root(self) -> Floats:
        """Return the square roots with the bits of `roots.root_of_ratio`; NaN where in doubt."""
        with np.errstate(all="ignore"):
            first = np.sqrt(self.high)
            square, lost = two_product(first, first)
            second = ((self.high - square) - lost + self.low) / (2.0 * first)
            found = _normal(first, second, self.error / first + first * LOSS)
            found = replace(found, error=np.where(self.high > UNDERFLOW, found.error, np.nan))
            is_zero = (self.high == 0.0) & (self.error == 0.0)
            return np.where(is_zero, 0.0, _rounded_after_cut(found))


def _are_compiled(a: FloatPairs, b: FloatPairs) -> bool:
    """Return whether arithmetic is compiled: where there are many of one number."""
    return pair_loops is not None and bool(a.high.shape or b.high.shape)


def _pairs(x: Exact) -> FloatPairs:
    if isinstance(x, FloatPairs):
        return x
    try:
        high = float(x)
    except OverflowError:
        return FloatPairs(*(np.float64(np.nan),) * 3)  # type: ignore[arg-type]
    low = float(Fraction(x) - Fraction(high))
    error = abs(float(Fraction(x) - Fraction(high) - Fraction(low))) * 1.5
    return FloatPairs(np.float64(high), np.float64(low), np.float64(error))  # type: ignore[arg-type]


def _normal(high: Floats, low: Floats, error: Floats) -> FloatPairs:
    return FloatPairs(*_quick_two_sum(high, low), error)


def _two_sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return a + b rounded, and the error of that rounding (Knuth)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _quick_two_sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return the same, if b is not the larger one (Dekker)."""
    total = a + b
    return total, b - (total - a)


def _rounded_after_cut(x: FloatPairs) -> Floats:
    """Return the numbers rounded to the nearest, even ones for ties, after they are cut.

    The cut leaves 11 or 12 bits after the last one of a float. So it makes ties of numbers
    that are above the middle by less.
    """
    below, above = np.nextafter(x.high, 0.0), np.nextafter(x.high, np.inf)
    beyond, last = x.low + (x.high - below) / 2.0, x.high - below
    is_high = (beyond > last * LONGEST_CUT + x.error) & (x.low + x.error < (above - x.high) / 2.0)
    is_tie = (beyond > x.error) & (beyond < last * SHORTEST_CUT - x.error)
    even = np.where(x.high.view(np.int64) & 1, below, x.high)
    return np.where(is_high, x.high, np.where(is_tie, even, np.nan))
