"""Engines choose where partitions are folded, never what is computed.

threads - several threads of this process
"""

from collections.abc import Callable, Generator, Iterable
from typing import Protocol, TypeVar

from cecli.core.table import Partition

R = TypeVar("R")


class Engine(Protocol):
    """Where partitions are folded."""

    def __call__(
        self, function: Callable[[Partition], R], partitions: Iterable[Partition]
    ) -> Generator[R, None, None]:
        """Yield function(partition) for each partition, in order."""
        ...


def serial(
    function: Callable[[Partition], R], partitions: Iterable[Partition]
) -> Generator[R, None, None]:
    """Yield function(partition) for each partition, in order."""
    yield from map(function, partitions)
