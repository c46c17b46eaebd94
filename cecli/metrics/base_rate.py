"""Observed and predicted frequency of the positive class."""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.delta import Slopes
from cecli.intervals.formula import Image
from cecli.intervals.scales import Ends
from cecli.metrics.metric import Many, Metric, Task, mean_metric, ratio, rounded
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.shares import share_surprisal, share_surprisals
from cecli.preparations.rows import p_of, q_of
from cecli.report.result import Answer, Definition, IntervalScale, Measure, Undefined
from cecli.statistics.classes import ClassSums
from cecli.statistics.mean import WEIGHT, Mean

if TYPE_CHECKING:
    from cecli.intervals.formula import ManySlopes
    from cecli.numerics.sums.pairs import FloatPairs
    from cecli.statistics.group_columns import GroupColumns


def target(chunk: Chunk) -> Floats:
    return np.asarray(p_of(chunk).prob[1])


def prob(chunk: Chunk) -> Floats:
    return np.asarray(q_of(chunk).prob[1])


def prediction_entropy(chunk: Chunk) -> Floats:
    return divergences.entropy(q_of(chunk))


BASE_RATE = Mean(target)
MEAN_PREDICTION = Mean(prob)
PREDICTION_ENTROPY = mean_metric(
    Definition(
        "prediction_entropy",
        "Expected loss if the predictions were true.",
        "sum w H(q) / sum w",
        measure=Measure.INFORMATION,
        also=("sharpness",),
        scale=IntervalScale.PROPORTIONAL,
    ),
    "mean of H(q): expected loss if q were true",
    prediction_entropy,
)
BASE_RATE_ENTROPY = Definition(
    "base_rate_entropy",
    "Loss of the best constant prediction.",
    "H(base_rate)",
    measure=Measure.INFORMATION,
    scale=IntervalScale.PROPORTIONAL,
)
BEST_CONSTANT = "loss of the best constant prediction"


def constant_cross_entropy(observed: Sequence[Fraction], predicted: Sequence[Fraction]) -> float:
    """Return the loss of predicting one distribution for every row, in nats per row.

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
    """Return the loss of predicting the given base rate, or the rows' own if it is None."""
    observed = _two(states[BASE_RATE].mean)
    return constant_cross_entropy(observed, observed if base_rate is None else _two(base_rate))


def reference_of_many(base_rate: float | None, columns: "GroupColumns") -> Floats:
    """Return `reference_cross_entropy` of each group."""
    negative, positive = _surprisals(base_rate, columns)
    return _constant_of_many(columns[BASE_RATE].mean, negative, positive)


def reference_slopes(base_rate: float | None, columns: "GroupColumns") -> Floats:
    """Return `reference_slope` of each group."""
    negative, positive = _surprisals(base_rate, columns)
    return np.asarray(positive - negative)


def _surprisals(
    base_rate: float | None, columns: "GroupColumns"
) -> "tuple[Floats | float, Floats | float]":
    """Return that of the negative class and of the positive one, in each group."""
    if base_rate is None:
        return columns.once(_own_surprisals)
    negative, positive = map(share_surprisal, _two(base_rate))
    return negative, positive


def _own_surprisals(columns: "GroupColumns") -> tuple[Floats, Floats]:
    share = columns[BASE_RATE].mean
    return share_surprisals(1 - share), share_surprisals(share)


def _constant_of_many(
    share: "FloatPairs", negative: "Floats | float", positive: "Floats | float"
) -> Floats:
    """Return the losses of constant predictions with these surprisals, in nats per row."""
    of_classes = ((1 - share).rounded(), negative), (share.rounded(), positive)
    with np.errstate(invalid="ignore"):
        first, second = (np.where(x == 0.0, 0.0, x * cost) for x, cost in of_classes)
        return np.asarray(first + second)


def _base_rate_entropy(states: States) -> Answer:
    return reference_cross_entropy(None, states)


def reference_slope(base_rate: float | None, states: States) -> float:
    """Return the derivative of `reference_cross_entropy` with respect to the rows' base rate.

    It is ln((1 − r)/r) at the predicted rate r in both cases. If r is the rows' own rate, the
    change of r contributes nothing, because r is the best constant.
    """
    negative, positive = _two(states[BASE_RATE].mean if base_rate is None else base_rate)
    if not (negative and positive):
        return math.inf
    return share_surprisal(positive) - share_surprisal(negative)


