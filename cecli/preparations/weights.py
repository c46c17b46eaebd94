"""Rows that do not count."""

from cecli.chunk import Chunk

ZERO_WEIGHT = "zero-weight"


def drop_weightless(chunk: Chunk) -> Chunk:
    """Leave out rows of weight zero: they do not count, even where their loss is infinite."""
    if chunk.weight is None or (counts := chunk.weight > 0.0).all():
        return chunk
    return chunk.with_remark(ZERO_WEIGHT, ~counts).where(counts)
