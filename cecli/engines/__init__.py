"""Engines choose where partitions are folded, never what is computed.

threads - several threads of this process
"""

from collections.abc import Callable, Generator, Iterable
from typing import Protocol, TypeVar

P = TypeVar("P")
R = TypeVar("R")


class Engine(Protocol):
    """Where partitions are folded, or other work of equal parts is done."""

    def __call__(
        self, function: Callable[[P], R], partitions: Iterable[P]
    ) -> Generator[R, None, None]:
        """Yield function(partition) for each partition, in order."""
        ...


def serial(function: Callable[[P], R], partitions: Iterable[P]) -> Generator[R, None, None]:
    """Yield function(partition) for each partition, in order."""
    yield from map(function, partitions)
