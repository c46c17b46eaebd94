"""What happens to a chunk between reader and statistics: labels to targets, weights, clipping.

Each preparation is a frozen value or a function, called with a chunk; it changes nothing that it
does not remark on. One that finds a defect ends the chunk before it.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cecli.bad_rows import BadRows, Reason
from cecli.chunk import Chunk
from cecli.errors import RowError

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
