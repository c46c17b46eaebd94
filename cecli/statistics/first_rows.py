"""Single rows: how many have a property, where the first are, and which has the largest score."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk, Integers, Position
from cecli.statistics.mean import Score

Flag = Callable[[Chunk], NDArray[np.bool_]]
SHOWN = 10


@dataclass(frozen=True)
class FirstRowsState:
    """How many rows there were, and the positions of at most SHOWN of them, the first."""

    count: int = 0
    first: tuple[Position, ...] = ()

    def merge(self, other: Self) -> Self:
        return type(self)(self.count + other.count, (self.first + other.first)[:SHOWN])

    def moved(self, lines: int) -> Self:
        return replace(self, first=tuple(position.moved(lines) for position in self.first))


@dataclass(frozen=True)
class FirstRows:
    """The rows for which a flag, a function from a chunk to one boolean a row, is true."""

    flag: Flag

    def empty(self) -> FirstRowsState:
        return FirstRowsState()

    def summarize(self, chunk: Chunk) -> FirstRowsState:
        return _first(chunk.source, chunk.lines[chunk.once(self.flag)])


@dataclass(frozen=True)
class Remarked:
    """The lines on which a reader or a preparation remarked with a code."""

    code: str

    def empty(self) -> FirstRowsState:
        return FirstRowsState()

    def summarize(self, chunk: Chunk) -> FirstRowsState:
        return _first(chunk.source, chunk.remarks.get(self.code, chunk.lines[:0]))


def _first(source: str, lines: Integers) -> FirstRowsState:
    shown = tuple(Position(source, int(line)) for line in lines[:SHOWN])
    return FirstRowsState(len(lines), shown)


@dataclass(frozen=True)
class EveryState:
    """Whether it has held for all rows so far."""

    holds: bool = True

    def merge(self, other: Self) -> Self:
        return type(self)(self.holds and other.holds)


@dataclass(frozen=True)
class Every:
    """Whether a property, a function from a chunk to one truth value, holds for every row."""

    property: Callable[[Chunk], bool]

    def empty(self) -> EveryState:
        return EveryState()

    def summarize(self, chunk: Chunk) -> EveryState:
        return EveryState(chunk.once(self.property))


@dataclass(frozen=True)
class LargestState:
    """The largest value and the position of the first row that has it; −∞ for no rows."""

    value: float = -inf
    position: Position | None = None

    def merge(self, other: Self) -> Self:
        return other if other.value > self.value else self

    def moved(self, lines: int) -> Self:
        position = None if self.position is None else self.position.moved(lines)
        return replace(self, position=position)


@dataclass(frozen=True)
class Largest:
    """The row with the largest score, which is not weighted."""

    score: Score

    def empty(self) -> LargestState:
        return LargestState()

    def summarize(self, chunk: Chunk) -> LargestState:
        if not len(chunk):
            return self.empty()
        score = chunk.once(self.score)
        row = int(np.argmax(score))
        return LargestState(float(score[row]), chunk.position(row))
