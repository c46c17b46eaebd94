"""Predictions as integers in the same order, and the cells that they fall into.

The key of a prediction q below ½ is its bits as an integer; from ½ on it is mirrored: the bits of
1 − q, which is exact there, are taken from the top. So keys ascend with q, different predictions
have different keys, and predictions near 1 are told apart as finely as those near 0.

A cell holds the keys that agree in their leading bits: there are 2¹² cells for each halving of
min(q, 1 − q), so that a cell is between 0.5 and 1.33 times 2⁻¹² wide in log-odds.
"""

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats

try:
    # The same keys, compiled.
    from cecli.numerics.cells import cell_loops as cell_loops
except ImportError:
    cell_loops = None  # type: ignore[assignment]

Integers = NDArray[np.int64]

# The key of ½; that of 1 is twice as large.
HALF = 0x3FE0000000000000
LARGEST = 2 * HALF
# The bits of a key that tell predictions in one cell apart: 52 of a mantissa, less 12.
INNER_BITS = 40
INNER = (1 << INNER_BITS) - 1
CELLS = (LARGEST >> INNER_BITS) + 1


def keys_of(q: Floats, rest: Floats | None = None) -> Integers:
    """Return the keys of some predictions, shape (n,).

    Parameters
    ----------
    q : shape (n,), from 0 to 1.
    rest : 1 − q, if it is known to more digits than q gives.

    Examples
    --------
    >>> keys = keys_of(np.array([0.0, 5e-324, 0.5, 1.0 - 2.0**-53, 1.0]))
    >>> keys.tolist() == [0, 1, HALF, LARGEST - 0x3CA0000000000000, LARGEST]
    True
    """
    if cell_loops is not None:
        return cell_loops.keys_of(
            np.ascontiguousarray(q), None if rest is None else np.ascontiguousarray(rest)
        )
    # Adding 0.0 turns −0.0 into 0.0, and makes a contiguous copy.
    low, high = q + 0.0, (1.0 - q if rest is None else rest) + 0.0
    return np.where(low < 0.5, low.view(np.int64), LARGEST - high.view(np.int64))


def predictions_of(keys: Integers) -> tuple[Floats, Floats]:
    """Return q and 1 − q for some keys; the smaller of both is exact."""
    is_low = keys < HALF
    near = np.where(is_low, keys, LARGEST - keys).view(np.float64)
    far = 1.0 - near
    return np.where(is_low, near, far), np.where(is_low, far, near)


def means_of(keys: Integers, offsets: Floats) -> tuple[Floats, Floats]:
    """Return the means of q and of 1 − q over predictions in some cells.

    Parameters
    ----------
    keys : of one prediction in each cell, shape (n,).
    offsets : the mean in each cell of the inner bits of the keys, from 0 to INNER.

    Notes
    -----
    Within a cell, q is a linear function of the key: its exponent does not change. The cell of a
    power of two from ½ on is that of the larger predictions, where 1 − q is linear up to it.
    """
    starts = keys & ~np.int64(INNER)
    is_low = starts < HALF
    # The distance of neighbouring doubles: that of the key after the first of the cell.
    first = np.where(is_low, starts, LARGEST - starts)
    second = np.where(is_low, first + 1, np.maximum(first - 1, 0))
    at = first.view(np.float64)
    step = second.view(np.float64) - at
    near = at + step * offsets
    far = 1.0 - near
    return np.where(is_low, near, far), np.where(is_low, far, near)