def _rate_entropy_slopes(states: States) -> Slopes:
    slope = reference_slope(None, states)
    # If one class alone occurs, the slope is infinite; the interval is that of the rate.
    return {BASE_RATE: slope if math.isfinite(slope) else 0}


def _rate_entropy_slopes_of_many(columns: "GroupColumns") -> "ManySlopes":
    slopes = reference_slopes(None, columns)
    return {BASE_RATE: np.where(np.isinf(slopes), 0.0, slopes)}


def _observed_expected_slopes(states: "States | GroupColumns") -> Slopes:
    observed, expected = states[BASE_RATE].finite_mean, states[MEAN_PREDICTION].finite_mean
    return {BASE_RATE: 1 / expected, MEAN_PREDICTION: -observed / expected**2}


def _observed_expected(states: States) -> Answer:
    expected = states[MEAN_PREDICTION].total
    if expected == 0:
        return Undefined("every prediction is 0")
    return ratio(states[BASE_RATE].total, expected)


def _observed_expected_of_many(columns: "GroupColumns") -> Floats:
    found: Floats = (columns[BASE_RATE].total / columns[MEAN_PREDICTION].total).rounded()
    return found


def entropies_between(lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    """Return `entropy_between` of each group."""
    from cecli.numerics.sums.pairs import FloatPairs

    shares = [FloatPairs.exactly(rate) for rate in (lower, upper)]
    first, second = (
        _constant_of_many(share, share_surprisals(1 - share), share_surprisals(share))
        for share in shares
    )
    is_between = (lower < 0.5) & (upper > 0.5)
    most = np.where(is_between, math.log(2.0), np.maximum(first, second))
    return np.minimum(first, second), most


def entropy_between(lower: float, upper: float) -> Ends:
    """Return the least and the largest entropy of the base rates between two ends."""
    at_ends = [constant_cross_entropy(_two(rate), _two(rate)) for rate in (lower, upper)]
    most = math.log(2.0) if lower < 0.5 < upper else max(at_ends)
    return min(at_ends), most


OF_RATE = mean_metric(
    Definition(
        "base_rate",
        "Share of the positive class.",
        "sum w t / sum w",
        high=1.0,
        also=("prevalence", "Bernoulli maximum-likelihood estimate"),
        scale=IntervalScale.SHARE,
    ),
    "share of the positive class",
    target,
)
OBSERVED = (
    OF_RATE,
    Metric(
        BASE_RATE_ENTROPY,
        BEST_CONSTANT,
        (BASE_RATE,),
        _base_rate_entropy,
        (BASE_RATE,),
        _rate_entropy_slopes,
        # The slope at a rate of 1/2 is 0, where the delta method fails.
        image=Image(OF_RATE, entropy_between, entropies_between),
        many=Many(partial(reference_of_many, None), _rate_entropy_slopes_of_many),
    ),
)
PREDICTED = (
    mean_metric(
        Definition(
            "mean_prediction",
            "Mean predicted probability of the positive class.",
            "sum w q / sum w",
            high=1.0,
            scale=IntervalScale.SHARE,
        ),
        "mean of q",
        prob,
    ),
    Metric(
        Definition(
            "observed_expected",
            "Observed over predicted share of the positive class; 1 if they agree.",
            "sum w t / sum w q",
            also=("O/E ratio", "calibration in the large"),
            scale=IntervalScale.PROPORTIONAL,
        ),
        "base_rate / mean_prediction",
        (BASE_RATE, MEAN_PREDICTION),
        _observed_expected,
        (BASE_RATE, MEAN_PREDICTION),
        _observed_expected_slopes,
        many=Many(_observed_expected_of_many, rounded(_observed_expected_slopes)),
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
    """Return the loss of predicting the base rates for every row, in nats per row."""
    rates = base_rates(states)
    return constant_cross_entropy(rates, rates)


OF_CLASSES = Metric(BASE_RATE_ENTROPY, BEST_CONSTANT, NEEDED, base_rate_entropy)


def observed(task: Task) -> tuple[Metric, ...]:
    """Return the metrics of the targets alone."""
    return (OF_CLASSES,) if task.several else OBSERVED


def predicted(task: Task) -> tuple[Metric, ...]:
    """Return the metrics of the predictions beside their losses."""
    return (PREDICTION_ENTROPY,) if task.several else PREDICTED
