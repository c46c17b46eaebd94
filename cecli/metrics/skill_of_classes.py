"""The variance of skill with one column per class: a function of the losses and the base rates.

With a_k = −ln p_k of the base rates p, the loss of the best constant prediction is H = Σ p_k a_k,
and a row of class k has the influence a_k − H on it. So the covariances of H and of the mean loss
are sums over the classes, of the weights and of the losses of each.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.formula import Direct, Least
from cecli.metrics.base_rate import BASE_RATE_ENTROPY, base_rate_entropy, base_rates, class_target
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.metric import Metric
from cecli.metrics.per_class import class_cost
from cecli.metrics.predicted_variance import FLOOR_OF_CLASSES
from cecli.metrics.skill import NORMALIZED_ENTROPY, SKILL
from cecli.numerics import Floats
from cecli.numerics.distributions.shares import share_surprisal
from cecli.numerics.scalars import log
from cecli.statistics.classes import ClassSums
from cecli.statistics.mean import WEIGHT


def weighted_target(chunk: Chunk) -> Floats:
    """Return w·t of each class, shape (K, n)."""
    return _weighted(chunk, class_target(chunk))


def weighted_cost(chunk: Chunk) -> Floats:
    """Return w times the contribution of each class to a row's loss, shape (K, n)."""
    return _weighted(chunk, class_cost(chunk))


def _weighted(chunk: Chunk, score: Floats) -> Floats:
    # A count is no weight of a row: it is how many there are.
    weight = None if chunk.count is not None else chunk.weight
    return score if weight is None else score * weight


# Σw²t and Σw²·loss of the rows of each class.
SQUARED_WEIGHTS, SQUARED_COSTS = ClassSums(weighted_target), ClassSums(weighted_cost)


class Parts(NamedTuple):
    """The mean loss, the entropy of the base rates, their variances and their covariance."""

    loss: float
    entropy: float
    of_loss: float
    of_entropy: float
    of_both: float


def parts(states: States) -> Parts | None:
    """Return the parts of the variance for observed classes; None if there is none."""
    state, rows = states[CROSS_ENTROPY], states[WEIGHT].rows
    variance = state.variance_of_mean
    if variance is None:
        return None
    loss, entropy = state.finite_mean, base_rate_entropy(states)
    factor = Fraction(rows, rows - 1) / states[WEIGHT].total ** 2
    away = [surprisal - entropy for surprisal in _surprisals(states)]
    weights, costs = states[SQUARED_WEIGHTS].finite_totals, states[SQUARED_COSTS].finite_totals
    of_entropy = math.fsum(a * a * float(w * factor) for a, w in zip(away, weights, strict=True))
    of_both = math.fsum(
        a * float((cost - loss * w) * factor)
        for a, cost, w in zip(away, costs, weights, strict=True)
    )
    return Parts(float(loss), entropy, float(variance), of_entropy, of_both)


def _surprisals(states: States) -> Iterator[float]:
    """Yield −ln p of each base rate; of a class that does not occur, any number."""
    return (share_surprisal(rate) if rate else 0.0 for rate in base_rates(states))


def _variance(of: Callable[[Parts], Fraction], states: States) -> Fraction | None:
    found = parts(states)
    return None if found is None else of(found)


def _of_entropy(found: Parts) -> Fraction:
    return Fraction(found.of_entropy)


def _of_skill(found: Parts) -> Fraction:
    """Return the variance; the entropy is above 0, as skill has no value else."""
    loss, entropy, of_loss, of_entropy, of_both = found
    ratio = loss / entropy
    variance = of_loss + ratio * ratio * of_entropy - 2.0 * ratio * of_both
    return Fraction(max(variance, 0.0)) / Fraction(entropy) ** 2


def _least_skill(states: States) -> Least | None:
    slope = 1 / Fraction(base_rate_entropy(states))
    return FLOOR_OF_CLASSES.least({CROSS_ENTROPY: slope}, states)


def _no_least(states: States) -> None:  # noqa: ARG001
    return None


NEEDED = (WEIGHT, CROSS_ENTROPY, ClassSums(class_target), SQUARED_WEIGHTS, SQUARED_COSTS)
OF_SKILL = Direct(
    (*NEEDED, *FLOOR_OF_CLASSES.statistics), partial(_variance, _of_skill), _least_skill
)
OF_ENTROPY = Direct(NEEDED, partial(_variance, _of_entropy), _no_least)
DIRECT = {BASE_RATE_ENTROPY: OF_ENTROPY, SKILL: OF_SKILL, NORMALIZED_ENTROPY: OF_SKILL}


def with_variances(metrics: Iterable[Metric], classes: int) -> Iterator[Metric]:
    """Yield the metrics of observed classes, with the variances of those that have one here."""
    for metric in metrics:
        definition, direct = metric.definition, DIRECT.get(metric.definition)
        if definition is BASE_RATE_ENTROPY:
            definition = definition._replace(high=log(classes))
        yield replace(metric, definition=definition, direct=direct)
