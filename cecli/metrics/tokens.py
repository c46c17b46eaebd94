"""What a language model's tokens cost: per token, and per byte of the text."""

import math
from fractions import Fraction

from cecli.chunk import Chunk, Floats
from cecli.metrics import Answer, Metric, Undefined, ratio
from cecli.metrics.cross_entropy import exp, loss_metrics
from cecli.report import Measure
from cecli.statistics import States
from cecli.statistics.mean import Mean


def token_cost(chunk: Chunk) -> Floats:
    """Return minus the log-probability of each token, in nats."""
    return 0.0 - chunk.numbers["log_prob"]


def token_bytes(chunk: Chunk) -> Floats:
    """Return how many bytes each token stands for."""
    return chunk.numbers["bytes"]


COST, BYTES = Mean(token_cost), Mean(token_bytes)
NEEDED = (COST, BYTES)
NO_BYTES = Undefined("the tokens have no bytes")


def _nats_per_byte(states: States) -> Fraction | float | None:
    total = states[BYTES].total
    return states[COST].total / total if total else None


def _bits_per_byte(states: States) -> Answer:
    nats = _nats_per_byte(states)
    return NO_BYTES if nats is None else ratio(nats, math.log(2.0))


def _byte_perplexity(states: States) -> Answer:
    nats = _nats_per_byte(states)
    return NO_BYTES if nats is None else exp(nats)


PER_TOKEN = loss_metrics(token_cost)
PER_BYTE = (
    Metric(
        "bits_per_byte",
        "log2 loss of the text / its bytes, whatever the units",
        Measure.NUMBER,
        NEEDED,
        _bits_per_byte,
    ),
    Metric(
        "byte_perplexity",
        "exp(loss in nats / bytes)",
        Measure.NUMBER,
        NEEDED,
        _byte_perplexity,
    ),
)
