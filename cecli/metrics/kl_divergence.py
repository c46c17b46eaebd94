"""How far q is from p, row by row: the identity, symmetric relatives, and the tail."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.metrics.cross_entropy import cross_entropy, kl_divergence, target_entropy
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, mean_metric
from cecli.metrics.pair import p_of, q_of
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.report.result import Answer, Measure, Undefined
from cecli.statistics.first_rows import Largest
from cecli.statistics.mean import Mean
from cecli.statistics.quantiles import RELATIVE_ERROR, Quantiles

# What each quantity is, in the rows reading and over the rows.
CROSS_ENTROPY = "H(p,q) = -sum p log q: what q costs where p is the truth"
ENTROPY = "H(p) = -sum p log p: what p itself would cost"
KL = "KL(p||q) = H(p,q) - H(p): what q costs beyond that"
REVERSE_KL = "KL(q||p): the same with p and q exchanged"
JEFFREYS = "KL(p||q) + KL(q||p)"
JS_DIVERGENCE = "Jensen-Shannon: mean KL of p and q from their middle"
TOTAL_VARIATION = "half of sum |p - q|"
HELLINGER = "root of half of sum (root p - root q)^2"
RESIDUAL = "cross_entropy - entropy - kl: 0 but for rounding, and sums that are not 1"
INFINITE = Undefined("the cross-entropy is infinite")

# What is compared of a term: its mean over the rows, or its sum.
Total = Callable[[Mean, States], Fraction | float]

QUANTILES = {"p50": Fraction(1, 2), "p90": Fraction(9, 10), "p99": Fraction(99, 100),
             "p999": Fraction(999, 1000)}  # fmt: skip


def reverse_kl(chunk: Chunk) -> Floats:
    return divergences.kl_divergence(q_of(chunk), p_of(chunk))


def jeffreys(chunk: Chunk) -> Floats:
    return chunk.once(kl_divergence) + chunk.once(reverse_kl)


def js_divergence(chunk: Chunk) -> Floats:
    return divergences.js_divergence(p_of(chunk), q_of(chunk))


def js_distance(chunk: Chunk) -> Floats:
    return np.sqrt(chunk.once(js_divergence))


def total_variation(chunk: Chunk) -> Floats:
    return divergences.total_variation(p_of(chunk), q_of(chunk))


def hellinger(chunk: Chunk) -> Floats:
    return divergences.hellinger(p_of(chunk), q_of(chunk))


@dataclass(frozen=True)
class Above:
    """1 for each row whose divergence is larger than a threshold in nats, else 0."""

    threshold: float

    def __call__(self, chunk: Chunk) -> Floats:
        return (chunk.once(kl_divergence) > self.threshold).astype(np.float64)


def _residual(total: Total, terms: tuple[Mean, Mean, Mean], states: States) -> Answer:
    cross, entropy, kl = (total(term, states) for term in terms)
    if not all(isinstance(term, Fraction) for term in (cross, entropy, kl)):
        return INFINITE
    return float(cross - entropy - kl)


def residual_metric(total: Total, *terms: Mean) -> Metric:
    """Return what is left of the identity, exactly, from a total of each of its three terms."""
    cross, entropy, kl = terms
    three = (cross, entropy, kl)
    return Metric(
        "identity_residual", RESIDUAL, Measure.INFORMATION, three, partial(_residual, total, three)
    )


def _mean(mean: Mean, states: States) -> Fraction | float:
    return states[mean].mean


IDENTITY = (
    mean_metric("cross_entropy", cross_entropy, CROSS_ENTROPY, Measure.INFORMATION),
    mean_metric("entropy", target_entropy, ENTROPY, Measure.INFORMATION),
    mean_metric("kl", kl_divergence, KL, Measure.INFORMATION),
    residual_metric(_mean, Mean(cross_entropy), Mean(target_entropy), Mean(kl_divergence)),
)
RELATIVES = (
    mean_metric("reverse_kl", reverse_kl, REVERSE_KL, Measure.INFORMATION),
    mean_metric("jeffreys", jeffreys, JEFFREYS, Measure.INFORMATION),
    mean_metric("js_divergence", js_divergence, JS_DIVERGENCE, Measure.INFORMATION),
    mean_metric(
        "js_distance", js_distance, "mean over the rows of its root", Measure.ROOT_INFORMATION
    ),
    mean_metric("total_variation", total_variation, TOTAL_VARIATION),
    mean_metric("hellinger", hellinger, HELLINGER),
)

KL_QUANTILES = Quantiles(kl_divergence)
KL_LARGEST = Largest(kl_divergence)


def _quantile(level: Fraction, states: States) -> Answer:
    # The middle of a bin may lie above all that is in it.
    return min(states[KL_QUANTILES].quantile(level), states[KL_LARGEST].value)


def _largest(states: States) -> Answer:
    return states[KL_LARGEST].value


def _largest_place(states: States) -> str:
    position = states[KL_LARGEST].position
    return "" if position is None else f"{position.source}:{position.line}"


TAIL = (
    *(
        Metric(
            f"kl_{name}",
            f"{float(100 * level):g} % of the rows have no larger kl (within "
            f"{RELATIVE_ERROR:.2%} of it)",
            Measure.INFORMATION,
            (KL_QUANTILES, KL_LARGEST),
            partial(_quantile, level),
        )
        for name, level in QUANTILES.items()
    ),
    Metric(
        "kl_max",
        "the largest kl of a row",
        Measure.INFORMATION,
        (KL_LARGEST,),
        _largest,
        place=_largest_place,
    ),
)


def rows_metrics(threshold: float | None) -> tuple[Metric, ...]:
    """Return the metrics of a comparison row by row; a threshold is in nats."""
    above = () if threshold is None else (
        mean_metric("kl_above", Above(threshold), "share of the rows with kl above the threshold"),
    )  # fmt: skip
    return (*IDENTITY, *RELATIVES, *TAIL, *above, EFFECTIVE_ROWS)
