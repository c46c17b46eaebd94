"""Rows in which a model loses infinitely much, and rows that have no partner."""

from functools import partial

from cecli.errors import named
from cecli.metrics.comparisons import Model
from cecli.notices import Watch, at_rows, counted
from cecli.notices.loss import SUGGESTED_CLIP
from cecli.preparations.clipping import CLIPPED
from cecli.readers.joined import UNMATCHED
from cecli.report import Notice
from cecli.statistics import States
from cecli.statistics.first_rows import FirstRows, Remarked

HINT = f"--clip {SUGGESTED_CLIP:g} bounds such losses"


def infinite_differences(baseline: str, model: Model) -> list[Watch]:
    """Watch for rows whose difference is infinite, or the difference of two infinities."""
    paired = model.paired
    first, second = named(baseline), named(model.name)
    return [
        _infinite(paired.both_infinite, f"{first} and {second} both", "infinity minus infinity"),
        _infinite(paired.model_infinite, f"{second}, and not {first},", "plus infinity"),
        _infinite(paired.baseline_infinite, f"{first}, and not {second},", "minus infinity"),
    ]


def _infinite(rows: FirstRows, who: str, difference: str) -> Watch:
    return Watch((rows,), partial(_infinite_notice, rows, who, difference))


def _infinite_notice(
    statistic: FirstRows, who: str, difference: str, states: States
) -> Notice | None:
    rows = states[statistic]
    if not rows.count:
        return None
    what = f"{who} gave probability 0 to what happened in {counted(rows.count, 'row')}"
    return at_rows("infinite-loss", rows, f"{what}: a difference of {difference}; {HINT}")


def clipping(epsilon: float) -> Watch:
    """Report in how many rows a requested clip moved a probability of any model."""
    return Watch((Remarked(CLIPPED),), partial(_clipping, epsilon))


def _clipping(epsilon: float, states: States) -> Notice:
    rows = states[Remarked(CLIPPED)]
    what = f"--clip {epsilon:g} moved a probability of {counted(rows.count, 'row')}"
    return at_rows(CLIPPED, rows, what)


def _unmatched(states: States) -> Notice | None:
    rows = states[Remarked(UNMATCHED)]
    if not rows.count:
        return None
    what = f"{counted(rows.count, 'row')} left out, whose id the other input does not have"
    return at_rows(UNMATCHED, rows, what)


WITHOUT_PARTNER = Watch((Remarked(UNMATCHED),), _unmatched)


def _by_position(states: States) -> Notice:  # noqa: ARG001
    what = (
        "rows were put side by side by their position: both inputs have as many, and their labels "
        "agree; --id COL joins by a key"
    )
    return Notice("paired-by-position", what)


BY_POSITION = Watch((), _by_position)
