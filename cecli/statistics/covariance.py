"""How two scores vary together, from exact sums."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

import numpy as np

from cecli.chunk import Chunk
from cecli.numerics.exact import exact_dot, exact_weighted_dot, from_units
from cecli.statistics.mean import MeanState, Score, has_infinite


@dataclass(frozen=True)
class ProductState:
    """Σw²xy, as an integer in units of `numerics.exact`, over the rows where both are finite."""

    weighted_products: int = 0

    def merge(self, other: Self) -> Self:
        return type(self)(self.weighted_products + other.weighted_products)

    def covariance_of_means(self, x: MeanState, y: MeanState) -> Fraction | None:
        """Return Σ wᵢ²(xᵢ − x̄)(yᵢ − ȳ) / W² · n/(n − 1): exact; None where a variance would be."""
        rows, weights = x.weights.rows, x.weights
        if x.infinite_rows or y.infinite_rows or rows < 2:
            return None
        x_mean, y_mean = x.finite_mean, y.finite_mean
        products = (
            from_units(self.weighted_products)
            - x_mean * from_units(y.weighted_sum)
            - y_mean * from_units(x.weighted_sum)
            + x_mean * y_mean * from_units(weights.weight_squared)
        )
        return products / weights.total**2 * Fraction(rows, rows - 1)


@dataclass(frozen=True)
class Product:
    """What the covariance of the means of two scores needs beside their own moments."""

    x: Score
    y: Score

    def empty(self) -> ProductState:
        return ProductState()

    def summarize(self, chunk: Chunk) -> ProductState:
        x, y, w = chunk.once(self.x), chunk.once(self.y), chunk.weight
        if has_infinite(x) or has_infinite(y):
            infinite = np.isinf(x) | np.isinf(y)
            x, y = np.where(infinite, 0.0, x), np.where(infinite, 0.0, y)
        return ProductState(exact_dot(x, y) if w is None else exact_weighted_dot(x, y, w))
