"""Cross-entropy, and its decomposition into entropy and divergence."""

import math
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.delta import Slopes
from cecli.metrics.metric import Many, Metric, Task, mean_metric
from cecli.numerics import Floats, scalars
from cecli.numerics.distributions import divergences, exponential
from cecli.preparations.rows import p_of, q_of
from cecli.report.result import (
    BEYOND_RANGE,
    Answer,
    Definition,
    Direction,
    IntervalScale,
    Measure,
    Undefined,
)
from cecli.statistics.mean import WEIGHT, Mean, Score

if TYPE_CHECKING:
    from cecli.statistics.group_columns import GroupColumns


def cross_entropy(chunk: Chunk) -> Floats:
    return divergences.cross_entropy(p_of(chunk), q_of(chunk))


CROSS_ENTROPY_DEFINITION = Definition(
    "cross_entropy",
    "Mean loss of the predictions: minus the log of the probability of the observed outcome.",
    "sum w (-t log q - (1-t) log(1-q)) / sum w; classes: sum w (-sum_k t_k log q_k) / sum w",
    Direction.LOWER,
    Measure.INFORMATION,
    also=(
        "log loss",
        "logloss",
        "NLL",
        "binary cross-entropy",
        "logarithmic score",
        "mean negative log-likelihood",
        "deviance / 2",
    ),
    scale=IntervalScale.PROPORTIONAL,
)
LOG_LIKELIHOOD = Definition(
    "log_likelihood",
    "Log of the product of the probabilities of all observed outcomes.",
    "-sum w CE_i",
    Direction.HIGHER,
    Measure.INFORMATION,
    low=-math.inf,
    high=0.0,
    scale=IntervalScale.PROPORTIONAL,
)
PERPLEXITY = Definition(
    "perplexity",
    "Number of equally likely outcomes that would be as surprising.",
    "exp(cross_entropy in nats); of counted values: exp(entropy in nats)",
    Direction.LOWER,
    low=1.0,
    scale=IntervalScale.EXPONENTIAL,
)
PERPLEXITY_RATIO = Definition(
    "perplexity_ratio",
    "Perplexity of a model as a multiple of that of another one, on the same observed tokens.",
    "exp(difference of their mean losses in nats)",
    Direction.LOWER,
    numbered=True,
    scale=IntervalScale.LOG,
)
TARGET_ENTROPY = Definition(
    "target_entropy",
    "Entropy of the targets, the least possible loss; 0 for observed classes.",
    "sum w H(t) / sum w",
    measure=Measure.INFORMATION,
    scale=IntervalScale.PROPORTIONAL,
)
KL = Definition(
    "kl",
    "Divergence of the predictions from the targets: loss beyond that of a perfect prediction.",
    "mean of sum_k p_k log(p_k / q_k) = cross_entropy - entropy of p",
    Direction.LOWER,
    Measure.INFORMATION,
    also=("Kullback-Leibler divergence", "relative entropy"),
    scale=IntervalScale.PROPORTIONAL,
)


def loss_metrics(loss: Score) -> tuple[Metric, ...]:
    """Return the mean of a loss in nats, with its log-likelihood and perplexity."""
    mean = Mean(loss)
    return (
        mean_metric(CROSS_ENTROPY_DEFINITION, "log loss: mean of -log q(observed outcome)", loss),
        Metric(
            LOG_LIKELIHOOD,
            "log of the product of all q(observed outcome)",
            (mean,),
            partial(_log_likelihood, mean),
            (mean,),
            lambda states: {mean: -states[mean].weights.total},
            many=Many(
                lambda columns: 0.0 - columns[mean].total.rounded(),
                lambda columns: {mean: -columns[WEIGHT].total.rounded()},
            ),
        ),
        exponential_metric(PERPLEXITY, "exp(cross_entropy in nats)", loss),
    )


def exp(exponent: Fraction | float) -> Answer:
    """Return e to a power, undefined if it exceeds float64."""
    try:
        return scalars.exp(float(exponent))
    except OverflowError:
        return BEYOND_RANGE


def _log_likelihood(mean: Mean, states: States) -> Answer:
    total = states[mean].total
    try:
        return 0.0 - float(total)
    except OverflowError:
        return BEYOND_RANGE


def exponential_metric(definition: Definition, meaning: str, score: Score) -> Metric:
    """Return the exponential of the weighted mean of a score in nats, such as a perplexity."""
    mean = Mean(score)
    of_groups = partial(_exponentials, mean)
    return Metric(
        definition,
        meaning,
        (mean,),
        partial(_exponential, mean),
        (mean,),
        partial(_slopes_of_exponential, mean),
        many=Many(of_groups, lambda columns: {mean: of_groups(columns)}),
        over_groups=_geometric,
    )


def _geometric(metric: Metric) -> Metric:
    """Return the exponential of a mean over groups: the geometric mean of theirs."""
    meaning = "exp(mean over groups of the loss in nats): geometric mean of those of the groups"
    return replace(metric, meaning=meaning)


def _exponential(mean: Mean, states: States) -> Answer:
    return exp(states[mean].mean)


def _slopes_of_exponential(mean: Mean, states: States) -> Slopes | None:
    value = _exponential(mean, states)
    return None if isinstance(value, Undefined) else {mean: value}


def _exponentials(mean: Mean, columns: "GroupColumns") -> Floats:
    return exponential.exp(columns[mean].rounded)


CROSS_ENTROPY = Mean(cross_entropy)
METRICS = loss_metrics(cross_entropy)


def no_entropy(chunk: Chunk) -> Floats:
    """Return the entropy of hard labels, which is 0."""
    return np.zeros(len(chunk))


def target_entropy(chunk: Chunk) -> Floats:
    return divergences.entropy(p_of(chunk))


def kl_divergence(chunk: Chunk) -> Floats:
    return divergences.kl_divergence(p_of(chunk), q_of(chunk))


DIVERGENCE = Mean(kl_divergence)
PERFECT = "H(p): loss of a perfect prediction"
BEYOND_PERFECT = "KL(p||q): cross_entropy - target_entropy"
FOR_LABELS = (
    # It is 0 by definition, and so has no interval.
    Metric(
        TARGET_ENTROPY,
        PERFECT,
        (Mean(no_entropy),),
        lambda _: 0.0,
        many=Many(lambda columns: np.zeros(len(columns))),
    ),
    # Targets without entropy have a divergence equal to the cross-entropy in each row.
    mean_metric(KL, BEYOND_PERFECT, cross_entropy),
)
FOR_TARGETS = (
    mean_metric(TARGET_ENTROPY, PERFECT, target_entropy),
    mean_metric(KL, BEYOND_PERFECT, kl_divergence),
)


def reported(task: Task) -> tuple[Metric, ...]:
    return (*METRICS, *(FOR_TARGETS if task.soft else FOR_LABELS))
