"""All values of a score in order, for quantiles between two of them."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.numerics import Floats
from cecli.statistics.mean import Score


@dataclass(frozen=True, eq=False)
class OrderedState:
    """The values, ascending: eight bytes a row."""

    values: Floats

    def merge(self, other: Self) -> Self:
        if not self.values.size or not other.values.size:
            return other if other.values.size else self
        # Two ascending runs are merged, not sorted.
        return type(self)(np.sort(np.concatenate([self.values, other.values]), kind="stable"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OrderedState) and np.array_equal(self.values, other.values)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Ordered:
    """The values of a score, without weights."""

    score: Score

    def empty(self) -> OrderedState:
        return OrderedState(np.empty(0))

    def summarize(self, chunk: Chunk) -> OrderedState:
        return OrderedState(np.sort(chunk.once(self.score)))
