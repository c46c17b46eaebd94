"""When normal intervals say less than they seem to."""

from functools import partial

from cecli.metrics import Undefined
from cecli.metrics.base_rate import BASE_RATE
from cecli.metrics.concentration import concentration, place_of_largest
from cecli.metrics.effective_rows import WEIGHT
from cecli.notices import Watch
from cecli.report import Notice
from cecli.statistics import States
from cecli.statistics.mean import Mean

# With so few events intervals of 95 % hold the truth less often: in 90 % of the samples with about
# three of them, in half or fewer with less than one. benchmarks/coverage.py shows it.
FEW_EVENTS = 10
# Nobody expects much of fewer rows.
LEAST_ROWS = 2 * FEW_EVENTS
# Shares of the loss from which on it is worth a word, where there are rows enough to share.
MUCH_OF_TOP, MUCH_OF_ROW, SHARING_ROWS = 0.5, 0.1, 200


def _few_events(states: States) -> Notice | None:
    rows, rate = float(states[WEIGHT].effective_rows), float(states[BASE_RATE].mean)
    events = min(rate, 1.0 - rate) * rows
    if rows < LEAST_ROWS or events >= FEW_EVENTS:
        return None
    happened = f"happened about {events:.2g} times" if events else "never happened"
    return Notice(
        "few-events",
        f"the rarer class {happened}: intervals are too narrow with so few",
    )


FEW = Watch((WEIGHT, BASE_RATE), _few_events)


def concentrated(loss: Mean) -> Watch:
    """Watch for a loss that a few rows carry."""
    top, row = concentration(loss)
    statistics = tuple(dict.fromkeys((WEIGHT, *top.statistics, *row.statistics)))
    return Watch(statistics, partial(_concentrated, loss))


def _concentrated(loss: Mean, states: States) -> Notice | None:
    top, row = concentration(loss)
    shares = [metric.answer(states) for metric in (top, row)]
    if any(isinstance(share, Undefined) for share in shares):
        return None
    of_top, of_row = (share for share in shares if not isinstance(share, Undefined))
    rows = states[loss].weights.rows
    if rows < SHARING_ROWS or (of_top < MUCH_OF_TOP and of_row < MUCH_OF_ROW):
        return None
    place = place_of_largest(loss, states)
    return Notice(
        "concentrated-loss",
        f"the costliest 1 % of the rows carry {of_top:.0%} of the loss, and the costliest one "
        f"({place}) {of_row:.0%}: intervals may be too narrow; cecli worst shows such rows",
    )
