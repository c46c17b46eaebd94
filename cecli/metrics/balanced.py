"""Cross-entropy in which every class counts alike, however rare it is."""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.delta import Slopes
from cecli.metrics.base_rate import BASE_RATE, BASE_RATES
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.metric import Many, Metric, Task, ratio, rounded
from cecli.numerics import Floats
from cecli.numerics.distributions.divergences import expected
from cecli.preparations.rows import p_of, q_of
from cecli.report.result import Answer, Definition, Direction, IntervalScale, Measure, Undefined
from cecli.statistics.classes import ClassSums
from cecli.statistics.mean import Mean

if TYPE_CHECKING:
    from cecli.statistics.group_columns import GroupColumns


def positive_cost(chunk: Chunk) -> Floats:
    """Return the contribution of the positive class to a row's cross-entropy, −t ln q."""
    return np.asarray(expected(p_of(chunk).prob[1], q_of(chunk).surprisal[1]))


DEFINITION = Definition(
    "cross_entropy_balanced",
    "Mean of the classes' own mean losses, so that a rare class counts as much as a common one.",
    "1/K sum_k (-sum w t_k log q_k / sum w t_k)",
    Direction.LOWER,
    Measure.INFORMATION,
    also=("class-balanced log loss", "balanced log loss", "macro-averaged log loss"),
    scale=IntervalScale.PROPORTIONAL,
)
MEANING = "mean over the classes of each one's log loss"
MISSING = Undefined("a class does not occur, so it has no mean loss")
POSITIVE_COST = Mean(positive_cost)


def balanced(costs: Sequence[Fraction | float], weights: Sequence[Fraction]) -> Answer:
    """Return the mean of quotients: of the cost of each class, and its weight."""
    if not all(weights):
        return MISSING
    if math.inf in costs:
        return math.inf
    quotients = [cost / weight for cost, weight in zip(costs, weights, strict=True)]
    return ratio(sum(quotients), len(quotients))


def _of_two(states: States) -> Answer:
    whole, positive = states[CROSS_ENTROPY], states[POSITIVE_COST]
    share = states[BASE_RATE].finite_mean
    if not 0 < share < 1:
        return MISSING
    # Of an infinite mean, the finite part of the other class says nothing.
    if whole.infinite_rows:
        return balanced([whole.mean, 0], [1 - share, share])
    costs = [whole.finite_mean - positive.finite_mean, positive.finite_mean]
    return balanced(costs, [1 - share, share])


def _slopes(states: States) -> Slopes | None:
    """Return the derivatives of ½ (x/r + (L − x)/(1 − r)): x positive cost, L loss, r base rate."""
    share = states[BASE_RATE].finite_mean
    if not 0 < share < 1 or states[CROSS_ENTROPY].infinite_rows:
        return None
    return _derivatives(states)


def _derivatives(states: "States | GroupColumns") -> dict[Mean, Any]:
    share = states[BASE_RATE].finite_mean
    positive = states[POSITIVE_COST].finite_mean
    negative = states[CROSS_ENTROPY].finite_mean - positive
    return {
        CROSS_ENTROPY: 1 / (2 * (1 - share)),
        POSITIVE_COST: (1 / share - 1 / (1 - share)) / 2,
        BASE_RATE: (negative / (1 - share) ** 2 - positive / share**2) / 2,
    }


def _of_many(columns: "GroupColumns") -> Floats:
    share, positive = columns[BASE_RATE].mean, columns[POSITIVE_COST].mean
    negative = columns[CROSS_ENTROPY].mean - positive
    found: Floats = ((negative / (1 - share) + positive / share) / 2).rounded()
    return found


def _of_several(costs: ClassSums, states: States) -> Answer:
    return balanced(states[costs].totals, states[BASE_RATES].finite_totals)


OF_TWO = (CROSS_ENTROPY, POSITIVE_COST, BASE_RATE)


def reported(task: Task) -> tuple[Metric, ...]:
    """Return the balanced cross-entropy; that of several classes has no formula for an interval.

    References
    ----------
    Brodersen, K. H. et al. (2010), The balanced accuracy and its posterior distribution, for the
    same mean of another score. doi:10.1109/ICPR.2010.764
    """
    if task.several:
        # Imported here, because binary predictions do not need it.
        from cecli.metrics.per_class import COSTS

        return (Metric(DEFINITION, MEANING, (COSTS, BASE_RATES), partial(_of_several, COSTS)),)
    many = Many(_of_many, rounded(_derivatives))
    return (Metric(DEFINITION, MEANING, OF_TWO, _of_two, OF_TWO, _slopes, many=many),)
