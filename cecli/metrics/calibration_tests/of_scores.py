"""Tests of the hypothesis that every outcome has the predicted probability, in one pass.

If it holds, the loss of each row has the expectation H(q) and a known variance, and so has any
other score. So the mean of what was scored is compared with the mean of what was expected. No fit
is needed, and nothing is binned.

The p-values are not those of the normal distribution: the skewness is known, too, and where events
are rare, or weights uneven, the far tail holds many times more.

References
----------
Seillier-Moiseiwitsch, F., Dawid, A. P. (1993), On testing the validity of sequential probability
forecasts. doi:10.1080/01621459.1993.10594324
Spiegelhalter, D. J. (1986), Probabilistic prediction in patient management and clinical trials.
doi:10.1002/sim.4780050506
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.metrics.calibration_tests.of_line import STATISTICS as OF_SLOPE_AND_INTERCEPT
from cecli.metrics.calibration_tests.of_line import chi2_of_line, p_value_of_line, standardized
from cecli.metrics.calibration_tests.skewness import (
    BRIER_SKEWNESS,
    BRIER_SKEWNESS_OF_CLASSES,
    LOSS_SKEWNESS,
    LOSS_SKEWNESS_OF_CLASSES,
    expected_rarer,
    too_few,
)
from cecli.metrics.metric import Metric, Task
from cecli.metrics.predicted_variance import (
    BRIER_VARIANCE,
    BRIER_VARIANCE_OF_CLASSES,
    ENTROPY,
    EXPECTED_BRIER_OF_CLASSES,
    LOSS,
    LOSS_VARIANCE,
    LOSS_VARIANCE_OF_CLASSES,
    OUTCOME_VARIANCE,
    SQUARED_ERROR,
    SQUARED_ERROR_OF_CLASSES,
)
from cecli.numerics.sums.exact import from_units
from cecli.report.result import Answer, Definition
from cecli.statistics.mean import WEIGHT, Mean, Product

# The names of all tests, in the order of reports.
TESTS = (
    "calibration_z",
    "calibration_z_p_value",
    "spiegelhalter_z",
    "spiegelhalter_z_p_value",
    "calibration_chi2",
    "calibration_chi2_p_value",
)

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
    "Chi-squared statistic against a calibration slope of 1 and an intercept of 0.",
    "g' V^-1 g, g = sum w (y - q) (logit q, 1), V its variance if q is the truth",
)
P_VALUE_OF = {
    definition: Definition(
        f"{definition.name}_p_value",
        f"Chance of a {definition.name} as far out, were the predictions calibrated.",
        f"tail of {definition.name}, with the skewness that the predictions imply",
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

    Attributes
    ----------
    variance, skewness : the sums of its variances and of its third cumulants.
    """

    score: Mean
    expected: Mean
    variance: Product
    skewness: Product

    @property
    def statistics(self) -> tuple[Statistic[Any], ...]:
        return (self.score, self.expected, self.variance, self.skewness)

    def __call__(self, states: States) -> float:
        if states[self.score].infinite_rows:
            return math.inf
        beyond = Fraction(states[self.score].total) - Fraction(states[self.expected].total)
        variance = states[self.variance].total
        if variance <= 0:
            return math.inf if beyond > 0 else 0.0
        return standardized(beyond, variance)

    def p_value(self, states: States) -> float:
        """Return P(|Z| > |z|) for a Z with the skewness of the sum."""
        z = self(states)
        if z == 0.0 or math.isinf(z):
            return float(not z)
        # Imported here, because a p-value needs enough of the rarer outcome.
        from cecli.numerics.skewed import two_tails

        cumulant, variance = states[self.skewness].total, states[self.variance].total
        return two_tails(z, standardized(cumulant, variance**3))


@dataclass(frozen=True)
class Chance:
    """The p-value of a statistic, unless chance moves it in few and large steps.

    Attributes
    ----------
    statistic, p_value : compute both.
    expected : computes about how many of the rarer outcome the predictions expect.
    """

    statistic: Callable[[States], float]
    p_value: Callable[[States], float]
    expected: Callable[[States], float]

    def __call__(self, states: States) -> Answer:
        # What has no chance and happens anyway needs no limit.
        if self.statistic(states) in (0.0, math.inf):
            return self.p_value(states)
        return too_few(self.expected(states)) or self.p_value(states)


def _expected(states: States) -> float:
    return _of_equal_rows(states, states[OUTCOME_VARIANCE].twice_weighted)


def _expected_of_classes(states: States) -> float:
    # Σq_k(1 − q_k) is 2q(1 − q) for two classes.
    return _of_equal_rows(states, states[EXPECTED_BRIER_OF_CLASSES].twice_weighted / 2)


def _of_equal_rows(states: States, variance: Fraction) -> float:
    weight = states[WEIGHT]
    return expected_rarer(variance, weight.total, from_units(weight.weight_squared))


def _test(
    definition: Definition,
    meaning: str,
    statistics: tuple[Statistic[Any], ...],
    statistic: Callable[[States], float],
    chance: Chance,
) -> tuple[Metric, Metric]:
    """Return a test statistic and its p-value."""
    return (
        Metric(definition, meaning, statistics, statistic),
        Metric(P_VALUE_OF[definition], HYPOTHESIS, statistics, chance),
    )


def _of_two(definition: Definition, meaning: str, z: Beyond) -> tuple[Metric, Metric]:
    needed = (*z.statistics, OUTCOME_VARIANCE, WEIGHT)
    return _test(definition, meaning, needed, z, Chance(z, z.p_value, _expected))


def _of_several(definition: Definition, meaning: str, z: Beyond) -> tuple[Metric, Metric]:
    needed = (*z.statistics, EXPECTED_BRIER_OF_CLASSES, WEIGHT)
    return _test(definition, meaning, needed, z, Chance(z, z.p_value, _expected_of_classes))


LOSS_BEYOND = "cross_entropy against prediction_entropy, in standard errors"
SQUARES_BEYOND = "brier against its expectation, in standard errors"
BINARY = (
    *_of_two(
        OF_LOSS,
        LOSS_BEYOND,
        Beyond(LOSS, ENTROPY, LOSS_VARIANCE, LOSS_SKEWNESS),
    ),
    *_of_two(
        OF_SQUARES,
        SQUARES_BEYOND,
        Beyond(SQUARED_ERROR, OUTCOME_VARIANCE, BRIER_VARIANCE, BRIER_SKEWNESS),
    ),
    *_test(
        OF_LINE,
        "of slope 1 and intercept 0, by a score test",
        (*OF_SLOPE_AND_INTERCEPT, WEIGHT),
        chi2_of_line,
        Chance(chi2_of_line, p_value_of_line, _expected),
    ),
)
MULTICLASS = (
    *_of_several(
        OF_LOSS,
        LOSS_BEYOND,
        Beyond(LOSS, ENTROPY, LOSS_VARIANCE_OF_CLASSES, LOSS_SKEWNESS_OF_CLASSES),
    ),
    *_of_several(
        OF_SQUARES,
        SQUARES_BEYOND,
        Beyond(
            SQUARED_ERROR_OF_CLASSES,
            EXPECTED_BRIER_OF_CLASSES,
            BRIER_VARIANCE_OF_CLASSES,
            BRIER_SKEWNESS_OF_CLASSES,
        ),
    ),
)


def reported(task: Task) -> tuple[Metric, ...]:
    """Return the tests: none for soft labels, or rows that depend on each other."""
    if task.soft or task.dependent:
        return ()
    return MULTICLASS if task.several else BINARY
