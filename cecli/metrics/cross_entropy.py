"""What the predictions cost: cross-entropy, and other ways to say it."""

import math
from fractions import Fraction
from functools import partial

from cecli.chunk import Chunk, Floats
from cecli.metrics import BEYOND_RANGE, Answer, Metric, Undefined, mean_metric
from cecli.metrics.pair import p_of, q_of
from cecli.metrics.uncertainty import Slopes
from cecli.numerics import divergences
from cecli.report import Measure
from cecli.statistics import States
from cecli.statistics.mean import Mean, Score


def cross_entropy(chunk: Chunk) -> Floats:
    return divergences.cross_entropy(p_of(chunk), q_of(chunk))


def loss_metrics(loss: Score) -> tuple[Metric, ...]:
    """Return the mean of a loss in nats, and the likelihood and perplexity that it stands for."""
    mean = Mean(loss)
    return (
        mean_metric(
            "cross_entropy", loss, "log loss: mean of -log q(what happened)", Measure.INFORMATION
        ),
        Metric(
            "log_likelihood",
            "log of the product of all q(what happened)",
            Measure.INFORMATION,
            (mean,),
            partial(_log_likelihood, mean),
            (mean,),
            lambda states: {mean: -states[mean].weights.total},
        ),
        Metric(
            "perplexity",
            "exp(cross_entropy in nats)",
            Measure.NUMBER,
            (mean,),
            partial(_perplexity, mean),
            (mean,),
            partial(_perplexity_slopes, mean),
        ),
    )


def exp(exponent: Fraction | float) -> Answer:
    """Return e to a power, if there is a float64 for it."""
    try:
        return math.exp(exponent)
    except OverflowError:
        return BEYOND_RANGE


def _log_likelihood(mean: Mean, states: States) -> Answer:
    total = states[mean].total
    try:
        return 0.0 - float(total)
    except OverflowError:
        return BEYOND_RANGE


def _perplexity(mean: Mean, states: States) -> Answer:
    return exp(states[mean].mean)


def _perplexity_slopes(mean: Mean, states: States) -> Slopes | None:
    perplexity = _perplexity(mean, states)
    return None if isinstance(perplexity, Undefined) else {mean: perplexity}


CROSS_ENTROPY = Mean(cross_entropy)
METRICS = loss_metrics(cross_entropy)
