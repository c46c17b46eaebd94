"""Squared error, and the share of right decisions."""

from cecli.chunk import Chunk, Floats
from cecli.metrics import mean_metric
from cecli.metrics.pair import p_of, q_of
from cecli.numerics import scores


def brier(chunk: Chunk) -> Floats:
    return scores.brier(p_of(chunk).prob, q_of(chunk).prob)


def hit(chunk: Chunk) -> Floats:
    return scores.hit(p_of(chunk).prob, q_of(chunk).prob)


METRICS = (
    mean_metric("brier", brier, "mean of (q - t)^2"),
    mean_metric("accuracy", hit, "share of rows whose likelier class happened"),
)
