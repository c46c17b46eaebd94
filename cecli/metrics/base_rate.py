"""How often the positive class happens, and how often the predictions say it does."""

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.delta import Slopes
from cecli.metrics.metric import Metric, mean_metric, ratio
from cecli.metrics.pair import p_of, q_of
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.shares import share_surprisal
from cecli.report.result import Answer, Measure, Undefined
from cecli.statistics.classes import ClassSums
from cecli.statistics.mean import WEIGHT, Mean


def target(chunk: Chunk) -> Floats:
    return np.asarray(p_of(chunk).prob[1])


def prob(chunk: Chunk) -> Floats:
    return np.asarray(q_of(chunk).prob[1])


def prediction_entropy(chunk: Chunk) -> Floats:
    return divergences.entropy(q_of(chunk))


BASE_RATE = Mean(target)
MEAN_PREDICTION = Mean(prob)
PREDICTION_ENTROPY = mean_metric(
    "prediction_entropy",
    prediction_entropy,
    "mean of H(q): the loss that q itself expects",
    Measure.INFORMATION,
)
BASE_RATE_ENTROPY_MEANING = "loss of the best constant prediction"


def constant_cross_entropy(observed: Sequence[Fraction], predicted: Sequence[Fraction]) -> float:
    """Return what predicting one distribution for every row costs, in nats a row.

    Parameters
    ----------
    observed, predicted : the share of each class, exact.
    """
    return math.fsum(
        float(happened) * share_surprisal(expected)
        for happened, expected in zip(observed, predicted, strict=True)
        if happened
    )


def _two(share: Fraction | float) -> tuple[Fraction, Fraction]:
    return 1 - Fraction(share), Fraction(share)


def reference_cross_entropy(base_rate: float | None, states: States) -> float:
    """Return what predicting a base rate costs: the given one, or where None the rows' own."""
    observed = _two(states[BASE_RATE].mean)
    return constant_cross_entropy(observed, observed if base_rate is None else _two(base_rate))


def _base_rate_entropy(states: States) -> Answer:
    return reference_cross_entropy(None, states)


def reference_slope(base_rate: float | None, states: States) -> float:
    """Return the derivative of `reference_cross_entropy` by the rows' own base rate.

    It is ln((1 − r)/r) at the rate r that is predicted, in both cases: where r moves along, what
    that changes cancels, for r is the best constant.
    """
    negative, positive = _two(states[BASE_RATE].mean if base_rate is None else base_rate)
    if not (negative and positive):
        return math.inf
    return share_surprisal(positive) - share_surprisal(negative)


def _observed_expected_slopes(states: States) -> Slopes:
    observed, expected = states[BASE_RATE].finite_mean, states[MEAN_PREDICTION].finite_mean
    return {BASE_RATE: 1 / expected, MEAN_PREDICTION: -observed / expected**2}


def _observed_expected(states: States) -> Answer:
    expected = states[MEAN_PREDICTION].total
    if expected == 0:
        return Undefined("every prediction is 0")
    return ratio(states[BASE_RATE].total, expected)


OBSERVED = (
    mean_metric("base_rate", target, "share of the positive class"),
    Metric(
        "base_rate_entropy",
        BASE_RATE_ENTROPY_MEANING,
        Measure.INFORMATION,
        (BASE_RATE,),
        _base_rate_entropy,
        (BASE_RATE,),
        lambda states: {BASE_RATE: reference_slope(None, states)},
    ),
)
PREDICTED = (
    mean_metric("mean_prediction", prob, "mean of q"),
    Metric(
        "observed_expected",
        "base_rate / mean_prediction",
        Measure.NUMBER,
        (BASE_RATE, MEAN_PREDICTION),
        _observed_expected,
        (BASE_RATE, MEAN_PREDICTION),
        _observed_expected_slopes,
    ),
    PREDICTION_ENTROPY,
)


def class_target(chunk: Chunk) -> Floats:
    """Return the target of each class, shape (K, n)."""
    return p_of(chunk).prob


BASE_RATES = ClassSums(class_target)
NEEDED = (BASE_RATES, WEIGHT)


def base_rates(states: States) -> list[Fraction]:
    """Return the mean target of each class: the maximum-likelihood constant prediction."""
    weight = states[WEIGHT].total
    return [total / weight for total in states[BASE_RATES].finite_totals]


def base_rate_entropy(states: States) -> float:
    """Return what predicting the base rates for every row costs, in nats a row."""
    rates = base_rates(states)
    return constant_cross_entropy(rates, rates)
