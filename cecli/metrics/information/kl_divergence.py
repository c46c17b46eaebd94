"""Divergence of q from p, row by row: the identity, related divergences, and quantiles."""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States
from cecli.metrics.cross_entropy import (
    CROSS_ENTROPY_DEFINITION,
    KL,
    cross_entropy,
    kl_divergence,
    target_entropy,
)
from cecli.metrics.information.entropy import ENTROPY
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, mean_metric
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.preparations.rows import p_of, q_of
from cecli.report.result import Answer, Definition, Direction, IntervalScale, Measure, Undefined
from cecli.statistics.first_rows import Largest
from cecli.statistics.mean import Mean, Score
from cecli.statistics.quantiles import RELATIVE_ERROR, Quantiles

INFORMATION, LOWER = Measure.INFORMATION, Direction.LOWER
# All values in a bin are reported as its midpoint.
BINNED = "within 0.05 % of the value"
RESIDUAL = Definition(
    "identity_residual",
    "Residual of the identity: 0 except for rounding and sums other than 1.",
    "cross_entropy - entropy - kl",
    measure=INFORMATION,
    low=-math.inf,
)
REVERSE_KL = Definition(
    "reverse_kl",
    "Divergence with p and q exchanged.",
    "KL(q||p) = sum q log(q / p)",
    LOWER,
    INFORMATION,
    also=("exclusive KL",),
    scale=IntervalScale.PROPORTIONAL,
)
JEFFREYS = Definition(
    "jeffreys",
    "Sum of the divergences in both directions; over rows: population stability index.",
    "KL(p||q) + KL(q||p)",
    LOWER,
    INFORMATION,
    also=("J-divergence", "symmetric KL"),
    scale=IntervalScale.PROPORTIONAL,
)
JS_DIVERGENCE = Definition(
    "js_divergence",
    "Mean divergence of p and q from their average; symmetric and bounded.",
    "(KL(p||m) + KL(q||m)) / 2, m = (p + q) / 2",
    LOWER,
    INFORMATION,
    high=math.log(2.0),
    also=("Jensen-Shannon divergence",),
    scale=IntervalScale.PROPORTIONAL,
)
JS_DISTANCE = Definition(
    "js_distance",
    "Square root of the Jensen-Shannon divergence, a distance; averaged over the rows.",
    "sqrt(js_divergence)",
    LOWER,
    Measure.ROOT_INFORMATION,
    high=math.sqrt(math.log(2.0)),
    also=("Jensen-Shannon distance",),
    scale=IntervalScale.PROPORTIONAL,
)
TOTAL_VARIATION = Definition(
    "total_variation",
    "Largest difference in the probability of any event.",
    "sum |p - q| / 2",
    LOWER,
    high=1.0,
    also=("statistical distance",),
    scale=IntervalScale.PROPORTIONAL,
)
HELLINGER = Definition(
    "hellinger",
    "Scaled Euclidean distance of the square roots of p and q.",
    "sqrt(sum (sqrt p - sqrt q)^2 / 2)",
    LOWER,
    high=1.0,
    also=("Hellinger distance",),
    scale=IntervalScale.PROPORTIONAL,
)
LARGEST = Definition(
    "kl_max", "Largest kl of any row.", "max of KL(p||q) over the rows", LOWER, INFORMATION
)
ABOVE = Definition(
    "kl_above",
    "Share of rows with kl above the threshold.",
    "sum w [KL_i > threshold] / sum w",
    LOWER,
    high=1.0,
    scale=IntervalScale.SHARE,
)
# Their meanings in reports, both row by row and over all rows.
OF_CROSS_ENTROPY = "H(p,q) = -sum p log q: loss of q if p is true"
OF_ENTROPY = "H(p) = -sum p log p: least possible loss"
OF_KL = "KL(p||q) = H(p,q) - H(p): excess loss of q"
OF_REVERSE_KL = "KL(q||p): divergence with p and q exchanged"
OF_JEFFREYS = "KL(p||q) + KL(q||p)"
OF_JS_DIVERGENCE = "Jensen-Shannon: mean KL of p and q from their average"
OF_TOTAL_VARIATION = "sum |p - q| / 2"
OF_HELLINGER = "sqrt(sum (sqrt p - sqrt q)^2 / 2)"
OF_RESIDUAL = "cross_entropy - entropy - kl: 0 except for rounding and sums other than 1"
INFINITE = Undefined("the cross-entropy is infinite")

