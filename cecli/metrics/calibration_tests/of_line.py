"""The score test of a calibration slope of 1 and an intercept of 0, from the sums of one pass.

g = Σw(y − q)(logit q, 1) has a known variance and known third cumulants, if the predictions q are
true.

References
----------
Cox, D. R. (1958), Two further applications of a model for binary regression.
doi:10.1093/biomet/45.3-4.562
Chandra, T. K., Ghosh, J. K. (1979), Valid asymptotic expansions for the likelihood ratio statistic
and other perturbed chi-square variables. Sankhya A 41:22-47.
"""

import math
from fractions import Fraction
from typing import NamedTuple

from cecli.core.statistic import States
from cecli.intervals.delta import square_root
from cecli.metrics.base_rate import MEAN_PREDICTION
from cecli.metrics.calibration_tests.skewness import (
    LOSS_SKEWNESS,
    OUTCOME_SKEWNESS,
    SKEWNESS_BY_LOGIT,
    SKEWNESS_BY_SQUARES,
)
from cecli.metrics.predicted_variance import (
    ENTROPY,
    LOSS,
    LOSS_COVARIANCE,
    LOSS_VARIANCE,
    OUTCOME_VARIANCE,
    RATE,
)

# The third cumulants of the outcomes, times the powers of the logits from 0 to 3.
CUBES = (OUTCOME_SKEWNESS, SKEWNESS_BY_LOGIT, SKEWNESS_BY_SQUARES, LOSS_SKEWNESS)
STATISTICS = (
    *(LOSS, ENTROPY, RATE, MEAN_PREDICTION, LOSS_VARIANCE, LOSS_COVARIANCE, OUTCOME_VARIANCE),
    *CUBES,
)


def standardized(cumulant: Fraction, square: Fraction) -> float:
    """Return a sum or its third cumulant over √square: one variance, or a product of three."""
    root = square_root(cumulant**2 / square)
    return -root if cumulant < 0 else root


class ChiSquared(NamedTuple):
    """A chi-squared statistic and its degrees of freedom."""

    chi2: float
    degrees: int


def of_line(states: States) -> ChiSquared:
    """Return the score statistic of the slope and the intercept.

    Notes
    -----
    (y − q)·logit q is H(q) minus the loss. If all predictions are alike, there is no slope to test.
    """
    if states[LOSS].infinite_rows:
        return ChiSquared(math.inf, 2)
    slope = Fraction(states[ENTROPY].total) - Fraction(states[LOSS].total)
    intercept = Fraction(states[RATE].total) - Fraction(states[MEAN_PREDICTION].total)
    first, both, second = _variances(states)
    if second <= 0:
        return ChiSquared(math.inf if intercept else 0.0, 1)
    determinant = first * second - both * both
    if determinant <= ALIKE_UP_TO * first * second:
        return ChiSquared(_rounded(intercept**2 / second), 1)
    squares = slope**2 * second - 2 * slope * intercept * both + intercept**2 * first
    return ChiSquared(_rounded(max(squares / determinant, Fraction(0))), 2)


def _rounded(x: Fraction) -> float:
    """Return a float; infinity beyond its range, as of what was predicted never to happen."""
    try:
        return float(x)
    except OverflowError:
        return math.inf


# The sums are of numbers rounded to multiples of 2⁻⁵⁰.
ALIKE_UP_TO = Fraction(1, 10**9)


def _variances(states: States) -> tuple[Fraction, Fraction, Fraction]:
    """Return the variance of the slope's score, its covariance with the other's, and the other."""
    return (
        states[LOSS_VARIANCE].total,
        states[LOSS_COVARIANCE].total,
        states[OUTCOME_VARIANCE].twice_weighted,
    )


def _skewness_of_line(states: States) -> float:
    """Return 3Σ(Σκ_abb)² + 2Σκ_abc², κ the third cumulants of g in coordinates of variance 1.

    Notes
    -----
    The coordinates are that of the intercept, and the slope's after its regression on it: that of
    logits which are centred.
    """
    first, both, second = _variances(states)
    t0, t1, t2, t3 = (states[sums].total for sums in CUBES)
    m = both / second
    spread = first - m * both
    abb = standardized(t1 - m * t0, spread * second**2)
    aab = standardized(t2 - 2 * m * t1 + m**2 * t0, spread**2 * second)
    bbb = standardized(t0, second**3)
    aaa = standardized(t3 - 3 * m * t2 + 3 * m**2 * t1 - m**3 * t0, spread**3)
    traces = (aaa + abb) ** 2 + (aab + bbb) ** 2
    return 3.0 * traces + 2.0 * (aaa**2 + 3.0 * aab**2 + 3.0 * abb**2 + bbb**2)


def chi2_of_line(states: States) -> float:
    return of_line(states).chi2


def p_value_of_line(states: States) -> float:
    """Return P(X > χ²) for an X with the cumulants of the statistic, to the order of 1/n.

    Notes
    -----
    With s of `_skewness_of_line` and ρ the sum of the fourth cumulants κ_aabb, they are 2, 4 + ρ
    and 16 + 12ρ + 2s (of the expansion of Chandra and Ghosh). ρ is taken as that of a gamma
    distribution with the same skewness, 0.3s, so that no sums of fourth powers are needed. With one
    degree of freedom, χ² is the square of a sum whose tails are known.
    """
    chi2, degrees = of_line(states)
    if chi2 == 0.0 or math.isinf(chi2):
        return float(not chi2)
    # Imported here, because a p-value needs enough of the rarer outcome.
    from cecli.numerics.skewed import skewed_tail, two_tails

    if degrees == 1:
        cumulant, variance = states[OUTCOME_SKEWNESS].total, _variances(states)[2]
        return two_tails(math.sqrt(chi2), standardized(cumulant, variance**3))
    skewness = _skewness_of_line(states)
    return skewed_tail(chi2, 2.0, 4.0 + 0.3 * skewness, 16.0 + 5.6 * skewness)
