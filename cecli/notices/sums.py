"""Probabilities of a row that do not add up to 1."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk, Floats
from cecli.notices import Watch, at_rows, counted
from cecli.preparations.sums import NOTICED, deviation
from cecli.report import Notice
from cecli.statistics import States
from cecli.statistics.first_rows import FirstRows
from cecli.statistics.largest import Largest


@dataclass(frozen=True)
class SumOff:
    """How far each row's probabilities are from adding up to 1, before anything was done."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        return chunk.numbers[deviation(self.role)]


@dataclass(frozen=True)
class SumNoticed:
    """Whether that is further than rounding explains."""

    role: str

    def __call__(self, chunk: Chunk) -> NDArray[np.bool_]:
        return chunk.numbers[deviation(self.role)] > NOTICED


def sums(role: str, word: str) -> Watch:
    """Watch for rows whose sums are a little off."""
    return Watch((FirstRows(SumNoticed(role)), Largest(SumOff(role))), partial(_sums, role, word))


def normalized(role: str, word: str) -> Watch:
    """Report what a requested division by the sum did."""
    return Watch(
        (FirstRows(SumNoticed(role)), Largest(SumOff(role))), partial(_normalized, role, word)
    )


def _sums(role: str, word: str, states: States) -> Notice | None:
    rows, largest = states[FirstRows(SumNoticed(role))], states[Largest(SumOff(role))]
    if not rows.count or largest.position is None:
        return None
    return at_rows(
        "sum-not-one",
        rows,
        f"the {word} of {counted(rows.count, 'row')} do not add up to 1: off by up to "
        f"{largest.value:.3g}, on line {largest.position.line}; --normalize divides by the sum",
    )


def _normalized(role: str, word: str, states: States) -> Notice:
    rows, largest = states[FirstRows(SumNoticed(role))], states[Largest(SumOff(role))]
    worst = (
        ""
        if not rows.count or largest.position is None
        else f", by up to {largest.value:.3g} on line {largest.position.line}"
    )
    return at_rows(
        "normalized",
        rows,
        f"--normalize divided the {word} of each row by their sum, which was off by more than "
        f"{NOTICED:g} in {counted(rows.count, 'row')}{worst}",
    )
