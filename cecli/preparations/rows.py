"""Which rows count, and on which scale their numbers are."""

from dataclasses import dataclass, replace

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.remarks import ZERO_WEIGHT


@dataclass(frozen=True)
class Stated:
    """Remember the scale of a role's numbers."""

    role: str
    scale: Scale

    def __call__(self, chunk: Chunk) -> Chunk:
        return replace(chunk, scales={**chunk.scales, self.role: self.scale})


def drop_weightless(chunk: Chunk) -> Chunk:
    """Leave out rows of weight zero: they do not count, even where their loss is infinite."""
    if chunk.weight is None or (counts := chunk.weight > 0.0).all():
        return chunk
    return chunk.with_remark(ZERO_WEIGHT, ~counts).where(counts)
