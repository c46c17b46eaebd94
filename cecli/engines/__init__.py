"""Engines choose where partitions are folded, never what is computed.

threads - several threads of this process
dask - the processes of a Dask cluster
tasks - its tasks: few at a time, with results in order
clusters - a cluster on this machine, and connections to others
signals - interruptions while a cluster of this machine works
descriptions - partitions as they are sent to another process
identities - what is told apart by identity, on its way to a worker and back
worker - what a worker does with partitions
"""

from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar, runtime_checkable

P = TypeVar("P")
R = TypeVar("R")


class Engine(Protocol):
    """Where partitions are folded, or other work of equal parts is done."""

    def __call__(
        self, function: Callable[[P], R], partitions: Iterable[P]
    ) -> Generator[R, None, None]:
        """Yield function(partition) for each partition, in order."""
        ...


@runtime_checkable
class Elsewhere(Engine, Protocol):
    """An engine whose workers are other processes, which share no memory with this one.

    They are sent descriptions of what to read, and send back what they computed. Inside a `with`
    block, workers stay ready from one pass to the next; otherwise each pass waits for their start.
    """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def ready(engine: Engine) -> AbstractContextManager[Any]:
    """Return a context in which the workers of an engine stay ready for several passes."""
    return engine if isinstance(engine, Elsewhere) else nullcontext()


def in_process(engine: Engine) -> Engine:
    """Return an engine for work inside a task: one that needs no other process."""
    return serial if isinstance(engine, Elsewhere) else engine


def serial(function: Callable[[P], R], partitions: Iterable[P]) -> Generator[R, None, None]:
    """Yield function(partition) for each partition, in order."""
    yield from map(function, partitions)
