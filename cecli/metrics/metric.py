"""Metrics: named numbers about some rows, computed from states."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Slopes
from cecli.intervals.formula import BY_FORMULA, Direct, Floor, Image
from cecli.intervals.sampling import Sampling
from cecli.numerics import Floats
from cecli.report.result import BEYOND_RANGE, Answer, Definition, Measure, Result, Undefined
from cecli.statistics.mean import WEIGHT, Mean, Score

if TYPE_CHECKING:
    from cecli.intervals.formula import ManySlopes
    from cecli.statistics.group_columns import GroupColumns


class Task(NamedTuple):
    """The kind of prediction, as far as metrics depend on it.

    Attributes
    ----------
    several : whether each of several classes has a column, instead of only the positive of two.
    classes : the number of classes.
    soft : whether targets are probabilities instead of labels.
    base_rate : the constant prediction for skill; None means the rows' own base rate.
    dependent : whether rows of one cluster may depend on each other.
    ordered : whether the classes have an order, which is that of their columns.
    weighed : whether rows have weights; counts are none.
    """

    several: bool
    classes: int = 2
    soft: bool = False
    base_rate: float | None = None
    dependent: bool = False
    ordered: bool = False
    weighed: bool = False


class Many(NamedTuple):
    """A metric of many groups at once, with the bits of that of each group.

    Attributes
    ----------
    value : returns its values; NaN or infinite for groups that are to be computed one by one.
    slopes : returns its derivatives with respect to the means, if it has an interval.
    """

    value: "Callable[[GroupColumns], Floats]"
    slopes: "Callable[[GroupColumns], ManySlopes] | None" = None


@dataclass(frozen=True)
class Metric:
    """A named number about some rows.

    Attributes
    ----------
    definition : its name, formula and range, for any rows.
    meaning : one line for the reader of a report.
    statistics : the statistics that it is computed from.
    answer : computes the number from their states.
    means, slopes : the means of which the metric is a smooth function, and its derivatives with
        respect to them; with these it has an interval.
    floor : the least variance that it can be believed to have.
    image : the metric whose interval it maps, if that is better than its own.
    direct : its variance, if it is no function of a few means.
    place : "file:line" of the row that the number belongs to, if it belongs to one.
    many : the metric of many groups at once, if it can be computed so.
    bounds : its certain lower and upper bound, if one pass may leave it between two.
    over_groups : returns the metric of a mean over groups, each of which is a row with the means
        of its rows; None if that has no meaning.
    """

    definition: Definition
    meaning: str
    statistics: tuple[Statistic[Any], ...]
    answer: Callable[[States], Answer]
    means: tuple[Mean, ...] = ()
    slopes: Callable[[States], Slopes | None] | None = None
    floor: Floor | None = None
    image: Image | None = None
    direct: Direct | None = None
    place: Callable[[States], str] | None = None
    many: Many | None = None
    bounds: "tuple[Metric, Metric] | None" = None
    over_groups: "Callable[[Metric], Metric] | None" = None

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def measure(self) -> Measure:
        """The measure: whether it is information, computed in nats."""
        return self.definition.measure

    def finish(self, states: States) -> Iterator[Result]:
        yield self.result(states)

    def result(self, states: States, sampling: Sampling | None = None) -> Result:
        """Return the number in nats, with its interval if a sampling is given."""
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

    def between(self, states: States) -> Iterator[Result]:
        """Yield the certain bounds of the number, unless they meet: it is exact then."""
        if self.bounds is None:
            return
        lower, upper = (bound.result(states) for bound in self.bounds)
        if lower.value != upper.value:
            yield from (lower, upper)


@dataclass(frozen=True)
class Measured:
    """A metric with its certain bounds, and the sampling that determines its interval."""

    metric: Metric
    sampling: Sampling

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (*self.metric.statistics, *self.sampling.statistics(self.metric))

    def finish(self, states: States) -> Iterator[Result]:
        yield self.metric.result(states, self.sampling)
        yield from self.metric.between(states)


def measured(metrics: Iterable[Metric], sampling: Sampling = BY_FORMULA) -> list[Measured]:
    """Return the metrics as findings with intervals."""
    return [Measured(metric, sampling) for metric in metrics]


def mean_metric(
    definition: Definition, meaning: str, score: Score, floor: Floor | None = None
) -> Metric:
    """Return the metric that is the weighted mean of a score."""
    mean = Mean(score)
    return Metric(
        definition,
        meaning,
        (mean,),
        partial(_mean, mean),
        (mean,),
        lambda _: {mean: 1},
        floor,
        many=Many(lambda columns: columns[mean].rounded, lambda _: {mean: 1.0}),
        over_groups=_of_groups,
    )


def _of_groups(metric: Metric) -> Metric:
    return replace(metric, meaning=f"mean over groups: {metric.meaning}")


def _mean(mean: Mean, states: States) -> float:
    return float(states[mean].mean)


def rounded(
    slopes: "Callable[[GroupColumns], Mapping[Mean, Any]]",
) -> "Callable[[GroupColumns], ManySlopes]":
    """Return a function to rounded slopes, from one to slopes whose formula makes exact ones."""
    return lambda columns: {mean: slope.rounded() for mean, slope in slopes(columns).items()}


def statistics_of(metrics: Sequence[Metric]) -> list[Statistic[Any]]:
    """Return the statistics that some metrics need, with repetitions."""
    return [statistic for metric in metrics for statistic in metric.statistics]


def ratio(numerator: Fraction | float, denominator: Fraction | float) -> Answer:
    """Return a quotient of finite numbers, rounded once if both are exact."""
    try:
        quotient = float(numerator / denominator)
    except OverflowError:
        return BEYOND_RANGE
    return BEYOND_RANGE if math.isinf(quotient) and not _is_infinite(numerator) else quotient


def _is_infinite(x: Fraction | float) -> bool:
    return isinstance(x, float) and math.isinf(x)


def effective_of_many(columns: "GroupColumns") -> Floats:
    """Return the effective rows of each group, rounded."""
    found: Floats = columns[WEIGHT].effective_rows.rounded()
    return found


def _effective_rows(states: States) -> Answer:
    return float(states[WEIGHT].effective_rows)


EFFECTIVE_ROWS = Metric(
    Definition(
        "effective_rows",
        "Number of equally weighted rows with the same information.",
        "(sum w)^2 / sum w^2",
        also=("Kish's effective sample size",),
    ),
    "(sum w)^2 / sum w^2",
    (WEIGHT,),
    _effective_rows,
    many=Many(effective_of_many),
)
DEFINITIONS = (EFFECTIVE_ROWS.definition,)
