"""Confidence intervals of smooth functions of means, by the delta method.

A metric has slopes: its derivatives with respect to the means that it depends on. A sampling has
the covariances of these means, for independent rows or for clusters of dependent rows.

References
----------
Cochran, W. G. (1977), Sampling Techniques, sections 6.4 and 9A. van der Vaart, A. W. (1998),
Asymptotic Statistics, chapter 3.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.numerics.sums.exact import from_units
from cecli.numerics.sums.grouped import dot_of_sums
from cecli.report.result import LEVEL, Answer, Interval
from cecli.statistics.mean import Mean, MeanState, Product

if TYPE_CHECKING:
    from cecli.statistics.group_means import GroupMeans


# The derivatives of a metric with respect to means.
Slopes = Mapping[Mean, Fraction | float]


class Sampled(Protocol):
    """The part of a metric that its interval needs.

    Attributes
    ----------
    statistics, answer : what the metric is computed from, and how.
    means, slopes : the means of which it is a smooth function, and its derivatives with respect to
        them; None if it is not such a function.
    """

    @property
    def name(self) -> str: ...
    @property
    def statistics(self) -> tuple[Statistic[Any], ...]: ...
    @property
    def answer(self) -> Callable[[States], Answer]: ...
    @property
    def means(self) -> tuple[Mean, ...]: ...
    @property
    def slopes(self) -> Callable[[States], Slopes | None] | None: ...


class Covariances(Protocol):
    """Covariances of means between samples of rows."""

    @property
    def level(self) -> float:
        """The confidence level: the share of intervals that cover the true value."""
        ...

    def covariance(self, x: Mean, y: Mean, states: States) -> Fraction | None:
        """Return the covariance of two means; None if the data do not allow one."""
        ...


@dataclass(frozen=True)
class IndependentRows:
    """All rows are independent."""

    level: float = LEVEL
    draw: ClassVar[str] = "row"
    findings: ClassVar[Sequence[Finding]] = ()

    def statistics(self, metric: Sampled) -> list[Statistic[Any]]:
        return [_product(x, y) for x, y in combinations(metric.means, 2)]

    def interval(self, metric: Sampled, value: float | None, states: States) -> Interval | None:
        return interval_of(metric, value, states, self)

    def covariance(self, x: Mean, y: Mean, states: States) -> Fraction | None:
        if x == y:
            return states[x].variance_of_mean
        return states[_product(x, y)].covariance_of_means(states[x], states[y])

    def draws(self, x: Mean, states: States) -> MeanState:
        """Return the moments of a mean over the rows."""
        return states[x]


@dataclass(frozen=True)
class Clusters:
    """Rows of one cluster, such as a user's, may be dependent; clusters are independent.

    Attributes
    ----------
    groups : the sums of each cluster, for all means that may be requested.

    Notes
    -----
    The residuals w(x − x̄) are summed within each cluster; then Cochran's formula applies with one
    row per cluster: Σ_c (Σ w(x − x̄))² / W² · C/(C − 1).

    References
    ----------
    Liang, K.-Y., Zeger, S. L. (1986), Longitudinal data analysis using generalized linear models.
    doi:10.1093/biomet/73.1.13
    """

    groups: "GroupMeans"
    level: float = LEVEL
    draw: ClassVar[str] = "cluster"
    findings: ClassVar[Sequence[Finding]] = ()

    def statistics(self, metric: Sampled) -> list[Statistic[Any]]:  # noqa: ARG002
        return [self.groups]

    def interval(self, metric: Sampled, value: float | None, states: States) -> Interval | None:
        return interval_of(metric, value, states, self)

    def covariance(self, x: Mean, y: Mean, states: States) -> Fraction | None:
        clusters = states[self.groups]
        weights, x_sums, x_finite = clusters.totals(x)
        _, y_sums, y_finite = clusters.totals(y)
        count, weight = len(weights), sum(weights)
        if count < 2 or not (x_finite and y_finite):
            return None
        x_mean, y_mean = Fraction(sum(x_sums), weight), Fraction(sum(y_sums), weight)
        # Σ (X − x̄W)(Y − ȳW) over the clusters.
        residuals = (
            _dot(x_sums, y_sums)
            - x_mean * _dot(weights, y_sums)
            - y_mean * _dot(weights, x_sums)
            + x_mean * y_mean * _dot(weights, weights)
        )
        return residuals / from_units(weight) ** 2 * Fraction(count, count - 1)

    def draws(self, x: Mean, states: States) -> MeanState:
        """Return the moments of a mean over the clusters, each of which is one draw."""
        return states[self.groups].as_rows(x)


def _dot(x: Sequence[int], y: Sequence[int]) -> Fraction:
    return from_units(dot_of_sums(x, y))


# The units of independent sampling.
Draws = IndependentRows | Clusters
INDEPENDENT = IndependentRows()


def interval_of(
    metric: Sampled, value: float | None, states: States, uncertainty: Covariances
) -> Interval | None:
    """Return the interval of a metric's value; None if it has no slopes."""
    slopes = None if metric.slopes is None or value is None else metric.slopes(states)
    return None if slopes is None else interval(value, slopes, states, uncertainty)


def interval(
    value: float | None, slopes: Slopes, states: States, uncertainty: Covariances
) -> Interval:
    """Return the normal interval of a metric.

    Notes
    -----
    value ± z·se, z the (1 + level)/2 quantile of the normal distribution, se² = gᵀΣg with g the
    slopes and Σ the covariance of the means. A single row has no standard error, an infinite
    mean no interval.
    """
    variance = _variance(slopes, states, uncertainty)
    if variance is None or value is None or math.isinf(value):
        return Interval(None, None, None, uncertainty.level)
    return normal_interval(value, square_root(variance), uncertainty.level)


def normal_interval(value: float, se: float, level: float) -> Interval:
    """Return value ± z·se; nothing if an end is beyond the range of a float64."""
    margin = NormalDist().inv_cdf((1.0 + level) / 2.0) * se
    if math.isinf(abs(value) + margin):
        return Interval(None, None, None, level)
    return Interval(se, value - margin, value + margin, level)


def _variance(slopes: Slopes, states: States, uncertainty: Covariances) -> Fraction | None:
    total = Fraction(0)
    for (x, x_slope), (y, y_slope) in combinations_with_replacement(slopes.items(), 2):
        covariance = uncertainty.covariance(x, y, states)
        if covariance is None or not (_is_finite(x_slope) and _is_finite(y_slope)):
            return None
        # Each pair of distinct means occurs in both orders.
        times = 1 if x == y else 2
        total += times * Fraction(x_slope) * Fraction(y_slope) * covariance
    # Slopes are rounded, so cancellation may leave a negative variance.
    return max(total, Fraction(0))


def _is_finite(slope: float | Fraction) -> bool:
    """Return whether a slope is finite as a float."""
    try:
        return math.isfinite(slope)
    except OverflowError:
        return False


def _product(x: Mean, y: Mean) -> Product:
    return Product(x.score, y.score)


def square_root(x: Fraction) -> float:
    """Return √x, even if x itself would underflow; infinity if it exceeds float64."""
    half = (x.numerator.bit_length() - x.denominator.bit_length()) // 2
    try:
        return math.ldexp(math.sqrt(x / Fraction(4) ** half), half)
    except OverflowError:
        return math.inf
