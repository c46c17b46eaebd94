"""How many equally weighted rows would be as informative."""

from cecli.metrics import Answer, Metric
from cecli.report import Measure
from cecli.statistics import States
from cecli.statistics.mean import Weight

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
