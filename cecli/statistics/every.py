"""Whether something holds for every row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from cecli.chunk import Chunk


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
