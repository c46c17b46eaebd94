"""The values of a score that are not 0, as long as they are few."""

from typing import Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.statistics.mean import Score

# Up to this many values are kept: all 2²⁰ signs are then tried.
MOST = 20


@dataclass(frozen=True)
class FewValuesState:
    """The values of a score other than 0, ascending; None if there are more than MOST."""

    values: tuple[float, ...] | None = ()

    def merge(self, other: Self) -> Self:
        if self.values is None or other.values is None:
            return type(self)(None)
        return type(self)(_few(sorted(self.values + other.values)))


@dataclass(frozen=True)
class FewValues:
    """The values of a score that are not 0, if these are few."""

    score: Score

    def empty(self) -> FewValuesState:
        return FewValuesState()

    def summarize(self, chunk: Chunk) -> FewValuesState:
        score = chunk.once(self.score)
        others = score != 0.0
        if chunk.rows_where(others) > MOST:
            return FewValuesState(None)
        copies = 1 if chunk.count is None else chunk.count[others].astype(np.int64)
        return FewValuesState(_few(np.sort(np.repeat(score[others], copies)).tolist()))


def _few(values: list[float]) -> tuple[float, ...] | None:
    return tuple(values) if len(values) <= MOST else None
