"""Quantiles of a non-negative score, within a stated relative error, in bounded memory.

The exponent of a value and the first bits of its mantissa determine its bin, and each bin keeps the
exact weight of its rows: a histogram whose bins have about the same relative width. The bins are
fixed, so that states merge without loss in any order; sketches that keep a sample (KLL, t-digest)
depend on the order of the rows.

References
----------
Tene, G., HdrHistogram. Masson, Rim, Lee (2019), DDSketch: a fast and fully-mergeable quantile
sketch with relative-error guarantees. doi:10.14778/3352063.3352135
"""

from bisect import bisect_left
from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property, reduce
from math import ceil, inf
from operator import mul, or_
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.ascending import union
from cecli.numerics.sums.digits import Digits
from cecli.statistics.mean import Score

# The width of a bin is at most 2⁻¹⁰ of its lower end, so its midpoint is within 2⁻¹¹ of each value.
MANTISSA_BITS = 10
RELATIVE_ERROR = 2.0 ** -(MANTISSA_BITS + 1)
FRACTION = 52
INFINITE_EXPONENT = 0x7FF
# The bin of infinity, at the usual width.
INFINITE_CODE = INFINITE_EXPONENT << MANTISSA_BITS
# Up to this many consecutive bins are all kept, even empty ones: adding them all is faster than
# selecting those in use.
FEW = 1 << 13
# Up to this many are counted temporarily.
MANY = 1 << 18
# Zero has its own bin, below those of all positive numbers.
ZERO_BIN = -1


@dataclass(frozen=True, eq=False)
class QuantilesState:
    """The weight of each bin that occurs.

    Attributes
    ----------
    codes : of the bins, ascending, int64; some may be empty.
    weights : total weight of the rows in each bin.
    """

    codes: Integers
    weights: Digits
    mantissa_bits: int = MANTISSA_BITS

    @classmethod
    def of_bins(cls, first: int, counts: Integers, zeros: int, mantissa_bits: int) -> Self:
        """Return the state of rows that were counted in consecutive bins, and of zeros.

        Parameters
        ----------
        first : the code of the first bin.
        counts : rows in each bin, shape (bins,).
        """
        used = np.flatnonzero(counts)
        low, high = (used[0], used[-1] + 1) if used.size else (0, 0)
        codes, counts = np.arange(first + low, first + high), counts[low:high]
        if zeros:
            codes, counts = np.append(ZERO_BIN, codes), np.append(zeros, counts)
        return cls(codes, Digits.of_counts(counts), mantissa_bits)

    def merge(self, other: Self) -> Self:
        if not self.codes.size or not other.codes.size:
            return other if other.codes.size else self
        low = min(self.codes[0], other.codes[0])
        size = max(self.codes[-1], other.codes[-1]) + 1 - low
        if size <= FEW:
            codes = np.arange(low, low + size)
            places = [state.codes - low for state in (self, other)]
        else:
            codes = union([self.codes, other.codes])
            places = [np.searchsorted(codes, state.codes) for state in (self, other)]
        weights = (self.weights, other.weights)
        merged = Digits.added(codes.size, list(zip(places, weights, strict=True)))
        return type(self)(codes, merged, self.mantissa_bits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QuantilesState) and self.bins == other.bins

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def bins(self) -> dict[int, int]:
        """The weight of each bin that occurs, in units of `numerics.sums.exact`."""
        pairs = zip(self.codes.tolist(), self.weights.units(), strict=True)
        return {code: weight for code, weight in pairs if weight}

    @property
    def total(self) -> int:
        """The weight of all rows, in the same units."""
        return sum(self.bins.values())

    def middles(self) -> list[tuple[float, int]]:
        """Return the midpoint of each bin that occurs and its weight, ascending."""
        bins = self.bins
        return list(zip(self._middles(bins), bins.values(), strict=True))

    def quantile(self, level: Fraction) -> float:
        """Return the smallest value that at least this share of the weight does not exceed.

        It is exact for 0 and ∞, and within RELATIVE_ERROR otherwise.
        """
        size = self.codes.size
        total = self._weight_up_to(size - 1) if size else 0
        if not total:
            raise ValueError("no rows have no quantiles")
        # One unit at least, so that a bin without rows is never the first to reach it.
        wanted = max(ceil(level * total), 1)
        place = bisect_left(range(size), wanted, key=self._weight_up_to)
        return self._middles(self.codes[[place]])[0]

    @cached_property
    def _cumulated(self) -> Digits:
        return self.weights.cumulated()

    def _weight_up_to(self, place: int) -> int:
        """Return the weight of the bins up to this one, in units of `numerics.sums.exact`."""
        return self._cumulated.of(np.array([place])).units()[0]

    def share_above(self, level: Fraction) -> Fraction:
        """Return the share of Σwx due to the largest x, those above this share of the weight.

        The error is that of the bins. All values must be finite, and not all of them zero.
        """
        # Integers without the zeros that all weights end in, thousands of bits, in units of
        # 1/denominator, and of a common quantum of the midpoints.
        bins = self.bins
        together = reduce(or_, bins.values())
        zeros = (together & -together).bit_length() - 1
        weights, values = [x >> zeros for x in bins.values()], _in_common_units(self._middles(bins))
        numerator, denominator = level.as_integer_ratio()
        left = (denominator - numerator) * sum(weights)
        top = 0
        largest = zip(reversed(values), reversed(weights), strict=True)
        while left:
            value, weight = next(largest)
            taken = min(left, weight * denominator)
            top += taken * value
            left -= taken
        return Fraction(top, denominator * sum(map(mul, weights, values)))

    def _middles(self, bins: Iterable[int]) -> list[float]:
        """Return the midpoints of some bins, within which values are evenly spaced."""
        codes = np.array(list(bins), dtype=np.int64)
        shift = FRACTION - self.mantissa_bits
        middles = ((codes << shift) + (1 << (shift - 1))).view(np.float64)
        middles[codes == INFINITE_EXPONENT << self.mantissa_bits] = inf
        middles[codes == ZERO_BIN] = 0.0
        return list(map(float, middles))


