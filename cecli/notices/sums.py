"""Notices of probabilities that do not add up to 1, and of infinite divergences."""

import shlex
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.plan import Noticing
from cecli.core.remarks import at_rows, counted
from cecli.core.statistic import States
from cecli.metrics.base_rate import BASE_RATE, MEAN_PREDICTION
from cecli.numerics import Floats
from cecli.options.scoring import Stating
from cecli.preparations.sums import NOTICED, deviation
from cecli.report.result import Notice
from cecli.statistics.first_rows import FirstRows, Largest
from cecli.statistics.mean import Score


@dataclass(frozen=True)
class SumOff:
    """The distance of each row's sum from 1, before any normalization."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        return chunk.numbers[deviation(self.role)]


@dataclass(frozen=True)
class SumNoticed:
    """Whether each row's sum is further from 1 than rounding explains."""

    role: str

    def __call__(self, chunk: Chunk) -> NDArray[np.bool_]:
        return chunk.numbers[deviation(self.role)] > NOTICED


def sums(role: str, word: str) -> Noticing:
    """Report rows whose sums are slightly off."""
    return Noticing(
        (FirstRows(SumNoticed(role)), Largest(SumOff(role))), partial(_sums, role, word)
    )


def normalized(role: str, word: str) -> Noticing:
    """Report the effect of a requested division by the sum."""
    return Noticing(
        (FirstRows(SumNoticed(role)), Largest(SumOff(role))), partial(_normalized, role, word)
    )


def of_classes(stating: Stating, role: str, word: str) -> list[Noticing]:
    """Return the notices about one column per class that add up to 1; logits need none."""
    if stating.scale is Scale.LOGIT:
        return []
    return [normalized(role, word) if stating.normalize else sums(role, word)]


def two_classes(name: str, column: str) -> Noticing:
    """Report that the Brier score counts both columns of a task of two classes.

    Parameters
    ----------
    name, column : the class of the second column, and the column.
    """
    message = (
        "two classes in two columns: brier sums over both, and is twice that of one column; "
        f"--prob {shlex.quote(column)} --positive {shlex.quote(name)} is for two classes"
    )
    return Noticing((), lambda _: Notice("two-classes", message))


def _sums(role: str, word: str, states: States) -> Notice | None:
    rows, largest = states[FirstRows(SumNoticed(role))], states[Largest(SumOff(role))]
    if not rows.count or largest.position is None:
        return None
    return at_rows(
        "sum-not-one",
        rows,
        f"the {word} of {counted(rows.count, 'row')} do not add up to 1: off by up to "
        f"{largest.value:.3g}{largest.position.said(', on line {}')}; "
        "--normalize divides by the sum",
    )


def _normalized(role: str, word: str, states: States) -> Notice:
    rows, largest = states[FirstRows(SumNoticed(role))], states[Largest(SumOff(role))]
    worst = (
        ""
        if not rows.count or largest.position is None
        else f", by up to {largest.value:.3g}{largest.position.said(' on line {}')}"
    )
    return at_rows(
        "normalized",
        rows,
        f"--normalize divided the {word} of each row by their sum, which was off by more than "
        f"{NOTICED:g} in {counted(rows.count, 'row')}{worst}",
    )


@dataclass(frozen=True)
class IsInfinite:
    """Whether each row's score is infinite."""

    score: Score

    def __call__(self, chunk: Chunk) -> NDArray[np.bool_]:
        return np.isinf(chunk.once(self.score))


def infinite_divergences(kl: Score, reverse_kl: Score) -> list[Noticing]:
    """Report rows in which one of p and q is 0 and the other is not."""
    return [
        _infinite("infinite-kl", kl, "q is 0 but p is not in {}: kl is infinite"),
        _infinite(
            "infinite-reverse-kl",
            reverse_kl,
            "p is 0 but q is not in {}: reverse_kl is infinite",
        ),
    ]


def _infinite(code: str, score: Score, message: str) -> Noticing:
    rows = FirstRows(IsInfinite(score))
    return Noticing((rows,), partial(_infinite_notice, code, rows, message))


def _infinite_notice(
    code: str, statistic: FirstRows, message: str, states: States
) -> Notice | None:
    rows = states[statistic]
    if not rows.count:
        return None
    return at_rows(code, rows, message.format(counted(rows.count, "row")))


def _sums_to_one(states: States) -> Notice | None:
    """Return a notice if both columns add up to 1 over the rows, as distributions do."""
    p, q = states[BASE_RATE], states[MEAN_PREDICTION]
    if p.weights.rows < 2 or any(abs(float(side.total) - 1.0) > NOTICED for side in (p, q)):
        return None
    return Notice(
        "sums-to-one",
        "p and q each add up to 1 over all rows: if each is one distribution over the rows, "
        "use --over-rows",
    )


SUMS_TO_ONE = Noticing((BASE_RATE, MEAN_PREDICTION), _sums_to_one)
