"""Single rows: number and positions of rows with a property, and the largest score."""

import sys
from collections.abc import Callable
from math import inf
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk, Integers, Position
from cecli.core.dataclasses import dataclass, replace
from cecli.report.result import NAMED_LINES
from cecli.statistics.mean import Score

Flag = Callable[[Chunk], NDArray[np.bool_]]
# What a larger cost counts as.
LARGEST_COST = sys.float_info.max


@dataclass(frozen=True)
class FirstRowsState:
    """The number of rows, and the positions of the first NAMED_LINES of them at most."""

    count: int = 0
    first: tuple[Position, ...] = ()

    def merge(self, other: Self) -> Self:
        if not other.count:
            return self  # as of most chunks
        return type(self)(self.count + other.count, (self.first + other.first)[:NAMED_LINES])

    @property
    def has_more(self) -> bool:
        """Whether there may be more lines than those in `first`; a line may be several rows."""
        return self.count > len(self.first) == NAMED_LINES

    def moved(self, lines: int) -> Self:
        return replace(self, first=tuple(position.moved(lines) for position in self.first))


NO_ROWS = FirstRowsState()


@dataclass(frozen=True)
class FirstRows:
    """The rows for which a flag, a function from a chunk to one boolean per row, is true."""

    flag: Flag

    def empty(self) -> FirstRowsState:
        return FirstRowsState()

    def summarize(self, chunk: Chunk) -> FirstRowsState:
        flags = chunk.once(self.flag)
        return _first(chunk.source, chunk.lines[flags], chunk.rows_where(flags))


@dataclass(frozen=True)
class Remarked:
    """The lines with a remark of this code, from a reader or a preparation.

    They are counted as lines: nothing may be known of what stands in them.
    """

    code: str

    def empty(self) -> FirstRowsState:
        return FirstRowsState()

    def summarize(self, chunk: Chunk) -> FirstRowsState:
        lines = chunk.remarks.get(self.code)
        return NO_ROWS if lines is None else _first(chunk.source, lines, len(lines))


def _first(source: str, lines: Integers, count: int) -> FirstRowsState:
    return FirstRowsState(count, tuple(Position(source, int(line)) for line in lines[:NAMED_LINES]))


@dataclass(frozen=True)
class UsedLinesState:
    """How many lines have rows that are used."""

    number: int = 0

    def merge(self, other: Self) -> Self:
        return type(self)(self.number + other.number)


@dataclass(frozen=True)
class UsedLines:
    """The number of lines with rows that are used, however many rows each stands for."""

    def empty(self) -> UsedLinesState:
        return UsedLinesState()

    def summarize(self, chunk: Chunk) -> UsedLinesState:
        return UsedLinesState(len(chunk))


USED_LINES = UsedLines()


@dataclass(frozen=True)
class EveryState:
    """Whether the property has held for all rows so far."""

    holds: bool = True

    def merge(self, other: Self) -> Self:
        return type(self)(self.holds and other.holds)


@dataclass(frozen=True)
class Every:
    """Whether a property, a function from a chunk to one boolean, holds for all rows."""

    property: Callable[[Chunk], bool]

    def empty(self) -> EveryState:
        return EveryState()

    def summarize(self, chunk: Chunk) -> EveryState:
        return EveryState(chunk.once(self.property))


@dataclass(frozen=True)
class LargestState:
    """The largest value and the position of its first row; −∞ for no rows."""

    value: float = -inf
    position: Position | None = None

    def merge(self, other: Self) -> Self:
        return other if other.value > self.value else self

    def moved(self, lines: int) -> Self:
        position = None if self.position is None else self.position.moved(lines)
        return replace(self, position=position)


@dataclass(frozen=True)
class Largest:
    """The row with the largest score, without its weight."""

    score: Score

    def empty(self) -> LargestState:
        return LargestState()

    def summarize(self, chunk: Chunk) -> LargestState:
        if not len(chunk):
            return self.empty()
        score = chunk.once(self.score)
        row = int(np.argmax(score))
        return LargestState(float(score[row]), chunk.position(row))


@dataclass(frozen=True)
class Costliest:
    """The row with the largest score times its weight. A count of equal rows is no weight."""

    score: Score

    def empty(self) -> LargestState:
        return LargestState()

    def summarize(self, chunk: Chunk) -> LargestState:
        if not len(chunk):
            return self.empty()
        cost = chunk.once(self.score)
        if (weight := chunk.numbers.get("weight")) is not None:
            with np.errstate(over="ignore"):
                cost = np.minimum(weight * cost, LARGEST_COST)
        row = int(np.argmax(cost))
        return LargestState(float(cost[row]), chunk.position(row))
