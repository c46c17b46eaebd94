"""The processes of a Dask cluster: descriptions of partitions are sent, and states come back."""

from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack
from itertools import chain, islice
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cecli.engines import P, R, serial
from cecli.engines.descriptions import described

if TYPE_CHECKING:
    from cecli.engines.tasks import Tasks


class Dask:
    """An engine whose workers are the processes of a Dask cluster.

    Parameters
    ----------
    workers : the number of processes, if the cluster is of this machine.
    scheduler : the address of the scheduler of another cluster.
    """

    def __init__(self, workers: int = 1, scheduler: str | None = None) -> None:
        self._workers, self._scheduler = workers, scheduler
        self._entered, self._cleanup = 0, ExitStack()
        self._tasks: Tasks | None = None

    def __enter__(self) -> Self:
        self._entered += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._entered -= 1
        if not self._entered:
            self._tasks = None
            self._cleanup.close()

    def __call__(
        self, function: Callable[[P], R], partitions: Iterable[P]
    ) -> Generator[R, None, None]:
        """Yield function(partition) for each partition, in order.

        Raises
        ------
        UsageError
            If the rows of a partition are in this process alone, or there is no such cluster.
        InputError
            If workers die while they read a partition, or the scheduler is lost.
        """
        rest = iter(partitions)
        first = list(islice(rest, 2))
        if len(first) == 1 and self._scheduler is None:
            described(first[0])  # what could not be sent is refused, however little it is
            return serial(function, first)
        return self._map(function, chain(first, rest))

    def _map(self, function: Callable[[P], R], partitions: Iterable[P]) -> Generator[R, None, None]:
        with self:
            yield from self._connected().results(function, partitions)

    def _connected(self) -> "Tasks":
        """Return the tasks of the cluster, which is started if it was not."""
        if self._tasks is None:
            from cecli.engines.clusters import client_of
            from cecli.engines.tasks import Tasks

            client = self._cleanup.enter_context(client_of(self._scheduler, self._workers))
            self._tasks = Tasks(client, self._scheduler)
        return self._tasks
