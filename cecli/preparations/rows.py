"""Which rows count and which are bad, and on which scale their numbers are."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.errors import RowError
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


def without(
    chunk: Chunk,
    bad: NDArray[np.bool_],
    reason: Reason,
    bad_rows: BadRows,
    explain: Callable[[int], RowError],
) -> Chunk:
    """Return a chunk without bad rows: all others, or those before the first, as is wished.

    Parameters
    ----------
    bad : shape (n,).
    explain : the error for a bad row, by its index.
    """
    if not bad.any():
        return chunk
    if reason in bad_rows.skips:
        return chunk.with_remark(reason.remark, bad).where(~bad)
    row = int(np.argmax(bad))
    return chunk.until(row, explain(row))
