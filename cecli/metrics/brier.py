"""The Brier score: squared error.

References
----------
Brier, G. W. (1950), Verification of forecasts expressed in terms of probability.
doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
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


BRIER = Definition(
    "brier",
    "Mean squared error of the probabilities.",
    "sum w (q - t)^2 / sum w; multiclass: sum w sum_k (q_k - t_k)^2 / sum w",
    Direction.LOWER,
    high=2.0,
    also=("Brier score", "quadratic score"),
    scale=IntervalScale.PROPORTIONAL,
)
BINARY = mean_metric(BRIER, "mean of (q - t)^2", brier)
MULTICLASS = mean_metric(BRIER, "mean of (q - t)^2, summed over the classes", brier_multiclass)


def reported(task: Task) -> tuple[Metric, ...]:
    return (MULTICLASS if task.several else BINARY,)