def _in_common_units(values: Iterable[float]) -> list[int]:
    """Return integers exactly proportional to these finite values."""
    ratios = [value.as_integer_ratio() for value in values]
    # Denominators are powers of two, so the largest is a multiple of each.
    finest = max(denominator for _, denominator in ratios)
    return [numerator * (finest // denominator) for numerator, denominator in ratios]


@dataclass(frozen=True)
class Quantiles:
    """The weighted distribution of a score, in [0, ∞]."""

    score: Score
    mantissa_bits: int = MANTISSA_BITS

    def empty(self) -> QuantilesState:
        nothing = np.empty(0, dtype=np.int64)
        return QuantilesState(nothing, Digits(0, {}), self.mantissa_bits)

    def summarize(self, chunk: Chunk) -> QuantilesState:
        if not len(chunk):
            return self.empty()
        score = chunk.once(self.score)
        codes = score.view(np.int64) >> (FRACTION - self.mantissa_bits)
        if (zero := score == 0.0).any():
            codes[zero] = ZERO_BIN
        bins, weights = _counted(codes, chunk.weight)
        if bins.size > FEW:
            used = weights.nonzero
            bins, weights = bins[used], weights.of(used)
        return QuantilesState(bins, weights, self.mantissa_bits)


def _counted(codes: Integers, weight: Floats | None) -> tuple[Integers, Digits]:
    """Return bins that include all that occur, and the weight of each."""
    low = int(codes.min())
    size = int(codes.max()) + 1 - low
    if size <= MANY:
        bins, places = np.arange(low, low + size), codes - low
    else:
        bins, places = np.unique(codes, return_inverse=True)
    if weight is None:
        return bins, Digits.of_counts(np.bincount(places, minlength=bins.size))
    return bins, Digits.sums_by(places, bins.size, weight)
