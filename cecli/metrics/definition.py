"""What a metric is, said once: where it is computed."""

import math
from typing import NamedTuple

from cecli.report.result import Direction, Measure

UNITS = {
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
        return UNITS[self.measure]
