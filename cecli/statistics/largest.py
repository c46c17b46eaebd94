"""The largest value of a score, and where it is."""

from dataclasses import dataclass, replace
from math import inf
from typing import Self

import numpy as np

from cecli.chunk import Chunk, Position
from cecli.statistics.mean import Score


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
