"""Integers in ascending order, as of the cells that several states use."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def union(runs: Sequence[Integers]) -> Integers:
    """Return the integers that are in some of these ascending runs, each once, ascending.

    Examples
    --------
    >>> union([np.array([1, 4, 9]), np.array([2, 4])]).tolist()
    [1, 2, 4, 9]
    """
    # A stable sort merges runs, in a fraction of the time that `np.unique` takes.
    every = np.sort(np.concatenate(runs), kind="stable")
    following = every[1:]
    return np.concatenate([every[:1], following[following != every[:-1]]])
