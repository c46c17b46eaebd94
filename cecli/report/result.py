"""The parts of every report: results with their intervals and units, groups, notices."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from cecli.core.contract import (
    Bounds,
    Count,
    Infinite,
    InJson,
    Many,
    Number,
    Presence,
    Says,
    float64,
    stated,
)

P = TypeVar("P")
Error = Annotated[float | None, InJson(Annotated[float, Bounds(ge=0.0)] | Infinite | None, float64)]
Method = Literal["bootstrap"]
HOW = "the basic interval and standard deviation of replicates; if absent, a formula"
Floor = Literal["predictions", "signs"]
FLOORED = (
    "what implies the standard error, as that of the rows is smaller: the predictions alone, or "
    "the test of signs of the few rows that differ"
)
DEGREES = "degrees of freedom of Student's t; if absent, the normal distribution"


class Units(StrEnum):
    """The units of information."""

    NATS = "nats"
    BITS = "bits"


# The default level of intervals.
LEVEL = 0.95
# The number of nats in one unit.
NATS_PER = {Units.NATS: 1.0, Units.BITS: math.log(2.0)}


class Undefined(NamedTuple):
    """The answer of a metric that is undefined for the data, with the reason."""

    reason: str


# The value of a metric.
Answer = float | Undefined
BEYOND_RANGE = Undefined("its value is beyond the range of a float64")


class Direction(StrEnum):
    """Which values of a metric are better."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


class Measure(StrEnum):
    """The kind of a metric's value: an amount of information, which has units, or a number."""

    INFORMATION = "information"
    ROOT_INFORMATION = "root-information"
    NUMBER = "number"

    def nats_per(self, units: Units) -> float:
        """Return the divisor that converts a value in nats to these units."""
        match self:
            case Measure.INFORMATION:
                return NATS_PER[units]
            case Measure.ROOT_INFORMATION:
                return math.sqrt(NATS_PER[units])
            case Measure.NUMBER:
                return 1.0


class IntervalScale(StrEnum):
    """How the variance of a value depends on the value, and so how its interval is shaped.

    LINEAR : not at all; the interval reaches equally far to both sides.
    PROPORTIONAL : in proportion to the value, as for counts, and for means of skewed losses.
    COMPLEMENT, EXPONENTIAL : the value is 1 minus such a mean, or its exponential.
    LOG : in proportion to its square, so that the interval is symmetric in the logarithm.
    SHARE : as p(1 − p), for a share of rows (Wilson 1927).
    LOGIT : as (p(1 − p))², so that the interval is symmetric in the logit.
    """

    LINEAR = "linear"
    PROPORTIONAL = "proportional"
    COMPLEMENT = "complement"
    EXPONENTIAL = "exponential"
    LOG = "log"
    SHARE = "share"
    LOGIT = "logit"


UNITS_OF = {
    Measure.INFORMATION: "nats or bits",
    Measure.ROOT_INFORMATION: "root of nats or bits",
    Measure.NUMBER: "number",
}


class Definition(NamedTuple):
    """The definition of a metric, independent of any data.

    Attributes
    ----------
    name : its key in reports.
    meaning : what it measures, in one sentence.
    formula : in the notation of the documentation: t target, q prediction, w weight.
    direction : which values are better; neither, if it describes the data.
    measure : whether it has units of information.
    low, high : the bounds of its values, in nats if it has units.
    also : other names.
    streams : its accuracy from one pass in constant memory: "exactly", or an error bound.
    numbered : whether a comparison has it once for each further model: difference_2, …
    scale : the shape of its intervals.
    """

    name: str
    meaning: str
    formula: str
    direction: Direction = Direction.NEITHER
    measure: Measure = Measure.NUMBER
    low: float = 0.0
    high: float = math.inf
    also: tuple[str, ...] = ()
    streams: str = "exactly"
    numbered: bool = False
    scale: IntervalScale = IntervalScale.LINEAR

    @property
    def unit(self) -> str:
        return UNITS_OF[self.measure]


