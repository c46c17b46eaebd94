"""A Dask cluster for tests: a scheduler and two workers, in threads of the process of the tests."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from distributed import LocalCluster

from cecli.engines.clusters import UNSEEN


@contextmanager
def cluster(workers: int = 2) -> Iterator[str]:
    """Yield the address of its scheduler."""
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=False,
        protocol="tcp://",
        scheduler_kwargs=UNSEEN,
        silence_logs=logging.CRITICAL + 1,
        memory_limit=0,
    ) as found:
        yield found.scheduler_address
