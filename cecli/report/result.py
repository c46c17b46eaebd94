"""A metric's result: its value, its interval, and the units of both."""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal


class Units(StrEnum):
    """What information is measured in."""

    NATS = "nats"
    BITS = "bits"


# How many nats one unit is.
NATS_PER = {Units.NATS: 1.0, Units.BITS: math.log(2.0)}


@dataclass(frozen=True)
class Undefined:
    """The answer of a metric that the data do not define, and why."""

    reason: str


# What a metric comes to.
Answer = float | Undefined
BEYOND_RANGE = Undefined("its value is beyond the range of a float64")


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


class Direction(StrEnum):
    """Which values of a metric are better."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


@dataclass(frozen=True)
class Interval:
    """A confidence interval; None throughout where the data do not allow one.

    Attributes
    ----------
    method : how it was found, where it was not by a formula.
    """

    se: float | None
    lower: float | None
    upper: float | None
    level: float
    method: Literal["bootstrap"] | None = None

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


def _divided(value: float | None, scale: float) -> float | None:
    return None if value is None else value / scale
