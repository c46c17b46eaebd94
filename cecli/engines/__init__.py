"""Engines: ordered maps over partitions.

An engine chooses where work runs, never what is computed: it applies a function to each partition
and yields the results in the partitions' order.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Protocol, TypeVar

from cecli.readers import Partition

R = TypeVar("R")


class Engine(Protocol):
    """Where partitions are folded."""

    def __call__(
        self, function: Callable[[Partition], R], partitions: Sequence[Partition]
    ) -> Generator[R, None, None]:
        """Return function(partition) for each, in order."""
        ...
