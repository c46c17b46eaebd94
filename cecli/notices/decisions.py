"""Notices of labels that say no more than the predictions: decisions in place of observations."""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from cecli.core.chunk import SOON, Chunk
from cecli.core.errors import shown
from cecli.core.plan import Noticing
from cecli.core.statistic import States, Statistic
from cecli.metrics.accuracy import MULTICLASS
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.report.result import Notice, Undefined
from cecli.statistics.mean import WEIGHT

# There is a notice if labels drawn with the predicted probabilities would be these with less
# probability than this: a few rows follow a threshold by chance.
BY_CHANCE = 0.01
# Thresholds of probabilities, of logits and of percentages, in whose place another would do.
USUAL = (0.5, 0.0, 50.0)


@dataclass(frozen=True)
class SeparationState:
    """The extremes of the predictions of positive and of negative rows.

    All are infinite where a threshold can no longer divide the two, so that merging keeps it so.
    """

    least_positive: float = math.inf
    most_positive: float = -math.inf
    least_negative: float = math.inf
    most_negative: float = -math.inf

    def merge(self, other: Self) -> Self:
        return type(self)(
            min(self.least_positive, other.least_positive),
            max(self.most_positive, other.most_positive),
            min(self.least_negative, other.least_negative),
            max(self.most_negative, other.most_negative),
        ).canonical

    @property
    def canonical(self) -> Self:
        """The same state, or the one of rows that no threshold divides."""
        above = self.least_positive > self.most_negative
        below = self.most_positive < self.least_negative
        return self if above or below else type(self)(-math.inf, math.inf, -math.inf, math.inf)

    @property
    def has_both(self) -> bool:
        return max(self.least_positive, self.least_negative) < math.inf


@dataclass(frozen=True)
class Separation:
    """Whether a threshold of the predictions divides positive rows from negative ones."""

    def empty(self) -> SeparationState:
        return SeparationState()

    def summarize(self, chunk: Chunk) -> SeparationState:
        # On any scale: scales keep the order of predictions.
        q, target = chunk.numbers["prob"], chunk.numbers["target"]
        # In most chunks the first rows show that nothing divides them.
        for rows in (slice(SOON), slice(None)):
            some, positive = q[rows], target[rows] == 1.0
            yes, no = some[positive], some[~positive]
            found = SeparationState(
                float(yes.min(initial=math.inf)),
                float(yes.max(initial=-math.inf)),
                float(no.min(initial=math.inf)),
                float(no.max(initial=-math.inf)),
            ).canonical
            if found.least_positive == -math.inf:
                break
        return found


SEPARATION = Separation()


def of_labels(label: str, column: str) -> Noticing:
    """Report labels that are exactly what a threshold of the predictions makes of them."""
    needed = (SEPARATION, CROSS_ENTROPY, WEIGHT)
    return Noticing(needed, partial(_of_labels, label, column))


def _of_labels(label: str, column: str, states: States) -> Notice | None:
    found = states[SEPARATION]
    if not found.has_both or found.least_positive == -math.inf or _is_by_chance(states):
        return None
    is_above = found.least_positive > found.most_negative
    low, high = (
        (found.most_negative, found.least_positive)
        if is_above
        else (found.most_positive, found.least_negative)
    )
    limit = next((usual for usual in USUAL if low < usual <= high), high)
    return _notice(f"{shown(label)} is {shown(column)} {'>=' if is_above else '<'} {limit:.6g}")


def of_classes(label: str) -> Noticing:
    """Report labels that name the most likely class of every row."""
    needed: tuple[Statistic[Any], ...] = (CROSS_ENTROPY, WEIGHT, *MULTICLASS.statistics)
    return Noticing(needed, partial(_of_classes, label))


def _of_classes(label: str, states: States) -> Notice | None:
    accuracy = MULTICLASS.answer(states)
    if isinstance(accuracy, Undefined) or accuracy != 1.0 or _is_by_chance(states):
        return None
    return _notice(f"{shown(label)} is the most likely class")


def _is_by_chance(states: States) -> bool:
    """Return whether such labels may be observations that follow the predictions by chance."""
    loss = states[CROSS_ENTROPY]
    return bool(float(loss.mean) * loss.weights.rows <= -math.log(BY_CHANCE))


def _notice(what: str) -> Notice:
    return Notice(
        "label-is-decision",
        f"in every row {what}: is it a decision that was made from the predictions, and not what "
        "was observed?",
    )
