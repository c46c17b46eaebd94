"""Tests of the hypothesis that every outcome has the predicted probability, in one pass.

If it holds, the loss of each row has the expectation H(q) and a known variance, and so has any
other score. So the mean of what was scored is compared with the mean of what was expected. No fit
is needed, and nothing is binned.

References
----------
Seillier-Moiseiwitsch, F., Dawid, A. P. (1993), On testing the validity of sequential probability
forecasts. doi:10.1080/01621459.1993.10594324
Spiegelhalter, D. J. (1986), Probabilistic prediction in patient management and clinical trials.
doi:10.1002/sim.4780050506
Cox, D. R. (1958), Two further applications of a model for binary regression.
doi:10.1093/biomet/45.3-4.562
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from cecli.core.statistic import States
from cecli.intervals.delta import square_root
from cecli.metrics.base_rate import MEAN_PREDICTION
from cecli.metrics.metric import Metric, Task
from cecli.metrics.predicted_variance import (
    BRIER_VARIANCE,
    BRIER_VARIANCE_OF_CLASSES,
    ENTROPY,
    EXPECTED_BRIER_OF_CLASSES,
    LOSS,
    LOSS_COVARIANCE,
    LOSS_VARIANCE,
    LOSS_VARIANCE_OF_CLASSES,
    OUTCOME_VARIANCE,
    RATE,
    SQUARED_ERROR,
    SQUARED_ERROR_OF_CLASSES,
)
from cecli.numerics.tails import tail, upper_tail
from cecli.report.result import Answer, Definition
from cecli.statistics.mean import Mean, Product

OF_LOSS = Definition(
    "calibration_z",
    "Cross-entropy beyond what the predictions expect, in standard errors.",
    "sum w (CE_i - H(q_i)) / sqrt(sum w^2 var(CE_i)), if q is the truth",
    low=-math.inf,
)
OF_SQUARES = Definition(
    "spiegelhalter_z",
    "Brier score beyond what the predictions expect, in standard errors.",
    "sum w (y - q)(1 - 2 q) / sqrt(sum w^2 (1 - 2 q)^2 q (1 - q))",
    low=-math.inf,
    also=("Spiegelhalter's z",),
)
OF_LINE = Definition(
    "calibration_chi2",
    "ChiSquared against a calibration slope of 1 and an intercept of 0, as a chi-squared value.",
    "g' V^-1 g, g = sum w (y - q) (logit q, 1), V its variance if q is the truth",
)
P_VALUE_OF = {
    definition: Definition(
        f"{definition.name}_p_value",
        f"Chance of a {definition.name} as far out, were the predictions calibrated.",
        f"tail of {definition.name}",
        high=1.0,
    )
    for definition in (OF_LOSS, OF_SQUARES, OF_LINE)
}
HYPOTHESIS = "hypothesis: the predictions are calibrated"


@dataclass(frozen=True)
class Beyond:
    """A score beyond its expectation given the predictions, in standard errors.

    It is infinite if something happened that was predicted never to, and 0 if all predictions are
    certain and right.
    """

    score: Mean
    expected: Mean
    variance: Product

    def __call__(self, states: States) -> float:
        if states[self.score].infinite_rows:
            return math.inf
        beyond = Fraction(states[self.score].total) - Fraction(states[self.expected].total)
        variance = states[self.variance].total
        if variance <= 0:
            return math.inf if beyond > 0 else 0.0
        return math.copysign(square_root(beyond**2 / variance), beyond)


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
    first, both = states[LOSS_VARIANCE].total, states[LOSS_COVARIANCE].total
    second = states[OUTCOME_VARIANCE].twice_weighted
    if second <= 0:
        return ChiSquared(math.inf if intercept else 0.0, 1)
    determinant = first * second - both * both
    if determinant <= ALIKE_UP_TO * first * second:
        return ChiSquared(float(intercept**2 / second), 1)
    squares = slope**2 * second - 2 * slope * intercept * both + intercept**2 * first
    return ChiSquared(float(max(squares / determinant, Fraction(0))), 2)


# The sums are of numbers rounded to multiples of 2⁻⁵⁰.
ALIKE_UP_TO = Fraction(1, 10**9)


def _chi2(states: States) -> Answer:
    return of_line(states).chi2


def _p_of_line(states: States) -> Answer:
    chi2, degrees = of_line(states)
    return 0.0 if math.isinf(chi2) else tail(chi2, degrees)


def _two_sided(z: Beyond, states: States) -> Answer:
    """Return P(|Z| > |z|) for the standard normal distribution."""
    return min(1.0, 2.0 * upper_tail(abs(z(states)), math.inf))


def _test(
    definition: Definition,
    meaning: str,
    statistics: tuple[Mean | Product, ...],
    answer: Callable[[States], Answer],
    p_value: Callable[[States], Answer],
) -> tuple[Metric, Metric]:
    """Return a test statistic and its p-value."""
    return (
        Metric(definition, meaning, statistics, answer),
        Metric(P_VALUE_OF[definition], HYPOTHESIS, statistics, p_value),
    )


def _beyond(
    definition: Definition, meaning: str, score: Mean, expected: Mean, variance: Product
) -> tuple[Metric, Metric]:
    z = Beyond(score, expected, variance)
    return _test(definition, meaning, (score, expected, variance), z, partial(_two_sided, z))


LOSS_BEYOND = "cross_entropy against prediction_entropy, in standard errors"
SQUARES_BEYOND = "brier against its expectation, in standard errors"
BINARY = (
    *_beyond(OF_LOSS, LOSS_BEYOND, LOSS, ENTROPY, LOSS_VARIANCE),
    *_beyond(OF_SQUARES, SQUARES_BEYOND, SQUARED_ERROR, OUTCOME_VARIANCE, BRIER_VARIANCE),
    *_test(
        OF_LINE,
        "of slope 1 and intercept 0, by a score test",
        (LOSS, ENTROPY, RATE, MEAN_PREDICTION, LOSS_VARIANCE, LOSS_COVARIANCE, OUTCOME_VARIANCE),
        _chi2,
        _p_of_line,
    ),
)
MULTICLASS = (
    *_beyond(OF_LOSS, LOSS_BEYOND, LOSS, ENTROPY, LOSS_VARIANCE_OF_CLASSES),
    *_beyond(
        OF_SQUARES,
        SQUARES_BEYOND,
        SQUARED_ERROR_OF_CLASSES,
        EXPECTED_BRIER_OF_CLASSES,
        BRIER_VARIANCE_OF_CLASSES,
    ),
)


def reported(task: Task) -> tuple[Metric, ...]:
    """Return the tests: none for soft labels, or rows that depend on each other."""
    if task.soft or task.dependent:
        return ()
    return MULTICLASS if task.several else BINARY
