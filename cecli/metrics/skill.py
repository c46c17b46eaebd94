"""Cross-entropy against that of a constant prediction."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from cecli.metrics import Answer, Metric, Undefined, ratio
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.report import Measure
from cecli.statistics import States, Statistic

Reference = Callable[[States], float]


def skill_metrics(reference: Reference, needed: Sequence[Statistic[Any]]) -> tuple[Metric, ...]:
    """Return skill and normalized entropy.

    Parameters
    ----------
    reference : what the constant prediction costs, in nats a row, from the states of `needed`.

    References
    ----------
    McFadden, D. (1974), Conditional logit analysis of qualitative choice behavior: the pseudo R².
    He, X. et al. (2014), Practical lessons from predicting clicks on ads at Facebook, section 3:
    normalized entropy. doi:10.1145/2648584.2648589
    """
    statistics = (CROSS_ENTROPY, *needed)
    return (
        Metric(
            "skill",
            "1 - normalized_entropy",
            Measure.NUMBER,
            statistics,
            partial(_skill, reference),
        ),
        Metric(
            "normalized_entropy",
            "cross_entropy / loss of a constant prediction",
            Measure.NUMBER,
            statistics,
            partial(_normalized_entropy, reference),
        ),
    )


def _normalized_entropy(reference: Reference, states: States) -> Answer:
    constant = reference(states)
    if constant == 0.0:
        return Undefined("there is one class only, which the constant prediction gets for free")
    return ratio(states[CROSS_ENTROPY].mean, constant)


def _skill(reference: Reference, states: States) -> Answer:
    normalized = _normalized_entropy(reference, states)
    return normalized if isinstance(normalized, Undefined) else 1.0 - normalized
