"""Tasks of a Dask cluster: few at a time, with results in order, and errors in our words."""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, NamedTuple

from cecli import __version__
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError
from cecli.engines import P, R
from cecli.engines.clusters import refuse_other_versions
from cecli.engines.descriptions import Description, described
from cecli.engines.identities import recalled, sendable
from cecli.engines.worker import Done, applied, located

if TYPE_CHECKING:
    from distributed import Client, Future

# Unfinished tasks for each thread, so that none waits for the next one. A worker that dies takes
# its tasks along, so they are few.
AHEAD = 2
# Tasks for each thread, most of which wait until an earlier one is finished.
WAITING = 8
# Tasks of a cluster that has no workers yet, as one that grows with its work.
LEAST = 16
# How long a cluster may have no workers, and how often it is asked.
PATIENCE_SECONDS, EVERY_SECONDS = 300.0, 2.0


class Sent(NamedTuple):
    """A partition that was sent, by the name of its input, and its future result."""

    name: str
    future: "Future[bytes]"


@dataclass
class Tasks:
    """Has a cluster apply a function to partitions.

    Attributes
    ----------
    scheduler : its address, for errors; None for a cluster of this machine.
    """

    client: "Client"
    scheduler: str | None
    _threads: int = LEAST
    _asked: float = float("-inf")
    _has_workers: float = float("-inf")

    def results(
        self, function: Callable[[P], R], partitions: Iterable[P]
    ) -> Generator[R, None, None]:
        """Yield function(partition) for each partition, in order.

        Raises
        ------
        CecliError
            If a worker raises it, a partition cannot be described, or the cluster fails.
        """
        # A task whose result is the function: workers hand it on to each other, and it is computed
        # again if it is lost with one of them.
        content, objects = sendable(function)
        sent = self.client.submit(bytes, content, pure=False)
        coming, waiting = map(described, partitions), deque[Sent]()
        self._has_workers = time.monotonic()
        try:
            while True:
                self._fill(waiting, coming, sent)
                if not waiting:
                    return
                self._wait(waiting)
                while waiting and waiting[0].future.done():
                    yield self._result(waiting.popleft(), objects)
        finally:
            for task in waiting:
                task.future.release()

    def _fill(
        self, waiting: deque[Sent], coming: Iterator[Description], function: "Future[bytes]"
    ) -> None:
        """Submit as many tasks as the cluster should have."""
        self._ask()
        unfinished = sum(not task.future.done() for task in waiting)
        most = min(AHEAD * self._threads - unfinished, WAITING * self._threads - len(waiting))
        for _ in range(most):
            description = next(coming, None)
            if description is None:
                return
            future = self.client.submit(
                applied, function, description.content, __version__, pure=False
            )
            waiting.append(Sent(description.name, future))

    def _wait(self, waiting: deque[Sent]) -> None:
        """Wait until the first task is finished, or another is, so that there is room for more."""
        from distributed import wait

        if waiting[0].future.done():
            return
        unfinished = [task.future for task in waiting if not task.future.done()]
        while True:
            try:
                with self.client.as_current():
                    wait(unfinished, timeout=EVERY_SECONDS, return_when="FIRST_COMPLETED")
                return
            except CancelledError:
                raise self._lost() from None
            except TimeoutError:
                self._ask()

    def _ask(self) -> None:
        """Find out how many threads the cluster has, if that was long ago.

        Raises
        ------
        InputError
            If it has had none for long.
        """
        now = time.monotonic()
        if now < self._asked + EVERY_SECONDS:
            return
        self._asked = now
        try:
            threads = sum(self.client.nthreads().values())
        except OSError:
            raise self._lost() from None
        if threads:
            self._threads, self._has_workers = threads, now
        elif now > self._has_workers + PATIENCE_SECONDS:
            raise InputError(
                f"the scheduler at {self.scheduler} has had no workers for "
                f"{PATIENCE_SECONDS:.0f} seconds",
                hint=f"dask worker {self.scheduler} starts one",
            )

    def _result(self, task: Sent, objects: Sequence[Any]) -> Any:
        """Return the result of a finished task, or raise its error.

        Parameters
        ----------
        objects : of the function, to which the result may refer.
        """
        from distributed.scheduler import KilledWorker

        try:
            done: Done = recalled(task.future.result(), objects)
        except KilledWorker as error:
            raise InputError(
                f"is not read: {error.allowed_failures + 1} workers died over it, the last at "
                f"{error.last_worker.address}",
                task.name,
                "most such workers are out of memory: give them more, or fewer threads each",
            ) from None
        except CancelledError:
            raise self._lost() from None
        except (ImportError, AttributeError):
            # Of a worker that joined later, and has another cecli, or none.
            refuse_other_versions(self.client)
            raise
        if done.error is not None:
            raise done.error if self.scheduler is None else located(done.error, done.worker)
        return done.value

    def _lost(self) -> InputError:
        return InputError(
            f"the connection to the scheduler at {self.scheduler} was lost",
            hint="once it is there again, run the same command again",
        )