@stated
@dataclass(frozen=True)
class Interval:
    """A standard error and a confidence interval; null if the data do not allow one.

    Attributes
    ----------
    method : how it was computed; None if by a formula.
    degrees : of freedom of Student's t distribution; None for the normal distribution.
    scale : how its ends follow from the standard error.
    floor : what implies the standard error, if it is not the spread of the rows.
    """

    se: Error
    lower: Number
    upper: Number
    level: float
    method: Annotated[Method | None, Presence.LEFT_OUT, Says(HOW)] = None
    degrees: Annotated[float | None, Presence.LEFT_OUT, Bounds(gt=0.0), Says(DEGREES)] = None
    scale: Annotated[IntervalScale, Presence.LEFT_OUT, Bounds(strict=False)] = IntervalScale.LINEAR
    floor: Annotated[Floor | None, Presence.LEFT_OUT, Says(FLOORED)] = None

    def between(self, lower: float, upper: float) -> "Interval":
        """Return the interval with these ends."""
        return replace(self, lower=lower, upper=upper)

    def divided(self, scale: float) -> "Interval":
        """Return the interval of the value divided by scale."""
        return replace(
            self,
            se=_divided(self.se, scale),
            lower=_divided(self.lower, scale),
            upper=_divided(self.upper, scale),
        )


@dataclass(frozen=True)
class Result:
    """The value of one metric.

    Attributes
    ----------
    name, meaning : its key, and one line for people.
    value : may be infinite; None if the metric is undefined for the data; never NaN.
    measure : whether the value has units of information.
    interval : for metrics computed from means.
    undefined : why the value is None; empty otherwise.
    place : "file:line" of the row that the value comes from, if it comes from a single row.
    """

    name: str
    meaning: str
    value: float | None
    measure: Measure = Measure.NUMBER
    interval: Interval | None = None
    undefined: str = ""
    place: str = ""

    def in_units(self, units: Units) -> "Result":
        """Return the result converted from nats."""
        scale = self.measure.nats_per(units)
        if scale == 1.0:
            return self
        interval = None if self.interval is None else self.interval.divided(scale)
        value = _divided(self.value, scale)
        if value is not None and math.isinf(value) and not math.isinf(self.value or 0.0):
            return replace(self, value=None, interval=None, undefined=BEYOND_RANGE.reason)
        return replace(self, value=value, interval=interval)


# A notice names the lines of so many rows at most.
NAMED_LINES = 10


@stated
@dataclass(frozen=True)
class Notice:
    """A counted remark on the data or the request.

    Attributes
    ----------
    code : stable, for programs.
    message : for people.
    count : the number of rows concerned; None if it is not about rows.
    rows : the lines of the first of them, at most NAMED_LINES; a line may stand for several rows.
    places : the same lines as "file:line", if there is more than one file.
    """

    code: Annotated[str, Says("stable, for programs")]
    message: str
    count: Annotated[Count | None, Presence.ALWAYS] = None
    rows: Annotated[Many[Count], Presence.ALWAYS, Says("lines of the first such rows")] = ()
    places: Annotated[Many[str], Presence.LEFT_OUT] = ()


@dataclass(frozen=True)
class Input:
    """The input that was read: its names, the number of rows used, and their total weight.

    Attributes
    ----------
    skipped : how many rows were left out, by reason.
    """

    paths: tuple[str, ...]
    rows: int
    weight: float
    skipped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Results on a part of the rows, with their common values and total weight.

    Attributes
    ----------
    key : the values that the rows share, such as {"class": "setosa"}.
    is_small : whether there are too few rows for reliable results.
    """

    key: Mapping[str, str]
    rows: int
    weight: float
    results: tuple[Result, ...]
    is_small: bool = False

    def in_units(self, units: Units) -> "Group":
        """Return the group with its results converted from nats."""
        return replace(self, results=tuple(result.in_units(units) for result in self.results))

    @property
    def metrics(self) -> dict[str, float | None]:
        return {result.name: result.value for result in self.results}


def _divided(value: float | None, scale: float) -> float | None:
    return None if value is None else value / scale


def metrics_of(results: Sequence[Result]) -> dict[str, float | None]:
    """Return the values of results by their keys."""
    return {result.name: result.value for result in results}


def intervals_of(results: Sequence[Result]) -> dict[str, Interval]:
    """Return the intervals, of the results that have one, by their keys."""
    return {result.name: result.interval for result in results if result.interval is not None}


def only(kind: type[P], parts: Sequence[Any]) -> list[P]:
    """Return the parts of one kind, in their order."""
    return [part for part in parts if isinstance(part, kind)]
