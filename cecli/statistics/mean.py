"""Weighted means of scores, their variances and covariances, from exact sums."""

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.sums.exact import (
    UNIT_EXPONENT,
    exact_counted_moments,
    exact_dot,
    exact_moments,
    exact_weighted_dot,
    exact_weighted_moments,
    from_units,
    ratio,
    to_units,
)
from cecli.numerics.sums.roots import root_of_ratio

Score = Callable[[Chunk], Floats]
ONE = to_units(1.0)


@dataclass(frozen=True)
class WeightState:
    """Rows, Σw and Σw². The sums are integers, in units of `numerics.sums.exact`.

    A row with a count of k is k rows of weight 1.
    """

    rows: int = 0
    weight: int = 0
    weight_squared: int = 0

    def merge(self, other: Self) -> Self:
        return type(self)(
            self.rows + other.rows,
            self.weight + other.weight,
            self.weight_squared + other.weight_squared,
        )

    @property
    def total(self) -> Fraction:
        return from_units(self.weight)

    @property
    def mean(self) -> Fraction:
        """Σw / n: exact."""
        return self.total / self.rows

    def quotient(self, dispersion: int) -> tuple[int, int]:
        """Return the numerator and the denominator of `variance`."""
        rows = self.rows
        return rows * dispersion << -UNIT_EXPONENT, (rows - 1) * self.weight**4

    def variance(self, dispersion: int) -> Fraction:
        """Return a variance of a mean, or a covariance, from its dispersion; of two rows or more.

        It is dispersion / W⁴ · n/(n − 1), exact.
        """
        return Fraction(*self.quotient(dispersion))

    @property
    def effective_rows(self) -> Fraction:
        """(Σw)²/Σw², Kish's effective sample size."""
        return self.total**2 / from_units(self.weight_squared)


@dataclass(frozen=True)
class Weight:
    """The number of rows, and the sums of their weights."""

    def empty(self) -> WeightState:
        return WeightState()

    def summarize(self, chunk: Chunk) -> WeightState:
        return chunk.once(weight_of)


WEIGHT = Weight()


def weight_of(chunk: Chunk) -> WeightState:
    """Return the state of `Weight`, which all means of a chunk share."""
    rows, weight = chunk.rows, chunk.weight
    if weight is None or chunk.count is not None:
        return WeightState(rows, rows * ONE, rows * ONE)
    return WeightState(rows, *exact_moments(weight))


@dataclass(frozen=True)
class MeanState:
    """Exact moments of a score x under weights w, over the rows where x is finite.

    The sums Σwx, Σw²x and Σw²x² are integers, in units of `numerics.sums.exact`, like the weights.
    A row with a count of k adds what k rows of weight 1 add: kx, kx and kx².
    """

    weights: WeightState = WeightState()
    sum: int = 0
    weighted_sum: int = 0
    weighted_squares: int = 0
    infinite_rows: int = 0
    infinite_weight: int = 0

    def merge(self, other: Self) -> Self:
        return type(self)(
            self.weights.merge(other.weights),
            self.sum + other.sum,
            self.weighted_sum + other.weighted_sum,
            self.weighted_squares + other.weighted_squares,
            self.infinite_rows + other.infinite_rows,
            self.infinite_weight + other.infinite_weight,
        )

    @property
    def total(self) -> Fraction | float:
        """Σwx: exact, or infinite."""
        return inf if self.infinite_rows else from_units(self.sum)

    @property
    def twice_weighted(self) -> Fraction:
        """Σw²x over the rows where x is finite, exact."""
        return from_units(self.weighted_sum)

    @property
    def squares(self) -> Fraction:
        """Σw²x² over the rows where x is finite, exact."""
        return from_units(self.weighted_squares)

    @property
    def mean(self) -> Fraction | float:
        """Σwx / Σw: exact, or infinite."""
        return inf if self.infinite_rows else self.finite_mean

    @cached_property
    def finite_mean(self) -> Fraction:
        """Σwx / Σw with infinite terms counted as zero."""
        return ratio(self.sum, self.weights.weight)

    @cached_property
    def dispersion(self) -> int:
        """W² Σ w²(x − mean)², without error, as a product of sums in units."""
        weight, twice = self.weights.weight, self.weighted_sum
        first = weight * (weight * self.weighted_squares - 2 * self.sum * twice)
        return first + self.sum * self.sum * self.weights.weight_squared

    @cached_property
    def error_of_mean(self) -> float | None:
        """The root of `variance_of_mean`, without its fractions."""
        if self.infinite_rows or self.weights.rows < 2:
            return None
        return root_of_ratio(*self.weights.quotient(self.dispersion))

    @cached_property
    def variance_of_mean(self) -> Fraction | None:
        """Σ wᵢ²(xᵢ − mean)² / W² · n/(n − 1): exact; None for one row, or an infinite mean.

        References
        ----------
        Cochran, W. G. (1977), Sampling Techniques, section 6.4: the ratio estimator.
        """
        if self.infinite_rows or self.weights.rows < 2:
            return None
        return self.weights.variance(self.dispersion)


