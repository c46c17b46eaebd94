"""Metrics: what a question's answer is called, and how a state becomes it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from statistics import NormalDist
from typing import Any

from cecli import report
from cecli.report import Interval, Measure, Result
from cecli.statistics import States, Statistic
from cecli.statistics.mean import Mean, MeanState, Score

LEVEL = 0.95


@dataclass(frozen=True)
class Undefined:
    """The answer of a metric that the data do not define, and why."""

    reason: str


Answer = float | Undefined

BEYOND_RANGE = Undefined(report.BEYOND_RANGE)


@dataclass(frozen=True)
class Metric:
    """A named number about some rows.

    Attributes
    ----------
    name, meaning : its key, and one line for people.
    measure : whether it is an amount of information, computed in nats.
    statistics : what it needs to know of the rows.
    answer : the number from their states.
    mean : the statistic of which the metric is the plain mean, and so has an interval.
    place : "file:line" of the row that the number is about, where it is about one.
    """

    name: str
    meaning: str
    measure: Measure
    statistics: tuple[Statistic[Any], ...]
    answer: Callable[[States], Answer]
    mean: Mean | None = None
    place: Callable[[States], str] | None = None

    def finish(self, states: States) -> Result:
        answer = self.answer(states)
        return Result(
            self.name,
            self.meaning,
            None if isinstance(answer, Undefined) else answer,
            self.measure,
            None if self.mean is None else interval(states[self.mean]),
            answer.reason if isinstance(answer, Undefined) else "",
            "" if self.place is None else self.place(states),
        )


def mean_metric(name: str, score: Score, meaning: str, measure: Measure = Measure.NUMBER) -> Metric:
    """Return the metric that is the weighted mean of a score."""
    mean = Mean(score)
    return Metric(name, meaning, measure, (mean,), partial(_mean, mean), mean)


def _mean(mean: Mean, states: States) -> float:
    return float(states[mean].mean)


def interval(state: MeanState, level: float = LEVEL) -> Interval:
    """Return the normal interval of a mean.

    Notes
    -----
    mean ± z·se, z the (1 + level)/2 quantile of the normal distribution. One row has no standard
    error, and an infinite mean no interval.
    """
    variance = state.variance_of_mean
    if variance is None:
        return Interval(None, None, None, level)
    mean, se = float(state.finite_mean), square_root(variance)
    margin = NormalDist().inv_cdf((1.0 + level) / 2.0) * se
    return Interval(se, mean - margin, mean + margin, level)


def square_root(x: Fraction) -> float:
    """Return √x, also where x itself would underflow."""
    half = (x.numerator.bit_length() - x.denominator.bit_length()) // 2
    return math.ldexp(math.sqrt(x / Fraction(4) ** half), half)


def statistics_of(metrics: Sequence[Metric]) -> list[Statistic[Any]]:
    """Return what some metrics need to know of the rows, repetitions included."""
    return [statistic for metric in metrics for statistic in metric.statistics]


def ratio(numerator: Fraction | float, denominator: Fraction | float) -> Answer:
    """Return a quotient of finite numbers, rounded once where both are exact."""
    try:
        quotient = float(numerator / denominator)
    except OverflowError:
        return BEYOND_RANGE
    return BEYOND_RANGE if math.isinf(quotient) and not _is_infinite(numerator) else quotient


def _is_infinite(x: Fraction | float) -> bool:
    return isinstance(x, float) and math.isinf(x)