# The total of a term: its mean over the rows, or its sum.
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
    """1 for each row whose divergence exceeds a threshold in nats, else 0."""

    threshold: float

    def __call__(self, chunk: Chunk) -> Floats:
        return (chunk.once(kl_divergence) > self.threshold).astype(np.float64)


def _residual(total: Total, terms: tuple[Mean, Mean, Mean], states: States) -> Answer:
    cross, entropy, kl = (total(term, states) for term in terms)
    if not all(isinstance(term, Fraction) for term in (cross, entropy, kl)):
        return INFINITE
    return float(cross - entropy - kl)


def residual_metric(total: Total, *terms: Mean) -> Metric:
    """Return the residual of the identity, exact, from the totals of its three terms."""
    cross, entropy, kl = terms
    three = (cross, entropy, kl)
    return Metric(RESIDUAL, OF_RESIDUAL, three, partial(_residual, total, three))


def _mean(mean: Mean, states: States) -> Fraction | float:
    return states[mean].mean


IDENTITY = (
    mean_metric(CROSS_ENTROPY_DEFINITION, OF_CROSS_ENTROPY, cross_entropy),
    mean_metric(ENTROPY, OF_ENTROPY, target_entropy),
    mean_metric(KL, OF_KL, kl_divergence),
    residual_metric(_mean, Mean(cross_entropy), Mean(target_entropy), Mean(kl_divergence)),
)
RELATIVES = (
    mean_metric(REVERSE_KL, OF_REVERSE_KL, reverse_kl),
    mean_metric(JEFFREYS, OF_JEFFREYS, jeffreys),
    mean_metric(JS_DIVERGENCE, OF_JS_DIVERGENCE, js_divergence),
    mean_metric(JS_DISTANCE, "mean of sqrt(js_divergence) over the rows", js_distance),
    mean_metric(TOTAL_VARIATION, OF_TOTAL_VARIATION, total_variation),
    mean_metric(HELLINGER, OF_HELLINGER, hellinger),
)


def _quantile(score: Score, level: Fraction, states: States) -> Answer:
    # The midpoint of a bin may exceed all of its values.
    return min(states[Quantiles(score)].quantile(level), states[Largest(score)].value)


def _largest(score: Score, states: States) -> Answer:
    return states[Largest(score)].value


def _largest_place(score: Score, states: States) -> str:
    position = states[Largest(score)].position
    return "" if position is None else position.place


def _quantile_metric(score: Score, name: str, level: Fraction, rows: str) -> Metric:
    percent = f"{float(100 * level):g}"
    return Metric(
        Definition(
            f"kl_{name}",
            f"{percent} % quantile of kl over the rows.",
            f"the {percent} % quantile of KL(p||q) over the rows",
            LOWER,
            INFORMATION,
            streams=BINNED,
        ),
        f"{percent} % quantile of kl over the {rows}s (within {RELATIVE_ERROR:.2%})",
        (Quantiles(score), Largest(score)),
        partial(_quantile, score, level),
    )


def tail_of(score: Score, levels: Mapping[str, Fraction], rows: str) -> tuple[Metric, ...]:
    """Return the quantiles and the largest value of a divergence.

    Parameters
    ----------
    score : the divergence of each row.
    levels : of the quantiles, by what their names end in.
    rows : what a row is, in words.
    """
    return (
        *(_quantile_metric(score, name, level, rows) for name, level in levels.items()),
        Metric(
            LARGEST,
            f"largest kl of any {rows}",
            (Largest(score),),
            partial(_largest, score),
            place=partial(_largest_place, score),
        ),
    )


TAIL = tail_of(kl_divergence, QUANTILES, "row")
DEFINITIONS = (RESIDUAL, *(metric.definition for metric in (*RELATIVES, *TAIL)), ABOVE)


def rows_metrics(threshold: float | None) -> tuple[Metric, ...]:
    """Return the metrics of a row-by-row divergence; the threshold is in nats."""
    above = () if threshold is None else (
        mean_metric(ABOVE, "share of rows with kl above the threshold", Above(threshold)),
    )  # fmt: skip
    return (*IDENTITY, *RELATIVES, *TAIL, *above, EFFECTIVE_ROWS)