@dataclass(frozen=True)
class Mean:
    """The weighted mean of a score: a function from a chunk to one float64 per row, never −∞."""

    score: Score

    def empty(self) -> MeanState:
        return MeanState()

    def summarize(self, chunk: Chunk) -> MeanState:
        score = chunk.once(self.score)
        if not has_infinite(score):
            return _moments(chunk, score)
        infinite = np.isinf(score)
        weights = chunk.where(infinite).once(weight_of)
        return _moments(chunk, np.where(infinite, 0.0, score), weights.rows, weights.weight)


def has_infinite(score: Floats) -> bool:
    """Return whether any value of a score, which is never −∞, is infinite."""
    return bool(score.max(initial=0.0) == inf)


def _moments(
    chunk: Chunk, x: Floats, infinite_rows: int = 0, infinite_weight: int = 0
) -> MeanState:
    weights, w = chunk.once(weight_of), chunk.weight
    if w is None or chunk.count is not None:
        total, squares = exact_moments(x) if w is None else exact_counted_moments(x, w)
        sums = (total, total, squares)
    else:
        sums = exact_weighted_moments(x, w)
    return MeanState(weights, *sums, infinite_rows, infinite_weight)


@dataclass(frozen=True)
class ProductState:
    """Σw²xy over rows where both are finite, an integer in units of `numerics.sums.exact`.

    A row with a count of k adds kxy.
    """

    weighted_products: int = 0

    def merge(self, other: Self) -> Self:
        return type(self)(self.weighted_products + other.weighted_products)

    @property
    def total(self) -> Fraction:
        """Σw²xy, exact."""
        return from_units(self.weighted_products)

    def covariance_of_means(self, x: MeanState, y: MeanState) -> Fraction | None:
        """Return Σ wᵢ²(xᵢ − x̄)(yᵢ − ȳ) / W² · n/(n − 1): exact; None as for a variance."""
        if x.infinite_rows or y.infinite_rows or x.weights.rows < 2:
            return None
        return x.weights.variance(self._dispersion(x, y))

    def correlation_of_means(self, x: MeanState, y: MeanState) -> float | None:
        """Return the correlation of two means; None as for a variance, 0 if one has none."""
        if x.infinite_rows or y.infinite_rows or x.weights.rows < 2:
            return None
        products = self._dispersion(x, y)
        both = x.dispersion * y.dispersion
        size = root_of_ratio(products * products, both) if both else 0.0
        return size if products >= 0 else -size

    def _dispersion(self, x: MeanState, y: MeanState) -> int:
        """Return W² Σ w²(x − x̄)(y − ȳ), as `MeanState.dispersion`."""
        weight = x.weights.weight
        crossed = x.sum * y.weighted_sum + y.sum * x.weighted_sum
        products = weight * (weight * self.weighted_products - crossed)
        return products + x.sum * y.sum * x.weights.weight_squared


@dataclass(frozen=True)
class Product:
    """The sum that the covariance of two means needs beside their own moments."""

    x: Score
    y: Score

    def empty(self) -> ProductState:
        return ProductState()

    def summarize(self, chunk: Chunk) -> ProductState:
        x, y, w = chunk.once(self.x), chunk.once(self.y), chunk.weight
        if has_infinite(x) or has_infinite(y):
            infinite = np.isinf(x) | np.isinf(y)
            x, y = np.where(infinite, 0.0, x), np.where(infinite, 0.0, y)
        if w is None:
            return ProductState(exact_dot(x, y))
        if chunk.count is not None:
            return ProductState(exact_dot(w, x, y))
        return ProductState(exact_weighted_dot(x, y, w))


def row_weight(chunk: Chunk) -> Floats:
    """Return the weight of each row; the rows that a count stands for have weight 1."""
    return np.ones(len(chunk)) if chunk.weight is None or chunk.count is not None else chunk.weight


def squared_weight(chunk: Chunk) -> Floats:
    """Return the square of the weight of each row, rounded."""
    weight = chunk.once(row_weight)
    with np.errstate(over="ignore", under="ignore"):
        return weight * weight


# The moments of the weight as a score: Σw², Σw³ and Σw⁴.
POWERS = Mean(row_weight)
# Σw²·w·w².
FIFTH_POWER = Product(row_weight, squared_weight)
