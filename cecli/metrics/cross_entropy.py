"""What the predictions cost: cross-entropy, and the identity with entropy and divergence."""

import math
from fractions import Fraction
from functools import partial

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.delta import Slopes
from cecli.metrics.metric import Metric, mean_metric
from cecli.metrics.pair import p_of, q_of
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.report.result import BEYOND_RANGE, Answer, Measure, Undefined
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


def no_entropy(chunk: Chunk) -> Floats:
    """Return the entropy of hard labels: what was observed for certain has none."""
    return np.zeros(len(chunk))


def target_entropy(chunk: Chunk) -> Floats:
    return divergences.entropy(p_of(chunk))


def kl_divergence(chunk: Chunk) -> Floats:
    return divergences.kl_divergence(p_of(chunk), q_of(chunk))


TARGET_ENTROPY = "H(p): what a perfect prediction would lose"
KL = "KL(p||q): cross_entropy - target_entropy"

FOR_LABELS = (
    mean_metric("target_entropy", no_entropy, TARGET_ENTROPY, Measure.INFORMATION),
    # With no entropy in the targets the divergence is the cross-entropy, row by row.
    mean_metric("kl", cross_entropy, KL, Measure.INFORMATION),
)
FOR_TARGETS = (
    mean_metric("target_entropy", target_entropy, TARGET_ENTROPY, Measure.INFORMATION),
    mean_metric("kl", kl_divergence, KL, Measure.INFORMATION),
)
