"""Compiled passes over a chunk that compute the states of many statistics at once.

The fold asks once which of them are worthwhile; a kernel then sees for each chunk whether it
applies. The states are equal, bit for bit, to those that each statistic computes by itself.

binary_pass - the statistics of binary predictions, from one pass
one_pass - that pass, compiled
"""

from collections.abc import Collection
from typing import Any

from cecli.core.statistic import Kernel, Statistic
from cecli.metrics.cross_entropy import CROSS_ENTROPY


def kernels_for(statistics: Collection[Statistic[Any]]) -> tuple[Kernel, ...]:
    """Return the kernels that spare some of these statistics a pass of their own."""
    if CROSS_ENTROPY not in statistics:
        return ()
    # Other plans do not wait for what it is made of.
    from cecli.kernels.binary_pass import BINARY_PASS

    return (BINARY_PASS,) if BINARY_PASS.is_worthwhile(statistics) else ()
