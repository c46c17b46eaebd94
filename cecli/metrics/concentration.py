"""Shares of the loss due to a few rows: a mean alone hides whether one row dominates it."""

from fractions import Fraction
from functools import partial

from cecli.core.statistic import States
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.metrics.metric import Metric, Task, ratio
from cecli.report.result import Answer, Definition, Undefined
from cecli.statistics.first_rows import Costliest, Largest
from cecli.statistics.mean import Mean
from cecli.statistics.quantiles import Quantiles

TOP = Fraction(1, 100)
# Bins are 2⁻⁷ wide: precise enough for a share, and few enough to count in every chunk.
MANTISSA_BITS = 7
NO_LOSS = Undefined("the loss is 0")
INFINITE = Undefined("the loss is infinite")


TOP_SHARE = Definition(
    "top_1pct_loss_share",
    "Share of the total loss due to the costliest 1 % of the rows.",
    "sum of w CE_i over the costliest 1 % of the weight / sum w CE_i",
    high=1.0,
    streams="within 0.4 % of it",
)
ROW_SHARE = Definition(
    "top_row_loss_share",
    "Share of the total loss due to the single costliest row; equal rows with a count are several.",
    "max w CE_i / sum w CE_i",
    high=1.0,
)


def costliest(loss: Mean, *, weighed: bool) -> Largest | Costliest:
    """Return the statistic of the costliest row, of rows with weights or without."""
    return Costliest(loss.score) if weighed else Largest(loss.score)


def concentration(loss: Mean, *, weighed: bool) -> tuple[Metric, Metric]:
    """Return the shares of the total loss due to the costliest 1 % and the costliest row.

    Parameters
    ----------
    weighed : whether rows have weights; counts are none.
    """
    distribution = Quantiles(loss.score, MANTISSA_BITS)
    largest = costliest(loss, weighed=weighed)
    return (
        Metric(
            TOP_SHARE,
            "share of the total loss due to the costliest 1 % of the rows",
            (loss, distribution),
            partial(_top_share, loss, distribution),
        ),
        Metric(
            ROW_SHARE,
            "share of the total loss due to the single costliest row",
            (loss, largest),
            partial(_row_share, loss, largest),
        ),
    )


def reported(task: Task) -> tuple[Metric, ...]:
    return concentration(CROSS_ENTROPY, weighed=task.weighed)


def _top_share(loss: Mean, distribution: Quantiles, states: States) -> Answer:
    total = _total(loss, states)
    if isinstance(total, Undefined):
        return total
    return float(states[distribution].share_above(1 - TOP))


def _row_share(loss: Mean, largest: Largest | Costliest, states: States) -> Answer:
    total = _total(loss, states)
    if isinstance(total, Undefined):
        return total
    return ratio(Fraction(states[largest].value), total)


def _total(loss: Mean, states: States) -> Fraction | Undefined:
    """Return the total loss, undefined if it is 0 or infinite."""
    total = states[loss].total
    if isinstance(total, float):
        return INFINITE
    return total or NO_LOSS


def place_of_costliest(loss: Mean, states: States, *, weighed: bool) -> str:
    """Return the costliest row as "file:line"."""
    position = states[costliest(loss, weighed=weighed)].position
    return "" if position is None else position.place
