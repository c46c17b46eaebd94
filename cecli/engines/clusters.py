"""A Dask cluster on this machine for the time of some work, and connections to others."""

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING

from cecli import __version__
from cecli.core.errors import MissingExtraError, UsageError, visible
from cecli.engines.signals import ending_in_order, undisturbed
from cecli.engines.worker import other_version

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 10
# A partition may have had no part in the death of a worker that was to read it, so it has more
# chances than Dask's three.
DEATHS = 10
# Dask's loggers that have handlers of their own.
LOGGERS = ("distributed", "distributed.client", "tornado", "tornado.application", "asyncio")
SILENT = logging.CRITICAL + 1
# Without a dashboard, a scheduler still has a server of pages. On its usual port, two would meet.
UNSEEN = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
# As the command line does for its own process: freed memory is kept for the next arrays.
KEPT_BYTES = str(1 << 30)
ENVIRONMENT = {
    "MALLOC_TRIM_THRESHOLD_": KEPT_BYTES,
    "MALLOC_MMAP_THRESHOLD_": KEPT_BYTES,
    "MALLOC_ARENA_MAX": "1",
}


@contextmanager
def client_of(scheduler: str | None, workers: int) -> "Iterator[Client]":
    """Yield a connection to a scheduler, or to a cluster of this machine that ends with it.

    Parameters
    ----------
    scheduler : its address; None for a cluster of this machine.
    workers : the number of its processes.

    Raises
    ------
    MissingExtraError
        If Dask is not installed.
    UsageError
        If the scheduler does not answer, a worker has another version of cecli, or this machine
        cannot have a cluster.
    """
    try:
        import distributed  # noqa: F401 (what follows imports parts of it)
    except ImportError:
        raise MissingExtraError.of("dask", "--engine dask", "work by") from None
    with ExitStack() as cleanup:
        cleanup.enter_context(_quiet())
        if scheduler is None:
            yield cleanup.enter_context(_on_this_machine(workers))
            return
        client = cleanup.enter_context(_connected(scheduler))
        refuse_other_versions(client)
        yield client


@contextmanager
def _connected(scheduler: str) -> "Iterator[Client]":
    from distributed import Client

    try:
        with warnings.catch_warnings():
            # The versions that matter here are those of cecli.
            warnings.simplefilter("ignore")
            client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        words = visible(" ".join(str(error).split())[:160])
        raise UsageError(
            f"no scheduler answers at {visible(scheduler)}: {words}",
            hint="dask scheduler prints its address when it starts, such as tcp://10.0.0.5:8786",
        ) from error
    with client:
        yield client


@contextmanager
def _on_this_machine(workers: int) -> "Iterator[Client]":
    # It lets interruptions through again in the thread that starts it, so no other should.
    resource_tracker.ensure_running()
    started = ExitStack()
    with ending_in_order():
        try:
            with undisturbed():
                client = _started(workers, started)
            yield client
        finally:
            with undisturbed():
                started.close()


def _started(workers: int, cleanup: ExitStack) -> "Client":
    """Return a client of a new cluster of this machine; the stack ends both."""
    import dask.config
    from distributed import Client, LocalCluster

    environment = dask.config.get("distributed.nanny.pre-spawn-environ", {}) | ENVIRONMENT
    folder = cleanup.enter_context(tempfile.TemporaryDirectory(prefix="cecli-"))
    settings = {
        "temporary-directory": folder,
        "distributed.scheduler.allowed-failures": DEATHS,
        "distributed.nanny.pre-spawn-environ": environment,
    }
    cleanup.enter_context(dask.config.set(settings))
    try:
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            scheduler_kwargs=UNSEEN,
            silence_logs=SILENT,
            memory_limit=0,
        )
    except (RuntimeError, OSError) as error:
        raise UsageError(
            f"the workers cannot be started: {visible(' '.join(str(error).split())[:160])}",
            hint="a program that uses a cluster of its own machine begins with: "
            'if __name__ == "__main__":',
        ) from error
    cleanup.enter_context(cluster)
    client: Client = cleanup.enter_context(Client(cluster, set_as_default=False))
    return client


def refuse_other_versions(client: "Client") -> None:
    """Raise a UsageError if a worker has another cecli, or none."""
    # A function of the standard library, which every worker has.
    asked = client.run(eval, "__import__('cecli').__version__", on_error="return")
    found = {worker: x if isinstance(x, str) else "" for worker, x in asked.items()}
    others = {worker: x for worker, x in found.items() if x != __version__}
    if others:
        raise other_version(others, __version__)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from logging: what goes wrong is told once, by an error."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(SILENT)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
