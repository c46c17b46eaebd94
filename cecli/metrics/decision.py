"""Squared error, and the share of right decisions."""

from cecli.core.chunk import Chunk
from cecli.metrics.metric import mean_metric
from cecli.metrics.pair import p_of, q_of
from cecli.numerics import Floats
from cecli.numerics.distributions import scores


def brier(chunk: Chunk) -> Floats:
    return scores.brier(p_of(chunk).prob, q_of(chunk).prob)


def hit(chunk: Chunk) -> Floats:
    return scores.hit(p_of(chunk).prob, q_of(chunk).preference)


def brier_multiclass(chunk: Chunk) -> Floats:
    return scores.brier_multiclass(p_of(chunk).prob, q_of(chunk).prob)


def hit_multiclass(chunk: Chunk) -> Floats:
    return scores.hit_multiclass(p_of(chunk).prob, q_of(chunk).preference)


ACCURACY = "share of rows whose likeliest class happened"

BINARY = (
    mean_metric("brier", brier, "mean of (q - t)^2"),
    mean_metric("accuracy", hit, ACCURACY),
)
MULTICLASS = (
    mean_metric("brier", brier_multiclass, "mean of (q - t)^2, summed over the classes"),
    mean_metric("accuracy", hit_multiclass, ACCURACY),
)
