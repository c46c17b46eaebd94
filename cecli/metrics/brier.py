"""The Brier score: squared error; and that of the cumulative probabilities of ordered classes.

References
----------
Brier, G. W. (1950), Verification of forecasts expressed in terms of probability.
doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
Epstein, E. S. (1969), A scoring system for probability forecasts of ranked categories.
doi:10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2
"""

from cecli.core.chunk import Chunk
from cecli.metrics.metric import Metric, Task, mean_metric
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences as scores
from cecli.preparations.rows import p_of, q_of
from cecli.report.result import Definition, Direction, IntervalScale


def brier(chunk: Chunk) -> Floats:
    return scores.brier(p_of(chunk).prob, q_of(chunk).prob)


def brier_multiclass(chunk: Chunk) -> Floats:
    return scores.brier_multiclass(p_of(chunk).prob, q_of(chunk).prob)


def ranked_probability(chunk: Chunk) -> Floats:
    return scores.ranked_probability(p_of(chunk), q_of(chunk))


BRIER = Definition(
    "brier",
    "Mean squared error of the probabilities.",
    "sum w (q - t)^2 / sum w; multiclass: sum w sum_k (q_k - t_k)^2 / sum w",
    Direction.LOWER,
    high=2.0,
    also=("Brier score", "quadratic score"),
    scale=IntervalScale.PROPORTIONAL,
)
BINARY = mean_metric(BRIER._replace(high=1.0), "mean of (q - t)^2", brier)
MULTICLASS = mean_metric(BRIER, "mean of (q - t)^2, summed over the classes", brier_multiclass)


RPS = Definition(
    "rps",
    "Mean squared error of the cumulative probabilities of K ordered classes.",
    "sum w sum_k (Q_k - T_k)^2 / sum w, k < K, Q_k = q_1 + ... + q_k, T_k = t_1 + ... + t_k",
    Direction.LOWER,
    also=("ranked probability score",),
    scale=IntervalScale.PROPORTIONAL,
)
RANKED = "mean of (Q - T)^2, summed over the classes but the last; Q, T cumulative"
DEFINITIONS = (RPS,)


def reported(task: Task) -> tuple[Metric, ...]:
    """Return the Brier score, and the ranked probability score of ordered classes."""
    if not task.several:
        return (BINARY,)
    if not task.ordered:
        return (MULTICLASS,)
    rps = RPS._replace(high=task.classes - 1.0)
    return (MULTICLASS, mean_metric(rps, RANKED, ranked_probability))
