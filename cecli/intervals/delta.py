"""Standard errors of smooth functions of means, by the delta method.

A metric has slopes: its derivatives with respect to the means that it depends on. The draws, rows
or clusters of rows, tell how the means vary together.

References
----------
Cochran, W. G. (1977), Sampling Techniques, sections 6.4 and 9A. van der Vaart, A. W. (1998),
Asymptotic Statistics, chapter 3.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from typing import Any, ClassVar, NamedTuple, Protocol

from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.numerics.tails import quantile
from cecli.report.result import LEVEL, Interval
from cecli.statistics.mean import WEIGHT, Mean, MeanState, Product

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

    def draws(self, mean: Mean, states: States) -> MeanState:
        """Return the moments of a mean over the draws."""
        ...


@dataclass(frozen=True)
class IndependentRows:
    """All rows are independent, and have the same weight."""

    level: float = LEVEL
    draw: ClassVar[str] = "row"
    findings: ClassVar[Sequence[Finding]] = ()

    def statistics(self, means: Sequence[Mean]) -> list[Statistic[Any]]:
        return [WEIGHT, *covariances(means)]

    def spread(self, slopes: Slopes, states: States) -> Spread | None:
        variance = variance_of(slopes, states)
        return None if variance is None else self.of_variance(variance, slopes, states)

    def of_variance(self, variance: Fraction, slopes: Slopes, states: States) -> Spread:
        """Return the standard error for a variance with the factor rows/(rows − 1).

        Parameters
        ----------
        slopes : what the variance is of, to tell rounding errors from a spread.
        """
        rows = states[WEIGHT].rows
        return Spread(standard_error(variance, rows, slopes, states), self.degrees(states))

    def degrees(self, states: States) -> float:
        rows = states[WEIGHT].rows
        return rows - 1.0 if few(rows) else math.inf

    def number(self, states: States) -> int:
        return states[WEIGHT].rows

    def effective(self, states: States) -> float:
        return float(states[WEIGHT].effective_rows)

    def draws(self, mean: Mean, states: States) -> MeanState:
        return states[mean]


def few(degrees: float) -> bool:
    """Return whether Student's t distribution differs from the normal one."""
    return degrees <= FEW_ROWS


def covariances(means: Sequence[Mean]) -> list[Product]:
    """Return the statistics that the covariances of some means need beside their states."""
    return [Product(x.score, y.score) for x, y in combinations(means, 2)]


def variance_of(slopes: Slopes, states: States) -> Fraction | None:
    """Return the variance of Σ slope · mean for independent rows; None if there is none."""
    if not are_finite(slopes):
        return None
    total = Fraction(0)
    for (x, x_slope), (y, y_slope) in combinations_with_replacement(slopes.items(), 2):
        covariance = covariance_of(x, y, states)
        if covariance is None:
            return None
        # Each pair of distinct means occurs in both orders.
        times = 1 if x == y else 2
        total += times * Fraction(x_slope) * Fraction(y_slope) * covariance
    # Slopes are rounded, so cancellation may leave a negative variance.
    return max(total, Fraction(0))


def covariance_of(x: Mean, y: Mean, states: States) -> Fraction | None:
    """Return the covariance of two means for independent rows; None if there is none."""
    if x == y:
        return states[x].variance_of_mean
    return states[Product(x.score, y.score)].covariance_of_means(states[x], states[y])


def standard_error(variance: Fraction, draws: int, slopes: Slopes, states: States) -> float:
    """Return the root of a variance; 0 if it is only rounding."""
    se = square_root(variance)
    return 0.0 if is_rounding(se, draws, slopes, states) else se


def is_rounding(se: float, draws: int, slopes: Slopes, states: States) -> bool:
    """Return whether a standard error is as small as the rounding errors of the scores make it."""
    size = math.fsum(abs(float(slope) * float(states[m].mean)) for m, slope in slopes.items())
    return se * math.sqrt(draws) <= ROUNDING * size


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
