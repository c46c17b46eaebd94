"""Statistics of the rows as a view shows them."""

from typing import Any

from cecli.core.chunk import Chunk, Preparation
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import Statistic


@dataclass(frozen=True)
class SeenBy:
    """A statistic of the rows as one class or one model sees them, recalibrated, or without some.

    Attributes
    ----------
    view : returns these rows; statistics with equal views share them.
    """

    view: Preparation
    statistic: Statistic[Any]

    def empty(self) -> Any:
        return self.statistic.empty()

    def summarize(self, chunk: Chunk) -> Any:
        return self.statistic.summarize(chunk.once(self.view))
