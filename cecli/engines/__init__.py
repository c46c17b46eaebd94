"""Engines: ordered maps over partitions.

An engine chooses where work runs, never what is computed: it applies a function to each partition
and yields the results in the partitions' order. Partitions are drawn in the calling thread, when
they can be begun soon: not all need be there at once.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Protocol, TypeVar

from cecli.readers import Partition

R = TypeVar("R")


class Engine(Protocol):
    """Where partitions are folded."""

    def __call__(
        self, function: Callable[[Partition], R], partitions: Iterable[Partition]
    ) -> Generator[R, None, None]:
        """Return function(partition) for each, in order."""
        ...
