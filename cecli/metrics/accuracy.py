"""Accuracy: the share of correct decisions."""

from cecli.core.chunk import Chunk
from cecli.metrics.metric import Metric, Task, mean_metric
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences as scores
from cecli.preparations.rows import p_of, q_of
from cecli.report.result import Definition, Direction, IntervalScale


def hit(chunk: Chunk) -> Floats:
    return scores.hit(p_of(chunk).prob, q_of(chunk).preference)


def hit_multiclass(chunk: Chunk) -> Floats:
    return scores.hit_multiclass(p_of(chunk).prob, q_of(chunk).preference)


ACCURACY = Definition(
    "accuracy",
    "Share of rows whose most likely class was observed.",
    "share of rows with argmax_k q_k = y; binary: positive if q >= 1/2",
    Direction.HIGHER,
    high=1.0,
    scale=IntervalScale.SHARE,
)
HAPPENED = "share of rows whose most likely class was observed"
BINARY = mean_metric(ACCURACY, HAPPENED, hit)
MULTICLASS = mean_metric(ACCURACY, HAPPENED, hit_multiclass)


def reported(task: Task) -> tuple[Metric, ...]:
    return (MULTICLASS if task.several else BINARY,)
