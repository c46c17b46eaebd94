"""Standard errors of smooth functions of means, by the delta method.

A metric has slopes: its derivatives with respect to the means that it depends on. The draws, rows
or clusters of rows, tell how the means vary together.

References
----------
Cochran, W. G. (1977), Sampling Techniques, sections 6.4 and 9A. van der Vaart, A. W. (1998),
Asymptotic Statistics, chapter 3.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any, ClassVar, NamedTuple, Protocol, Self

from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.numerics.tails import quantile
from cecli.report.result import LEVEL, Interval
from cecli.statistics.mean import WEIGHT, Mean, Product

# The derivatives of a function with respect to means.
Slopes = Mapping[Mean, Fraction | float]
# Student's t up to this number of rows; beyond, it equals the normal distribution to 3 digits.
FEW_ROWS = 1000
# A score whose standard deviation is less than this share of its size is a constant: the last bits
# of its values are rounding errors.
ROUNDING = 2.0**-48


class Spread(NamedTuple):
    """The standard error of a function of means.

    Attributes
    ----------
    se : 0 if the values are all alike, but for rounding.
    degrees : of freedom of Student's t distribution; infinite for the normal distribution.
    """

    se: float
    degrees: float


class Draws(Protocol):
    """The units that were drawn independently: rows, or clusters of rows."""

    @property
    def level(self) -> float:
        """The confidence level: the share of intervals that cover the true value."""
        ...

    @property
    def draw(self) -> str:
        """One unit, in words."""
        ...

    def at_level(self, level: float) -> "Draws":
        """Return the same draws, for intervals of another level."""
        ...

    def statistics(self, means: Sequence[Mean]) -> Sequence[Statistic[Any]]:
        """Return what the standard error of a function of some means needs beside their states."""
        ...

    def spread(self, slopes: Slopes, states: States) -> Spread | None:
        """Return the standard error of Σ slope · mean; None if the data do not allow one."""
        ...

    def degrees(self, states: States) -> float:
        """Return the degrees of freedom of standard errors; infinite if there are many."""
        ...

    def number(self, states: States) -> int:
        """Return the number of draws."""
        ...

    def effective(self, states: States) -> float:
        """Return the number of draws of equal weight with the same information."""
        ...


@dataclass(frozen=True)
class IndependentRows:
    """All rows are independent, and have the same weight."""

    level: float = LEVEL
    draw: ClassVar[str] = "row"

    def at_level(self, level: float) -> Self:
        return replace(self, level=level)

    def statistics(self, means: Sequence[Mean]) -> list[Statistic[Any]]:
        return [WEIGHT, *covariances(means)]

    def spread(self, slopes: Slopes, states: States) -> Spread | None:
        se = error_of(
            slopes,
            lambda mean: states[mean].error_of_mean,
            lambda x, y: states.once(CorrelationOfMeans(x, y)),
        )
        if se is None:
            return None
        return self.corrected(without_rounding(se, self.number(states), slopes, states), states)

    def corrected(self, se: float, states: States) -> Spread | None:
        """Return the spread for a standard error with the factor √(rows/(rows − 1)), if any."""
        return Spread(se, self.degrees(states))

    def degrees(self, states: States) -> float:
        rows = states[WEIGHT].rows
        return rows - 1.0 if few(rows) else math.inf

    def number(self, states: States) -> int:
        return states[WEIGHT].rows

    def effective(self, states: States) -> float:
        return float(states[WEIGHT].effective_rows)


def few(degrees: float) -> bool:
    """Return whether Student's t distribution differs from the normal one."""
    return degrees <= FEW_ROWS


def covariances(means: Sequence[Mean]) -> list[Product]:
    """Return the statistics that the covariances of some means need beside their states."""
    return [Product(x.score, y.score) for x, y in combinations(means, 2)]


def error_of(
    slopes: Slopes,
    error: Callable[[Mean], float | None],
    correlation: Callable[[Mean, Mean], float | None],
) -> float | None:
    """Return √(gᵀΣg), g the slopes, from standard errors and correlations; None if there is none.

    Each is exact before it is rounded, and no square underflows.
    """
    if not are_finite(slopes):
        return None
    terms = []
    for mean, slope in slopes.items():
        se = error(mean)
        if se is None:
            return None
        terms.append((mean, float(slope) * se))
    largest = max(abs(term) for _, term in terms)
    if len(terms) == 1 or largest == 0.0 or math.isinf(largest):
        return largest
    total = [(term / largest) ** 2 for _, term in terms]
    for (x, first), (y, second) in combinations(terms, 2):
        shared = correlation(x, y)
        if shared is None:
            return None
        total.append(2.0 * shared * (first / largest) * (second / largest))
    # Slopes are rounded, so cancellation may leave a negative variance.
    return largest * math.sqrt(max(math.fsum(total), 0.0))


@dataclass(frozen=True)
class CorrelationOfMeans:
    """The correlation of two means of independent rows; None if there is none."""

    x: Mean
    y: Mean

    def __call__(self, states: States) -> float | None:
        product = states[Product(self.x.score, self.y.score)]
        return product.correlation_of_means(states[self.x], states[self.y])


@dataclass(frozen=True)
class SizeOfMean:
    """The absolute value of a mean, rounded."""

    mean: Mean

    def __call__(self, states: States) -> float:
        return abs(float(states[self.mean].mean))


def sum_of_sizes(sizes: Sequence[float]) -> float:
    """Return the rounded sum of some numbers, none negative; infinite beyond the range of floats.

    Examples
    --------
    >>> sum_of_sizes([0.5, 0.25]), sum_of_sizes([1e308, 1e308])
    (0.75, inf)
    """
    try:
        return math.fsum(sizes)
    except OverflowError:
        return math.inf


def without_rounding(se: float, draws: int, slopes: Slopes, states: States) -> float:
    """Return a standard error; 0 if rounding errors of the scores alone make it as large."""
    sizes = [abs(float(slope)) * states.once(SizeOfMean(mean)) for mean, slope in slopes.items()]
    is_rounding = se * math.sqrt(draws) <= ROUNDING * sum_of_sizes(sizes) < math.inf
    return 0.0 if is_rounding else se


def are_finite(slopes: Slopes) -> bool:
    """Return whether all slopes are finite as floats."""
    try:
        return all(math.isfinite(slope) for slope in slopes.values())
    except OverflowError:
        return False


def square_root(x: Fraction) -> float:
    """Return √x, even if x itself would underflow; infinity if it exceeds float64."""
    half = (x.numerator.bit_length() - x.denominator.bit_length()) // 2
    try:
        return math.ldexp(math.sqrt(x / Fraction(4) ** half), half)
    except OverflowError:
        return math.inf


def normal_interval(value: float, se: float, level: float) -> Interval:
    """Return value ± z·se; nothing if an end is beyond the range of a float64."""
    margin = quantile((1.0 + level) / 2.0, math.inf) * se
    if math.isinf(abs(value) + margin):
        return Interval(None, None, None, level)
    return Interval(se, value - margin, value + margin, level)


INDEPENDENT = IndependentRows()
