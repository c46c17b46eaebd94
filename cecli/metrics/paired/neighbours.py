"""How like each other the scores of neighbouring rows are."""

from fractions import Fraction
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.sums.exact import exact_dot, exact_moments, from_units
from cecli.statistics.mean import Score


@dataclass(frozen=True)
class NeighboursState:
    """Sums over consecutive rows, in exact units, and the first and the last value.

    Attributes
    ----------
    products : the sum of the products of each value and the next one.
    """

    rows: int = 0
    sum: int = 0
    squares: int = 0
    products: int = 0
    ends: tuple[float, float] = (0.0, 0.0)

    def merge(self, other: Self) -> Self:
        if not self.rows or not other.rows:
            return self if self.rows else other
        seam = exact_dot(np.array([self.ends[1]]), np.array([other.ends[0]]))
        return type(self)(
            self.rows + other.rows,
            self.sum + other.sum,
            self.squares + other.squares,
            self.products + seam + other.products,
            (self.ends[0], other.ends[1]),
        )

    @property
    def autocorrelation(self) -> float | None:
        """That of lag 1; None if all values are alike."""
        if not self.rows:
            return None
        total, n = from_units(self.sum), self.rows
        mean = total / n
        spread = from_units(self.squares) - total * mean
        if not spread:
            return None
        inner = 2 * total - Fraction(self.ends[0]) - Fraction(self.ends[1])
        return float((from_units(self.products) - mean * inner + (n - 1) * mean**2) / spread)


@dataclass(frozen=True)
class Neighbours:
    """The products of a score of neighbouring rows. It depends on the order of the rows."""

    score: Score

    def empty(self) -> NeighboursState:
        return NeighboursState()

    def summarize(self, chunk: Chunk) -> NeighboursState:
        if not len(chunk):
            return self.empty()
        x = np.ascontiguousarray(chunk.once(self.score))
        products = exact_dot(x[:-1].copy(), x[1:].copy())
        return NeighboursState(len(x), *exact_moments(x), products, ends_of(x))


def ends_of(values: Floats) -> tuple[float, float]:
    """Return the first and the last of some numbers."""
    return float(values[0]), float(values[-1])
