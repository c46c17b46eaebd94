"""The metrics of predictions for K classes, in the order in which they are reported."""

from fractions import Fraction

from cecli.chunk import Chunk, Floats
from cecli.metrics import Metric, cross_entropy, divergence
from cecli.metrics.base_rate import (
    BASE_RATE_ENTROPY_MEANING,
    PREDICTION_ENTROPY,
    constant_cross_entropy,
)
from cecli.metrics.concentration import concentration
from cecli.metrics.decision import MULTICLASS
from cecli.metrics.effective_rows import EFFECTIVE_ROWS, WEIGHT
from cecli.metrics.pair import p_of
from cecli.metrics.skill import skill_metrics
from cecli.report import Measure
from cecli.statistics import States
from cecli.statistics.class_sums import ClassSums


def class_target(chunk: Chunk) -> Floats:
    """Return the target of each class, shape (K, n)."""
    return p_of(chunk).prob


BASE_RATES = ClassSums(class_target)
NEEDED = (BASE_RATES, WEIGHT)


def base_rates(states: States) -> list[Fraction]:
    """Return the mean target of each class: the maximum-likelihood constant prediction."""
    weight = states[WEIGHT].total
    return [total / weight for total in states[BASE_RATES].finite_totals]


def base_rate_entropy(states: States) -> float:
    """Return what predicting the base rates for every row costs, in nats a row."""
    rates = base_rates(states)
    return constant_cross_entropy(rates, rates)


def multiclass_metrics(*, soft: bool) -> tuple[Metric, ...]:
    """Return the metrics for hard or soft labels."""
    return (
        *cross_entropy.METRICS,
        *(divergence.FOR_TARGETS if soft else divergence.FOR_LABELS),
        Metric(
            "base_rate_entropy",
            BASE_RATE_ENTROPY_MEANING,
            Measure.INFORMATION,
            NEEDED,
            base_rate_entropy,
        ),
        *skill_metrics(base_rate_entropy, NEEDED),
        PREDICTION_ENTROPY,
        *MULTICLASS,
        *concentration(cross_entropy.CROSS_ENTROPY),
        EFFECTIVE_ROWS,
    )
