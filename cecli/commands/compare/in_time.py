"""Rows in order of time, whose differences may depend on those shortly before them.

The standard error is that of equal-weighted cosines: the total of the differences is known as well
as totals that are weighted by slow waves, which have no other mean than 0.

References
----------
Lazarus, E., Lewis, D. J., Stock, J. H., Watson, M. W. (2018), HAR inference: recommendations for
practice. doi:10.1080/07350015.2018.1506926
Diebold, F. X., Mariano, R. S. (1995), Comparing predictive accuracy.
doi:10.1080/07350015.1995.10524599
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, field
from cecli.core.statistic import States, Statistic
from cecli.core.table import INPUT, ROW
from cecli.intervals.delta import Draws, Spread, square_root
from cecli.metrics.paired.losses import Paired
from cecli.numerics import Floats
from cecli.numerics.sums.exact import exact_dot, exact_sums_by, from_units
from cecli.report.result import Undefined
from cecli.statistics.mean import ONE, Score

# More waves for more rows, up to so many: Student's t is then nearly normal.
MOST_WAVES = 128
# So many consecutive blocks of rows at most. Within a block, even the fastest wave hardly changes.
MOST_BLOCKS = 4096
WIDEST = 62

# An input, and a block of its rows.
Block = tuple[int, int]
# The number of rows, their weight, and the total of their weighted values, in exact units.
Total = tuple[int, int, int]


@dataclass(frozen=True)
class BlocksState:
    """Totals of consecutive rows.

    Attributes
    ----------
    level : a block has the rows whose numbers agree but for so many last bits; no more than needed
        for MOST_BLOCKS, so that it depends on the rows alone.
    """

    level: int = 0
    totals: Mapping[Block, Total] = field(default_factory=dict)

    def merge(self, other: Self) -> Self:
        level = max(self.level, other.level)
        totals: dict[Block, Total] = {}
        for state in (self, other):
            _add(totals, state.totals, level - state.level)
        while len(totals) > MOST_BLOCKS and level < WIDEST:
            wider: dict[Block, Total] = {}
            _add(wider, totals, 1)
            level, totals = level + 1, wider
        return type(self)(level, totals)


def _add(into: dict[Block, Total], totals: Mapping[Block, Total], shift: int) -> None:
    for (place, number), (rows, weight, total) in totals.items():
        block = place, number >> shift
        before = into.get(block, (0, 0, 0))
        into[block] = before[0] + rows, before[1] + weight, before[2] + total


@dataclass(frozen=True)
class Blocks:
    """Totals of a score over consecutive rows.

    Attributes
    ----------
    score : of each row, times its weight.
    """

    score: Score

    def empty(self) -> BlocksState:
        return BlocksState()

    def summarize(self, chunk: Chunk) -> BlocksState:
        if not len(chunk):
            return self.empty()
        place, numbers = int(chunk.numbers[INPUT][0]), chunk.numbers[ROW].astype(np.int64)
        # A block has 2^level rows at most, so that no lower level would do.
        level = max(0, (len(chunk) - 1) // MOST_BLOCKS).bit_length()
        found, codes = np.unique(numbers >> level, return_inverse=True)
        while found.size > MOST_BLOCKS:
            level += 1
            found, codes = np.unique(numbers >> level, return_inverse=True)
        rows: list[int] = np.bincount(codes, minlength=found.size).tolist()
        weights = [count * ONE for count in rows]
        if chunk.weight is not None:
            weights = exact_sums_by(codes, found.size, chunk.weight)
        totals = exact_sums_by(codes, found.size, chunk.once(self.score))
        of_blocks = zip(found.tolist(), rows, weights, totals, strict=True)
        return BlocksState(level, {(place, number): (r, w, x) for number, r, w, x in of_blocks})


@dataclass(frozen=True)
class InTime:
    """Rows in order of time: differences depend on those shortly before them."""

    def statistics(self, paired: Paired) -> Sequence[Statistic[Any]]:
        return (self._blocks(paired),)

    def spread(self, paired: Paired, draws: Draws, states: States) -> Spread | Undefined:
        """Return the standard error of the mean difference, and its degrees of freedom.

        Notes
        -----
        Λ_j = √2 Σ_t w(d − d̄) cos(πj(t − ½)/n) for j = 1 … ν, and the standard error is
        √(ΣΛ_j²/ν)/W.
        """
        blocks = sorted(states[self._blocks(paired)].totals.items())
        totals = [total for _, total in blocks]
        n = sum(rows for rows, _, _ in totals)
        waves = min(waves_of(n), len(totals) - 1)
        if waves < 1:
            return Undefined(f"a standard error of rows in time needs more than {n} {draws.draw}s")
        mean, weight = states[paired.difference].finite_mean, states[paired.difference].weights
        rest = [float(from_units(x) - mean * from_units(w)) for _, w, x in totals]
        # Twice the middle of each block, minus 1: an odd number for a single row.
        ends = np.cumsum([rows for rows, _, _ in totals])
        middles = 2 * ends - np.array([rows for rows, _, _ in totals])
        squares = Fraction(0)
        for wave in range(1, waves + 1):
            projected = exact_dot(np.array(rest), cos_pi(wave * middles, 2 * n))
            squares += 2 * from_units(projected) ** 2
        return Spread(square_root(squares / waves / weight.total**2), float(waves))

    def _blocks(self, paired: Paired) -> Blocks:
        return Blocks(paired.few.score)


def waves_of(rows: int) -> int:
    """Return the number of waves: the integer part of 0.4 n^(2/3), but MOST_WAVES at most.

    Examples
    --------
    >>> waves_of(1000), waves_of(999), waves_of(10**9)
    (40, 39, 128)
    """
    waves = 0
    while waves < MOST_WAVES and 125 * (waves + 1) ** 3 <= 8 * rows**2:
        waves += 1
    return waves


def cos_pi(numerator: Any, denominator: int) -> Floats:
    """Return cos(π·numerator/denominator), the same on every machine.

    Parameters
    ----------
    numerator : integers ≥ 0.

    Notes
    -----
    The angle is reduced exactly to [0, π/4], where nine terms of a series are within 2 ulp.

    Examples
    --------
    >>> cos_pi(np.array([0, 1, 2, 3, 6]), 3).round(15).tolist()
    [1.0, 0.5, -0.5, -1.0, 1.0]
    """
    turn = np.asarray(numerator) % (2 * denominator)
    turn = np.minimum(turn, 2 * denominator - turn)
    sign = np.where(2 * turn > denominator, -1.0, 1.0)
    turn = np.minimum(turn, denominator - turn)
    is_sine = 4 * turn > denominator
    x = np.where(is_sine, denominator - 2 * turn, 2 * turn) * (math.pi / (2 * denominator))
    z = x * x
    cosine, sine = np.zeros_like(x), np.zeros_like(x)
    for k in reversed(range(10)):
        cosine = 1.0 / math.factorial(2 * k) - z * cosine
        sine = 1.0 / math.factorial(2 * k + 1) - z * sine
    return np.asarray(sign * np.where(is_sine, x * sine, cosine))
