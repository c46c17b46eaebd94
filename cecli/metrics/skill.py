"""Cross-entropy relative to that of a constant prediction."""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Slopes
from cecli.metrics.base_rate import (
    BASE_RATE,
    NEEDED,
    base_rate_entropy,
    reference_cross_entropy,
    reference_of_many,
    reference_slope,
    reference_slopes,
)
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.metric import Many, Metric, Task, ratio
from cecli.numerics import Floats
from cecli.report.result import Answer, Definition, Direction, IntervalScale, Undefined
from cecli.statistics.mean import Mean

if TYPE_CHECKING:
    from cecli.intervals.formula import ManySlopes
    from cecli.statistics.group_columns import GroupColumns

Reference = Callable[[States], float]


SKILL = Definition(
    "skill",
    "Share of the constant prediction's loss that is avoided: 0 is no better, 1 is perfect.",
    "1 - cross_entropy / base_rate_entropy",
    Direction.HIGHER,
    low=-math.inf,
    high=1.0,
    also=("McFadden", "McFadden R2", "D2 log loss", "relative information gain"),
    scale=IntervalScale.COMPLEMENT,
)
NORMALIZED_ENTROPY = Definition(
    "normalized_entropy",
    "Loss relative to that of the constant prediction.",
    "cross_entropy / base_rate_entropy",
    Direction.LOWER,
    also=("NE",),
    scale=IntervalScale.PROPORTIONAL,
)


@dataclass(frozen=True)
class ReferenceSlope:
    """The mean that the constant prediction's loss depends on, and the derivative."""

    mean: Mean
    slope: Callable[[States], float]


def skill_metrics(
    reference: Reference,
    needed: Sequence[Statistic[Any]],
    along: ReferenceSlope | None = None,
    many: Callable[[int], Many] | None = None,
) -> tuple[Metric, ...]:
    """Return skill and normalized entropy.

    Parameters
    ----------
    reference : loss of the constant prediction, in nats per row, from the states of `needed`.
    along : how that loss varies with the rows; without it the metrics have no interval.
    many : returns what of many groups increases with normalized entropy, or with its negative.

    References
    ----------
    McFadden, D. (1974), Conditional logit analysis of qualitative choice behavior: the pseudo R².
    He, X. et al. (2014), Practical lessons from predicting clicks on ads at Facebook, section 3:
    normalized entropy. doi:10.1145/2648584.2648589
    """
    statistics = (CROSS_ENTROPY, *needed)
    means = () if along is None else (CROSS_ENTROPY, along.mean)
    return (
        Metric(
            SKILL,
            "1 - normalized_entropy",
            statistics,
            partial(_skill, reference),
            means,
            None if along is None else partial(_slopes, -1, reference, along),
            many=None if many is None else many(-1),
        ),
        Metric(
            NORMALIZED_ENTROPY,
            "cross_entropy / loss of a constant prediction",
            statistics,
            partial(_normalized_entropy, reference),
            means,
            None if along is None else partial(_slopes, 1, reference, along),
            many=None if many is None else many(1),
        ),
    )


def reported(task: Task) -> tuple[Metric, ...]:
    """Return skill and normalized entropy; binary tasks use the task's base rate, if given."""
    if task.several:
        return skill_metrics(base_rate_entropy, NEEDED)
    constant = partial(reference_cross_entropy, task.base_rate)
    along = ReferenceSlope(BASE_RATE, partial(reference_slope, task.base_rate))
    return skill_metrics(constant, (BASE_RATE,), along, partial(_many, task.base_rate))


def _many(base_rate: float | None, sign: int) -> Many:
    """Return normalized entropy of many groups, or skill if the sign is negative."""
    return Many(partial(_value_of_many, sign, base_rate), partial(_slopes_of_many, sign, base_rate))


def _value_of_many(sign: int, base_rate: float | None, columns: "GroupColumns") -> Floats:
    with np.errstate(all="ignore"):
        normalized: Floats = columns[CROSS_ENTROPY].rounded / reference_of_many(base_rate, columns)
    return 1.0 - normalized if sign < 0 else normalized


def _slopes_of_many(sign: int, base_rate: float | None, columns: "GroupColumns") -> "ManySlopes":
    loss, constant = columns[CROSS_ENTROPY].rounded, reference_of_many(base_rate, columns)
    with np.errstate(all="ignore"):
        by_rate = -loss / constant * reference_slopes(base_rate, columns) / constant
        return {CROSS_ENTROPY: sign / constant, BASE_RATE: sign * by_rate}


def _normalized_entropy(reference: Reference, states: States) -> Answer:
    constant = states.once(reference)
    if constant == 0.0:
        return Undefined("only one class occurs, so the constant prediction has no loss")
    return ratio(states[CROSS_ENTROPY].mean, constant)


def _skill(reference: Reference, states: States) -> Answer:
    normalized = _normalized_entropy(reference, states)
    return normalized if isinstance(normalized, Undefined) else 1.0 - normalized


def _slopes(
    sign: int, reference: Reference, along: ReferenceSlope, states: States
) -> Slopes | None:
    """Return the derivatives of ±cross_entropy/constant."""
    loss, constant = states[CROSS_ENTROPY].mean, reference(states)
    if math.isinf(loss):
        return None
    # The square of a tiny constant would be 0.
    by_rate = -float(loss) / constant * along.slope(states) / constant
    return {CROSS_ENTROPY: sign / constant, along.mean: sign * by_rate}
