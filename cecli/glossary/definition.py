"""One entry of the glossary."""

import math
from dataclasses import dataclass
from enum import StrEnum

from cecli.report.result import Measure

UNITS = {
    Measure.INFORMATION: "nats or bits",
    Measure.ROOT_INFORMATION: "root of nats or bits",
    Measure.NUMBER: "number",
}


class Direction(StrEnum):
    """Which values of a metric are better."""

    LOWER = "lower"
    HIGHER = "higher"
    NEITHER = "neither"


@dataclass(frozen=True)
class Definition:
    """What a metric is.

    Attributes
    ----------
    name : its key in reports.
    meaning : what it tells, one sentence.
    formula : in the notation of the documentation: t target, q prediction, w weight.
    measure : whether it has units of information.
    direction : which values are better; neither, where it describes the data.
    low, high : between which it lies, in nats where it has units.
    also : what others call it.
    streams : how it is had from one pass in constant memory: "exactly", or how nearly.
    """

    name: str
    meaning: str
    formula: str
    measure: Measure
    direction: Direction
    low: float = 0.0
    high: float = math.inf
    also: tuple[str, ...] = ()
    streams: str = "exactly"

    @property
    def unit(self) -> str:
        return UNITS[self.measure]
