"""Metrics: a named number about some rows, and how states become it."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import INDEPENDENT, Slopes
from cecli.intervals.sampling import Sampling
from cecli.report.result import BEYOND_RANGE, Answer, Definition, Measure, Result, Undefined
from cecli.statistics.mean import WEIGHT, Mean, Score


class Task(NamedTuple):
    """What predictions are of, as far as metrics depend on it.

    Attributes
    ----------
    several : whether each of several classes has a column, or the positive one of two alone.
    soft : whether targets are probabilities themselves, and not labels.
    base_rate : the constant prediction for skill; None is the rows' own base rate.
    """

    several: bool
    soft: bool = False
    base_rate: float | None = None


@dataclass(frozen=True)
class Metric:
    """A named number about some rows.

    Attributes
    ----------
    definition : what it is, whatever rows it is computed of.
    meaning : one line for people who read a report.
    statistics : what it needs to know of the rows.
    answer : the number from their states.
    means, slopes : the means of which the metric is a smooth function, and its derivatives by
        them; it has an interval, then.
    place : "file:line" of the row that the number is about, where it is about one.
    """

    definition: Definition
    meaning: str
    statistics: tuple[Statistic[Any], ...]
    answer: Callable[[States], Answer]
    means: tuple[Mean, ...] = ()
    slopes: Callable[[States], Slopes | None] | None = None
    place: Callable[[States], str] | None = None

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def measure(self) -> Measure:
        """Whether it is an amount of information, computed in nats."""
        return self.definition.measure

    def finish(self, states: States) -> Iterator[Result]:
        yield self.result(states)

    def result(self, states: States, sampling: Sampling | None = None) -> Result:
        """Return the number in nats, with its interval if the sampling is known."""
        answer = self.answer(states)
        value = None if isinstance(answer, Undefined) else answer
        return Result(
            self.name,
            self.meaning,
            value,
            self.measure,
            None if sampling is None else sampling.interval(self, value, states),
            answer.reason if isinstance(answer, Undefined) else "",
            "" if self.place is None else self.place(states),
        )


@dataclass(frozen=True)
class Measured:
    """A metric, and how its interval is found."""

    metric: Metric
    sampling: Sampling

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (*self.metric.statistics, *self.sampling.statistics(self.metric))

    def finish(self, states: States) -> Iterator[Result]:
        yield self.metric.result(states, self.sampling)


def measured(metrics: Iterable[Metric], sampling: Sampling = INDEPENDENT) -> list[Measured]:
    """Return findings of metrics with their intervals."""
    return [Measured(metric, sampling) for metric in metrics]


def mean_metric(definition: Definition, meaning: str, score: Score) -> Metric:
    """Return the metric that is the weighted mean of a score."""
    mean = Mean(score)
    answer = partial(_mean, mean)
    return Metric(definition, meaning, (mean,), answer, (mean,), lambda _: {mean: 1})


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


def _effective_rows(states: States) -> Answer:
    return float(states[WEIGHT].effective_rows)


EFFECTIVE_ROWS = Metric(
    Definition(
        "effective_rows",
        "How many equally weighted rows would be as informative.",
        "(sum w)^2 / sum w^2",
        also=("Kish's effective sample size",),
    ),
    "(sum w)^2 / sum w^2",
    (WEIGHT,),
    _effective_rows,
)
DEFINITIONS = (EFFECTIVE_ROWS.definition,)
