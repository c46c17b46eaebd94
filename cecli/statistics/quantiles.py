"""Quantiles of a score that is never negative, to a stated relative error, in bounded memory.

A value falls into the bin that its exponent and the first bits of its mantissa name, and a bin
remembers the exact weight of its rows: a histogram whose bins are all equally wide in relation to
their values. Bins need no arrangement beforehand, so that states merge without any loss, in any
order; sketches that keep a sample (KLL, t-digest) depend on the order of the rows.

References
----------
Tene, G., HdrHistogram. Masson, Rim, Lee (2019), DDSketch: a fast and fully-mergeable quantile
sketch with relative-error guarantees. doi:10.14778/3352063.3352135
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf
from typing import Self

import numpy as np

from cecli.chunk import Chunk
from cecli.numerics.exact import exact_sums_by
from cecli.statistics.mean import ONE, Score

# A bin is 2⁻¹⁰ of its lower end wide, or less, so that its middle is within 2⁻¹¹ of all in it.
MANTISSA_BITS = 10
RELATIVE_ERROR = 2.0 ** -(MANTISSA_BITS + 1)
DROPPED_BITS = 52 - MANTISSA_BITS
# Zero has a bin of its own, before those of all positive numbers.
ZERO_BIN = -1


@dataclass(frozen=True)
class QuantilesState:
    """The weight of each bin, in units of `numerics.exact`."""

    bins: Mapping[int, int] = field(default_factory=dict)

    def merge(self, other: Self) -> Self:
        merged = Counter(self.bins)
        merged.update(other.bins)
        return type(self)(dict(merged))

    def quantile(self, level: Fraction) -> float:
        """Return a value of which at least this share of the weight is not above.

        Within RELATIVE_ERROR of the smallest such value; 0 and ∞ are exact.
        """
        wanted = level * sum(self.bins.values())
        below = 0
        for code in sorted(self.bins):
            below += self.bins[code]
            if below >= wanted:
                return _middle(code)
        raise ValueError("no rows have no quantiles")


@dataclass(frozen=True)
class Quantiles:
    """The weighted distribution of a score, in [0, ∞]."""

    score: Score

    def empty(self) -> QuantilesState:
        return QuantilesState()

    def summarize(self, chunk: Chunk) -> QuantilesState:
        score = chunk.once(self.score)
        codes = np.where(score == 0.0, ZERO_BIN, score.view(np.int64) >> DROPPED_BITS)
        bins, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
        if chunk.weight is None:
            weights = [int(count) * ONE for count in counts]
        else:
            weights = exact_sums_by(places, len(bins), chunk.weight)
        return QuantilesState(dict(zip(bins.tolist(), weights, strict=True)))


def _middle(code: int) -> float:
    if code == ZERO_BIN:
        return 0.0
    low, high = np.array([code, code + 1], dtype=np.int64) << DROPPED_BITS
    bounds = np.array([low, high]).view(np.float64)
    return inf if np.isinf(bounds[0]) else float(bounds[0] / 2.0 + bounds[1] / 2.0)
