"""Cross-entropy against that of a constant prediction."""

from functools import partial

from cecli.metrics import Answer, Metric, Undefined
from cecli.metrics.base_rate import BASE_RATE, constant_cross_entropy
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.report import Measure
from cecli.statistics import States


def skill_metrics(base_rate: float | None) -> tuple[Metric, ...]:
    """Return skill and normalized entropy.

    Parameters
    ----------
    base_rate : the constant prediction that is the reference, from training data; the rows' own
        base rate, the best constant there is, where it is None.

    References
    ----------
    McFadden, D. (1974), Conditional logit analysis of qualitative choice behavior: the pseudo R².
    He, X. et al. (2014), Practical lessons from predicting clicks on ads at Facebook, section 3:
    normalized entropy. doi:10.1145/2648584.2648589
    """
    needed = (CROSS_ENTROPY, BASE_RATE)
    return (
        Metric(
            "skill",
            "1 - normalized_entropy",
            Measure.NUMBER,
            needed,
            partial(_skill, base_rate),
        ),
        Metric(
            "normalized_entropy",
            "cross_entropy / loss of a constant prediction",
            Measure.NUMBER,
            needed,
            partial(_normalized_entropy, base_rate),
        ),
    )


def _normalized_entropy(base_rate: float | None, states: States) -> Answer:
    reference = _reference(base_rate, states)
    if reference == 0.0:
        return Undefined("there is one class only, which the constant prediction gets for free")
    return float(states[CROSS_ENTROPY].mean) / reference


def _skill(base_rate: float | None, states: States) -> Answer:
    normalized = _normalized_entropy(base_rate, states)
    return normalized if isinstance(normalized, Undefined) else 1.0 - normalized


def _reference(base_rate: float | None, states: States) -> float:
    observed = states[BASE_RATE].mean
    return constant_cross_entropy(observed, float(observed) if base_rate is None else base_rate)
