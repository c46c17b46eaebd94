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
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

import numpy as np

from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.numerics import Floats
from cecli.numerics.tails import quantile
from cecli.report.result import LEVEL, Interval
from cecli.statistics.mean import FIFTH_POWER, POWERS, WEIGHT, Mean, MeanState, Product

if TYPE_CHECKING:
    from cecli.statistics.group_totals import GroupTotals


# The derivatives of a function with respect to means.
Slopes = Mapping[Mean, Fraction | float]
# Student's t up to this number of rows; beyond, it equals the normal distribution to 3 digits.
FEW_ROWS = 1000
# A score whose standard deviation is less than this share of its size is a constant: the last bits
# of its values are rounding errors.
ROUNDING = 2.0**-48
# Fifth powers of weights between these bounds are far from the ends of the range of a float64.
LEAST_WEIGHT, LARGEST_WEIGHT = 2.0**-200, 2.0**200


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


@dataclass(frozen=True)
class WeightedRows(IndependentRows):
    """All rows are independent, and have weights, such as those of a sampling design.

    Notes
    -----
    With s_k = Σwᵏ/Wᵏ and τ = s₂ − 2s₃ + s₂², the variance is Σw²(x − x̄)²/W² · s₂/τ, free of bias if
    all rows have the same variance, and has τ²/(s₄ + 2s₃² + 4s₂s₄ + s₂⁴ − 4s₅ − 4s₂²s₃) degrees of
    freedom: those of the χ² distribution with the same mean and variance.

    References
    ----------
    Bell, R. M., McCaffrey, D. F. (2002), Bias reduction in standard errors for linear regression
    with multi-stage samples. Survey Methodology 28, 169-181.
    Imbens, G. W., Kolesár, M. (2016), Robust standard errors in small samples.
    doi:10.1162/REST_a_00552
    """

    def statistics(self, means: Sequence[Mean]) -> list[Statistic[Any]]:
        return [*super().statistics(means), POWERS, FIFTH_POWER]

    def of_variance(self, variance: Fraction, slopes: Slopes, states: States) -> Spread:
        rows, found = states[WEIGHT].rows, states.once(correction)
        if found is not None:
            variance = variance * Fraction(rows - 1, rows) * found.factor
        return Spread(standard_error(variance, rows, slopes, states), self.degrees(states))

    def degrees(self, states: States) -> float:
        found = states.once(correction)
        if found is None:
            return super().degrees(states)
        return found.degrees if few(found.degrees) else math.inf


class Correction(NamedTuple):
    """The factor that frees the variance of weighted rows of bias, and its degrees of freedom."""

    factor: Fraction
    degrees: float


def correction(states: States) -> Correction | None:
    """Return the correction for weights; None for one row, or beyond the range of a float64."""
    powers = _shares_of_powers(states)
    if powers is None:
        return None
    second, third, fourth, fifth = powers
    tau = second - 2 * third + second**2
    below = fourth + 2 * third**2 + 4 * second * fourth + second**4
    below -= 4 * fifth + 4 * second**2 * third
    return Correction(second / tau, float(tau**2 / below)) if tau > 0 and below > 0 else None


def _shares_of_powers(states: States) -> list[Fraction] | None:
    """Return Σwᵏ/Wᵏ for k = 2 … 5; None if powers are beyond the range of a float64."""
    weights, powers = states[WEIGHT], states[POWERS]
    total, rows = weights.total, weights.rows
    if not LEAST_WEIGHT < total / rows < LARGEST_WEIGHT:
        return None
    sums = (
        powers.total,
        powers.twice_weighted,
        powers.squares,
        states[FIFTH_POWER].total,
    )
    return [Fraction(part) / total**k for k, part in enumerate(sums, start=2)]


@dataclass(frozen=True)
class Clusters:
    """Rows of one cluster, such as a user's, may be dependent; clusters are independent.

    Attributes
    ----------
    groups : the sums of each cluster, for all means that may be requested.

    Notes
    -----
    The residuals w(x − x̄) are summed within each cluster, r_c; with h_c its share of the weight the
    variance is Σ r_c²/(1 − h_c) / W² (CR2), free of bias if the clusters have variances in
    proportion to their weights. It has 1/(Σh²(1 − 2h)/(1 − h)² + (Σh²/(1 − h))²) degrees of
    freedom. Of C equal clusters, it is the variance with the factor C/(C − 1), and C − 1 degrees.

    References
    ----------
    Liang, K.-Y., Zeger, S. L. (1986), Longitudinal data analysis using generalized linear models.
    doi:10.1093/biomet/73.1.13
    Pustejovsky, J. E., Tipton, E. (2018), Small-sample methods for cluster-robust variance
    estimation. doi:10.1080/07350015.2016.1247004
    """

    groups: "GroupTotals"
    level: float = LEVEL
    draw: ClassVar[str] = "cluster"
    findings: ClassVar[Sequence[Finding]] = ()

    def statistics(self, means: Sequence[Mean]) -> list[Statistic[Any]]:  # noqa: ARG002
        return [WEIGHT, self.groups]

    def spread(self, slopes: Slopes, states: States) -> Spread | None:
        if any(states[mean].infinite_rows for mean in slopes) or not are_finite(slopes):
            return None
        shares = states.once(Shares(self.groups))
        if len(shares) < 2:
            return None
        residuals = np.zeros_like(shares)
        for mean, slope in slopes.items():
            residuals += float(slope) * states.once(Residuals(self.groups, mean))
        weight = float(states[WEIGHT].total)
        rest = 1.0 - shares
        if not rest.all():
            return None
        se = math.sqrt(math.fsum((residuals * residuals / rest).tolist())) / weight
        if is_rounding(se, len(shares), slopes, states):
            se = 0.0
        return Spread(se, self.degrees(states))

    def degrees(self, states: States) -> float:
        shares = states.once(Shares(self.groups))
        return degrees_of(shares) if len(shares) > 1 and (shares < 1.0).all() else math.nan

    def number(self, states: States) -> int:
        return len(states.once(Shares(self.groups)))

    def effective(self, states: States) -> float:
        return 1.0 / math.fsum((states.once(Shares(self.groups)) ** 2).tolist())

    def draws(self, mean: Mean, states: States) -> MeanState:
        return states[self.groups].as_rows(mean)


@dataclass(frozen=True)
class Shares:
    """The share of each cluster in the weight, shape (clusters,)."""

    groups: "GroupTotals"

    def __call__(self, states: States) -> Floats:
        return states[self.groups].weights() / float(states[WEIGHT].total)


@dataclass(frozen=True)
class Residuals:
    """Σw(x − x̄) of each cluster, shape (clusters,)."""

    groups: "GroupTotals"
    mean: Mean

    def __call__(self, states: States) -> Floats:
        return states[self.groups].residuals(self.mean, states[self.mean].finite_mean)


def degrees_of(shares: Floats) -> float:
    """Return the degrees of freedom of a variance between clusters with these shares of weight."""
    rest = 1.0 - shares
    squares = shares * shares
    below = math.fsum((squares * (1.0 - 2.0 * shares) / (rest * rest)).tolist())
    below += math.fsum((squares / rest).tolist()) ** 2
    return 1.0 / below if below * FEW_ROWS > 1.0 else math.inf


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
