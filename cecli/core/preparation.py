"""What happens to a chunk between reader and statistics."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import BadRows, Reason
from cecli.core.chunk import Chunk
from cecli.core.errors import RowError

Preparation = Callable[[Chunk], Chunk]


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
