"""How often the positive class happens, and how often the predictions say it does."""

from fractions import Fraction

import numpy as np

from cecli.chunk import Chunk, Floats
from cecli.metrics import Answer, Metric, Undefined, mean_metric, ratio
from cecli.numerics import scores
from cecli.report import Measure
from cecli.statistics import States
from cecli.statistics.mean import Mean


def target(chunk: Chunk) -> Floats:
    return chunk.numbers["target"]


def prob(chunk: Chunk) -> Floats:
    return chunk.numbers["prob"]


def prediction_entropy(chunk: Chunk) -> Floats:
    return scores.entropy(chunk.numbers["prob"])


BASE_RATE = Mean(target)
MEAN_PREDICTION = Mean(prob)


def constant_cross_entropy(base_rate: Fraction | float, constant: float) -> float:
    """Return what predicting one probability for every row costs, in nats a row."""
    rates = np.array([float(base_rate)]), np.array([constant])
    return float(scores.cross_entropy(*rates)[0])


def _base_rate_entropy(states: States) -> Answer:
    base_rate = states[BASE_RATE].mean
    return constant_cross_entropy(base_rate, float(base_rate))


def _observed_expected(states: States) -> Answer:
    expected = states[MEAN_PREDICTION].total
    if expected == 0:
        return Undefined("every prediction is 0")
    return ratio(states[BASE_RATE].total, expected)


OBSERVED = (
    mean_metric("base_rate", target, "share of the positive class"),
    Metric(
        "base_rate_entropy",
        "loss of the best constant prediction",
        Measure.INFORMATION,
        (BASE_RATE,),
        _base_rate_entropy,
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
    ),
    mean_metric(
        "prediction_entropy",
        prediction_entropy,
        "mean of H(q): the loss that q itself expects",
        Measure.INFORMATION,
    ),
)
