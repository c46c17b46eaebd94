"""Metrics: a named number about some rows, and how states become it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import INDEPENDENT, Slopes, Uncertainty, interval
from cecli.report.result import BEYOND_RANGE as BEYOND
from cecli.report.result import Interval, Measure, Result
from cecli.statistics.mean import Mean, Score, Weight


@dataclass(frozen=True)
class Undefined:
    """The answer of a metric that the data do not define, and why."""

    reason: str


Answer = float | Undefined
BEYOND_RANGE = Undefined(BEYOND)


@dataclass(frozen=True)
class Metric:
    """A named number about some rows.

    Attributes
    ----------
    name, meaning : its key, and one line for people.
    measure : whether it is an amount of information, computed in nats.
    statistics : what it needs to know of the rows.
    answer : the number from their states.
    means, slopes : the means of which the metric is a smooth function, and its derivatives by
        them; it has an interval, then.
    place : "file:line" of the row that the number is about, where it is about one.
    """

    name: str
    meaning: str
    measure: Measure
    statistics: tuple[Statistic[Any], ...]
    answer: Callable[[States], Answer]
    means: tuple[Mean, ...] = ()
    slopes: Callable[[States], Slopes | None] | None = None
    place: Callable[[States], str] | None = None

    def finish(self, states: States, uncertainty: Uncertainty = INDEPENDENT) -> Result:
        answer = self.answer(states)
        value = None if isinstance(answer, Undefined) else answer
        return Result(
            self.name,
            self.meaning,
            value,
            self.measure,
            self._interval(value, states, uncertainty),
            answer.reason if isinstance(answer, Undefined) else "",
            "" if self.place is None else self.place(states),
        )

    def _interval(
        self, value: float | None, states: States, uncertainty: Uncertainty
    ) -> Interval | None:
        slopes = None if self.slopes is None or value is None else self.slopes(states)
        return None if slopes is None else interval(value, slopes, states, uncertainty)


def mean_metric(name: str, score: Score, meaning: str, measure: Measure = Measure.NUMBER) -> Metric:
    """Return the metric that is the weighted mean of a score."""
    mean = Mean(score)
    return Metric(
        name, meaning, measure, (mean,), partial(_mean, mean), (mean,), lambda _: {mean: 1}
    )


def _mean(mean: Mean, states: States) -> float:
    return float(states[mean].mean)


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


WEIGHT = Weight()


def _effective_rows(states: States) -> Answer:
    return float(states[WEIGHT].effective_rows)


EFFECTIVE_ROWS = Metric(
    "effective_rows",
    "(sum w)^2 / sum w^2",
    Measure.NUMBER,
    (WEIGHT,),
    _effective_rows,
)
