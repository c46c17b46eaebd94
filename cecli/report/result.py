"""What every report is made of: results with their intervals and units, groups, notices."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

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

Error = Annotated[float | None, InJson(Annotated[float, Bounds(ge=0.0)] | Infinite | None, float64)]
Method = Literal["bootstrap"]
HOW = "percentiles and standard deviation of replicates; else by a formula"


class Units(StrEnum):
    """What information is measured in."""

    NATS = "nats"
    BITS = "bits"


# The level of intervals, unless another is asked for.
LEVEL = 0.95
# How many nats one unit is.
NATS_PER = {Units.NATS: 1.0, Units.BITS: math.log(2.0)}


class Undefined(NamedTuple):
    """The answer of a metric that the data do not define, and why."""

    reason: str


# What a metric comes to.
Answer = float | Undefined
BEYOND_RANGE = Undefined("its value is beyond the range of a float64")


class Direction(StrEnum):
    """Which values of a metric are better."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


class Measure(StrEnum):
    """What a metric's value is: an amount of information, which has units, or a plain number."""

    INFORMATION = "information"
    ROOT_INFORMATION = "root-information"
    NUMBER = "number"

    def nats_per(self, units: Units) -> float:
        """Return by what a value in nats is divided to be in these units."""
        match self:
            case Measure.INFORMATION:
                return NATS_PER[units]
            case Measure.ROOT_INFORMATION:
                return math.sqrt(NATS_PER[units])
            case Measure.NUMBER:
                return 1.0


UNITS_OF = {
    Measure.INFORMATION: "nats or bits",
    Measure.ROOT_INFORMATION: "root of nats or bits",
    Measure.NUMBER: "number",
}


class Definition(NamedTuple):
    """What a metric is, whatever rows it is computed of.

    Attributes
    ----------
    name : its key in reports.
    meaning : what it tells, one sentence.
    formula : in the notation of the documentation: t target, q prediction, w weight.
    direction : which values are better; neither, where it describes the data.
    measure : whether it has units of information.
    low, high : between which it lies, in nats where it has units.
    also : what others call it.
    streams : how it is had from one pass in constant memory: "exactly", or how nearly.
    numbered : whether a comparison of several models has it once for each: difference_2, …
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

    @property
    def unit(self) -> str:
        return UNITS_OF[self.measure]


@stated
@dataclass(frozen=True)
class Interval:
    """A standard error and a confidence interval; null where the data do not allow one.

    Attributes
    ----------
    method : how it was found, where it was not by a formula.
    """

    se: Error
    lower: Number
    upper: Number
    level: float
    method: Annotated[Method | None, Presence.LEFT_OUT, Says(HOW)] = None

    def divided(self, scale: float) -> "Interval":
        """Return the interval of what is so many times smaller."""
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
    value : infinite, or None where the metric is not defined for the data; never NaN.
    measure : whether the value has units of information.
    interval : of what is made of means.
    undefined : why the value is None; empty otherwise.
    place : "file:line" of the row that the value is about, where it is about one.
    """

    name: str
    meaning: str
    value: float | None
    measure: Measure = Measure.NUMBER
    interval: Interval | None = None
    undefined: str = ""
    place: str = ""

    def in_units(self, units: Units) -> "Result":
        """Return a result in nats in other units."""
        scale = self.measure.nats_per(units)
        if scale == 1.0:
            return self
        interval = None if self.interval is None else self.interval.divided(scale)
        value = _divided(self.value, scale)
        if value is not None and math.isinf(value) and not math.isinf(self.value or 0.0):
            return replace(self, value=None, interval=None, undefined=BEYOND_RANGE.reason)
        return replace(self, value=value, interval=interval)


@stated
@dataclass(frozen=True)
class Notice:
    """A counted remark on the data or the request.

    Attributes
    ----------
    code : stable, for programs.
    message : for people.
    count : of rows, where it is about rows.
    rows : the lines of the first of them.
    places : the same as "file:line", where there is more than one file.
    """

    code: Annotated[str, Says("stable, for programs")]
    message: str
    count: Annotated[Count | None, Presence.ALWAYS] = None
    rows: Annotated[Many[Count], Presence.ALWAYS, Says("lines of the first such rows")] = ()
    places: Annotated[Many[str], Presence.LEFT_OUT] = ()


@dataclass(frozen=True)
class Input:
    """What was read: the names of the inputs, the rows that were used and their total weight.

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
    """Results about a part of the rows: what they have in common, and how much they weigh.

    Attributes
    ----------
    key : what the rows share, such as {"class": "setosa"}.
    is_small : whether there are too few rows to say much.
    """

    key: Mapping[str, str]
    rows: int
    weight: float
    results: tuple[Result, ...]
    is_small: bool = False

    def in_units(self, units: Units) -> "Group":
        """Return a group whose results are in nats in other units."""
        return replace(self, results=tuple(result.in_units(units) for result in self.results))

    @property
    def metrics(self) -> dict[str, float | None]:
        return {result.name: result.value for result in self.results}


def _divided(value: float | None, scale: float) -> float | None:
    return None if value is None else value / scale
