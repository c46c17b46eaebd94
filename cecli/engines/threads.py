"""Several threads of this process: the costly work releases the interpreter lock."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from itertools import chain, islice
from typing import TYPE_CHECKING

from cecli.core.dataclasses import dataclass
from cecli.engines import Elsewhere, Engine, P, R

if TYPE_CHECKING:
    from concurrent.futures import Future


# Partitions queued per thread, so that no thread waits for the next one.
AHEAD = 1


@dataclass(frozen=True)
class Threads:
    """An engine with a fixed number of threads."""

    workers: int

    def __call__(
        self, function: Callable[[P], R], partitions: Iterable[P]
    ) -> Generator[R, None, None]:
        """Yield function(partition) for each partition, in order."""
        if self.workers == 1:
            return (function(partition) for partition in partitions)
        rest = iter(partitions)
        first = list(islice(rest, 2))
        if len(first) == 1:
            return (function(partition) for partition in first)
        return self._map(function, chain(first, rest))

    def _map(self, function: Callable[[P], R], partitions: Iterable[P]) -> Generator[R, None, None]:
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor(self.workers)
        waiting: deque[Future[R]] = deque()
        try:
            for partition in partitions:
                waiting.append(pool.submit(function, partition))
                if len(waiting) > AHEAD * self.workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


def in_memory(engine: Engine) -> Engine:
    """Return an engine for work on what this process has in memory: if need be, its threads."""
    return Threads(available_cores()) if isinstance(engine, Elsewhere) else engine


def available_cores() -> int:
    """Return the number of cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
