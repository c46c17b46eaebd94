"""How many rows have a property, and where the first of them are."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk, Integers, Position

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
