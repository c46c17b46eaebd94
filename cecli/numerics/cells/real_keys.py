"""Any numbers as integers in the same order.

The key of a number is that of its bits, mirrored below zero. So keys ascend with the numbers, and
different numbers have different keys. Keys that agree in all but their last bits are numbers next
to each other: without the last 40 bits, they are 2⁻¹² of their size apart.
"""

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers

# The bits of a double without its sign.
MAGNITUDE = np.int64(0x7FFFFFFFFFFFFFFF)


def real_keys(x: Floats) -> Integers:
    """Return the keys of some numbers, shape (n,); infinities are numbers, NaN is none.

    Examples
    --------
    >>> keys = real_keys(np.array([-np.inf, -1.0, -5e-324, -0.0, 0.0, 5e-324, 1.0]))
    >>> bool((np.diff(keys) > 0).sum() == 5), keys[2:6].tolist()
    (True, [-1, 0, 0, 1])
    """
    # Adding 0.0 turns −0.0 into 0.0, and makes a contiguous copy.
    bits = (x + 0.0).view(np.int64)
    return np.where(bits < 0, -(bits & MAGNITUDE), bits)


def numbers_at(keys: Integers) -> Floats:
    """Return the numbers that have some keys, shape (n,)."""
    magnitudes = np.abs(keys).view(np.float64)
    return np.where(keys < 0, -magnitudes, magnitudes)
