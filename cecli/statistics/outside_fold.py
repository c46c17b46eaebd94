"""What another statistic has to say of the rows outside of one fold."""

from dataclasses import dataclass
from typing import Any

from cecli.chunk import Chunk
from cecli.statistics import Statistic

FOLD = "fold"


@dataclass(frozen=True)
class Outside:
    """The rows of a chunk that are not in a fold; shared by all statistics of them."""

    fold: int

    def __call__(self, chunk: Chunk) -> Chunk:
        return chunk.where(chunk.numbers[FOLD] != self.fold)


@dataclass(frozen=True)
class OutsideFold:
    """A statistic of the rows that are not in a fold."""

    statistic: Statistic[Any]
    outside: Outside

    def empty(self) -> Any:
        return self.statistic.empty()

    def summarize(self, chunk: Chunk) -> Any:
        return self.statistic.summarize(chunk.once(self.outside))
