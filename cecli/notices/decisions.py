"""Notices of labels that say no more than the predictions: decisions in place of observations."""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Self

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.errors import shown
from cecli.core.plan import Noticing
from cecli.core.statistic import States, Statistic
from cecli.metrics.accuracy import MULTICLASS
from cecli.metrics.cross_entropy import CROSS_ENTROPY
from cecli.numerics import Floats
from cecli.report.result import Notice, Undefined
from cecli.statistics.mean import WEIGHT

# There is a notice if labels drawn with the predicted probabilities would be these with less
# probability than this: a few rows follow a threshold by chance.
BY_CHANCE = 0.01
# Thresholds of probabilities, of logits and of percentages, in whose place another would do.
USUAL = (0.5, 0.0, 50.0)
# The rows that are looked at first.
FEW = 32


@dataclass(frozen=True)
class SeparationState:
    """The extremes of the predictions of positive and of negative rows.

    All are infinite where a threshold can no longer divide the two, so that merging keeps it so.
    """

    least_positive: float = math.inf
    most_positive: float = -math.inf
    least_negative: float = math.inf
    most_negative: float = -math.inf

    @classmethod
    def of(cls, negative: Sequence[float], positive: Sequence[float]) -> Self:
        """Return the state of the predictions of negative and of positive rows."""
        return cls(
            min(positive, default=math.inf),
            max(positive, default=-math.inf),
            min(negative, default=math.inf),
            max(negative, default=-math.inf),
        ).canonical

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
    def is_undivided(self) -> bool:
        """Whether no threshold divides the rows."""
        return self.least_positive == -math.inf

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
        # In most chunks a few rows show that nothing divides them.
        few, happened = q[:FEW].tolist(), (target[:FEW] == 1.0).tolist()
        by_class: tuple[list[float], list[float]] = ([], [])
        for prediction, is_positive in zip(few, happened, strict=True):
            by_class[is_positive].append(prediction)
        found = SeparationState.of(*by_class)
        if found.is_undivided:
            return found
        positive = target == 1.0
        return SeparationState.of(_ends(q[~positive]), _ends(q[positive]))


def _ends(values: Floats) -> list[float]:
    """Return the least and the largest of some numbers, if there are any."""
    return [float(values.min()), float(values.max())] if values.size else []


SEPARATION = Separation()


def of_labels(label: str, column: str) -> Noticing:
    """Report labels that are exactly what a threshold of the predictions makes of them."""
    needed = (SEPARATION, CROSS_ENTROPY, WEIGHT)
    return Noticing(needed, partial(_of_labels, label, column))


def _of_labels(label: str, column: str, states: States) -> Notice | None:
    found = states[SEPARATION]
    if not found.has_both or found.is_undivided or _is_by_chance(states):
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
