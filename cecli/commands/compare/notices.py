"""Notices about infinite losses, clipped rows, rows without a partner, and few clusters."""

from collections.abc import Iterator, Sequence
from functools import partial
from math import sqrt
from typing import TYPE_CHECKING

from cecli.commands.compare.evidence import Evidence
from cecli.core.errors import named
from cecli.core.plan import Noticing
from cecli.core.remarks import at_rows, counted
from cecli.core.statistic import States
from cecli.intervals.delta import Draws
from cecli.metrics.paired.losses import Candidate
from cecli.metrics.paired.neighbours import Neighbours
from cecli.notices.loss import CLIPPED_ROWS, SUGGESTED_CLIP
from cecli.preparations.rows import CLIPPED
from cecli.report.result import Notice
from cecli.statistics.first_rows import FirstRows

if TYPE_CHECKING:
    from cecli.commands.compare.comparing import Comparing

# What had probability 0, and what can be done about it, by the task.
OF_CLASSES = ("the observed class", f"--clip {SUGGESTED_CLIP:g} bounds the losses")
OF_TOKENS = ("the token", "-inf is a probability of 0, or one that was rounded to it or masked")


def infinite_differences(baseline: str, model: Candidate, task: str) -> list[Noticing]:
    """Watch for rows whose difference is infinite, or undefined as both losses are infinite."""
    paired = model.paired
    first, second = named(baseline), named(model.name)
    return [
        _infinite(paired.both_infinite, f"both {first} and {second}", "undefined", task),
        _infinite(paired.model_infinite, f"{second} but not {first}", "plus infinity", task),
        _infinite(paired.baseline_infinite, f"{first} but not {second}", "minus infinity", task),
    ]


def _infinite(rows: FirstRows, who: str, difference: str, task: str) -> Noticing:
    return Noticing((rows,), partial(_infinite_notice, rows, who, difference, task))


def _infinite_notice(
    statistic: FirstRows, who: str, difference: str, task: str, states: States
) -> Notice | None:
    rows = states[statistic]
    if not rows.count:
        return None
    observed, advice = OF_TOKENS if task == "tokens" else OF_CLASSES
    what = f"{who} gave probability 0 to {observed} in {counted(rows.count, 'row')}"
    return at_rows("infinite-loss", rows, f"{what}: the difference is {difference}; {advice}")


def clipping(epsilon: float) -> Noticing:
    """Report the number of rows in which --clip moved a probability of any model."""
    return Noticing((CLIPPED_ROWS,), partial(_clipping, epsilon))


def _clipping(epsilon: float, states: States) -> Notice:
    rows = states[CLIPPED_ROWS]
    what = f"--clip {epsilon:g} moved a probability in {counted(rows.count, 'row')}"
    return at_rows(CLIPPED, rows, what)


# Of n independent rows, the autocorrelation is beyond ±3/√n in 0.3 % of samples.
FAR, ENOUGH_ROWS = 3.0, 30


def in_order_of_time(
    wanted: "Comparing", baseline: str, models: Sequence[Candidate]
) -> list[Noticing]:
    """Return the watches over the order of rows, where intervals take them as independent."""
    grouping, weighting = wanted.scoring.grouping, wanted.scoring.weighting
    are_dependent = grouping.cluster or grouping.over_groups
    is_told = wanted.order or wanted.anytime or wanted.key or are_dependent or weighting.count
    return [] if is_told else [order_matters(baseline, model) for model in models]


def order_matters(baseline: str, model: Candidate) -> Noticing:
    """Watch for differences that resemble those of the rows before them."""
    neighbours = Neighbours(model.paired.difference.score)
    return Noticing((neighbours,), partial(_order_matters, neighbours, baseline, model.name))


def _order_matters(
    neighbours: Neighbours, baseline: str, model: str, states: States
) -> Notice | None:
    state = states[neighbours]
    found = state.autocorrelation
    if state.rows < ENOUGH_ROWS or found is None or abs(found) * sqrt(state.rows) <= FAR:
        return None
    pair = f"the difference between {named(baseline)} and {named(model)}"
    what = f"{pair} resembles that of the row before (lag-1 autocorrelation {found:.2f})"
    then = "if rows are in order of time, the interval is wrong, and --order mends it"
    return Notice("order-matters", f"{what}: {then}; if they were sorted, it does not matter")


# With fewer differing rows of one size, Student's t-test finds differences by chance too often:
# with four, in 12.5 % of samples in place of 5 %.
FEW_TERMS = 10


def few_differences(
    baseline: str, model: Candidate, evidence: Evidence, draws: Draws
) -> Iterator[Notice]:
    """Yield a notice if a few rows or clusters make up the whole difference."""
    terms = evidence.effective_terms
    if not terms or terms >= FEW_TERMS:
        return
    pair = f"the difference between {named(baseline)} and {named(model.name)}"
    what = f"{pair} comes from few {draws.draw}s: about {terms:.2g} of one size"
    yield Notice("few-differences", f"{what}, and more of them may turn it")


def few_in_groups(groups: Sequence[Sequence[Evidence]]) -> Iterator[Notice]:
    """Yield a notice if this is so in some groups."""
    few = sum(any(0.0 < (e.effective_terms or 0.0) < FEW_TERMS for e in group) for group in groups)
    if few:
        what = f"in {counted(few, 'group')} of {len(groups):,} the difference comes from few rows"
        yield Notice("few-differences", f"{what}: less than {FEW_TERMS} of one size")


def by_position(task: str) -> Noticing:
    """Report that the rows of two inputs were matched by their order."""
    return Noticing((), partial(_by_position, task))


def _by_position(task: str, states: States) -> Notice:  # noqa: ARG001
    same = "the same number of rows" + ("" if task == "tokens" else " and the same labels")
    what = f"rows were matched by position: both inputs have {same}; "
    return Notice("paired-by-position", f"{what}--id COL matches them by a key")
