"""What a language model's tokens cost: per token, and per byte of the text."""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.delta import Slopes
from cecli.metrics.cross_entropy import exp, loss_metrics
from cecli.metrics.metric import Metric, ratio
from cecli.numerics import Floats
from cecli.report.result import Answer, Definition, Direction, Undefined
from cecli.statistics.mean import Mean


def token_cost(chunk: Chunk) -> Floats:
    """Return minus the log-probability of each token, in nats."""
    return 0.0 - chunk.numbers["log_prob"]


def token_bytes(chunk: Chunk) -> Floats:
    """Return how many bytes each token stands for."""
    return chunk.numbers["bytes"]


LN2 = math.log(2.0)
COST, BYTES = Mean(token_cost), Mean(token_bytes)
NEEDED = (COST, BYTES)
NO_BYTES = Undefined("the tokens have no bytes")


def _nats_per_byte(states: States) -> Fraction | float | None:
    total = states[BYTES].total
    return states[COST].total / total if total else None


def _bits_per_byte(states: States) -> Answer:
    nats = _nats_per_byte(states)
    return NO_BYTES if nats is None else ratio(nats, LN2)


def _byte_perplexity(states: States) -> Answer:
    nats = _nats_per_byte(states)
    return NO_BYTES if nats is None else exp(nats)


def _slopes(factor: Callable[[States], Answer], states: States) -> Slopes | None:
    """Return the derivatives of a function of nats per byte, whose own derivative is factor."""
    cost, size, by = states[COST], states[BYTES].finite_mean, factor(states)
    if cost.infinite_rows or isinstance(by, Undefined):
        return None
    slope = Fraction(by) / size
    return {COST: slope, BYTES: -slope * cost.finite_mean / size}


PER_TOKEN = loss_metrics(token_cost)
PER_BYTE = (
    Metric(
        Definition(
            "bits_per_byte",
            "What each byte of a text costs a language model, in bits whatever the units.",
            "log2 loss of all tokens / bytes of all tokens",
            Direction.LOWER,
            also=("BPB",),
        ),
        "log2 loss of the text / its bytes, whatever the units",
        NEEDED,
        _bits_per_byte,
        NEEDED,
        partial(_slopes, lambda _: 1.0 / LN2),
    ),
    Metric(
        Definition(
            "byte_perplexity",
            "How many equally likely bytes would be as surprising.",
            "exp(loss in nats / bytes)",
            Direction.LOWER,
            low=1.0,
        ),
        "exp(loss in nats / bytes)",
        NEEDED,
        _byte_perplexity,
        NEEDED,
        partial(_slopes, _byte_perplexity),
    ),
)
DEFINITIONS = tuple(metric.definition for metric in PER_BYTE)
