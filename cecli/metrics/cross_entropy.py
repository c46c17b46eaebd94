"""What the predictions cost: cross-entropy, and other ways to say it."""

import math

from cecli.chunk import Chunk, Floats
from cecli.metrics import Answer, Metric, Undefined, mean_metric
from cecli.metrics.pair import p_of, q_of
from cecli.numerics import divergences
from cecli.report import Measure
from cecli.statistics import States
from cecli.statistics.mean import Mean


def cross_entropy(chunk: Chunk) -> Floats:
    return divergences.cross_entropy(p_of(chunk), q_of(chunk))


CROSS_ENTROPY = Mean(cross_entropy)
BEYOND_RANGE = Undefined("its value is beyond the range of a float64")


def _log_likelihood(states: States) -> Answer:
    total = states[CROSS_ENTROPY].total
    try:
        return 0.0 - float(total)
    except OverflowError:
        return BEYOND_RANGE


def _perplexity(states: States) -> Answer:
    try:
        return math.exp(states[CROSS_ENTROPY].mean)
    except OverflowError:
        return BEYOND_RANGE


METRICS = (
    mean_metric(
        "cross_entropy",
        cross_entropy,
        "log loss: mean of -log q(what happened)",
        Measure.INFORMATION,
    ),
    Metric(
        "log_likelihood",
        "log of the product of all q(what happened)",
        Measure.INFORMATION,
        (CROSS_ENTROPY,),
        _log_likelihood,
    ),
    Metric(
        "perplexity",
        "exp(cross_entropy in nats)",
        Measure.NUMBER,
        (CROSS_ENTROPY,),
        _perplexity,
    ),
)
