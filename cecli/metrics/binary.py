"""The metrics of binary predictions, in the order in which they are reported."""

from functools import partial

from cecli.metrics import Metric, base_rate, cross_entropy, decision, divergence
from cecli.metrics.concentration import concentration
from cecli.metrics.effective_rows import EFFECTIVE_ROWS
from cecli.metrics.skill import ReferenceSlope, skill_metrics


def binary_metrics(*, soft: bool, reference: float | None) -> tuple[Metric, ...]:
    """Return the metrics for hard or soft labels.

    Parameters
    ----------
    reference : the constant prediction for skill; None is the rows' own base rate.
    """
    constant = partial(base_rate.reference_cross_entropy, reference)
    along = ReferenceSlope(base_rate.BASE_RATE, partial(base_rate.reference_slope, reference))
    return (
        *cross_entropy.METRICS,
        *(divergence.FOR_TARGETS if soft else divergence.FOR_LABELS),
        *base_rate.OBSERVED,
        *skill_metrics(constant, (base_rate.BASE_RATE,), along),
        *base_rate.PREDICTED,
        *decision.BINARY,
        *concentration(cross_entropy.CROSS_ENTROPY),
        EFFECTIVE_ROWS,
    )
