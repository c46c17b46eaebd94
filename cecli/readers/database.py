"""A database that lives as long as a join: DuckDB (an extra), in memory and in temporary files."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

from numpy.typing import NDArray

from cecli.errors import InputError, MissingExtraError
from cecli.readers.folder import HINT

# What does not fit goes to files. A join and a sort need some room for each thread.
MEMORY = "1GB"
MOST_THREADS = 4
# DuckDB's vectors have 2048 rows each: so many make a chunk.
VECTORS = 32

Columns = Mapping[str, NDArray[Any]]
T = TypeVar("T")


class Database:
    """Tables that are written and queried by one thread, while this one can be interrupted.

    Parameters
    ----------
    folder : where to put what does not fit in memory.
    """

    def __init__(self, folder: str) -> None:
        import duckdb

        self._folder = folder
        self._thread = ThreadPoolExecutor(1)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY,
            "threads": min(os.cpu_count() or 1, MOST_THREADS),
            "temp_directory": folder,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        with self._explained():
            self._connection = duckdb.connect(":memory:", config=settings)

    def close(self) -> None:
        self._thread.shutdown()
        self._connection.close()

    def create(self, table: str, columns: Mapping[str, str]) -> None:
        """Create a table, of names and types of columns."""
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.execute(f"CREATE TABLE {table} ({listed})")

    def execute(self, statement: str) -> None:
        self._run(lambda: self._connection.execute(statement))

    def append(self, table: str, columns: Columns) -> None:
        """Add rows to a table, of which these are all columns; text is an array of objects."""

        def insert() -> None:
            # Without a transaction around them all, rows leave the memory one batch after another.
            self._connection.register("batch", dict(columns))
            self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM batch")
            self._connection.unregister("batch")

        self._run(insert)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the few rows that a query has."""
        found: list[tuple[Any, ...]] = self._run(lambda: self._connection.execute(query).fetchall())
        return found

    def batches(self, query: str) -> Iterator[Columns]:
        """Yield the many rows that a query has; there can be no other before it is done."""
        self._run(lambda: self._connection.execute(query))
        while len(batch := self._run(lambda: self._connection.fetch_df_chunk(VECTORS))):
            yield {str(name): values.to_numpy() for name, values in batch.items()}

    def _run(self, work: Callable[[], T]) -> T:
        """Do it in the other thread: a signal could not be heard in this one before it is done."""
        with self._explained():
            done = self._thread.submit(work)
            try:
                return done.result()
            finally:
                if not done.done():
                    self._connection.interrupt()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what DuckDB raises inside a block into an error for people."""
        import duckdb

        try:
            yield
        except duckdb.Error as error:
            first = str(error).split("\n", maxsplit=1)[0]
            what = f"joining in temporary files failed: {first}"
            raise InputError(what, self._folder, HINT) from error


def require_duckdb(name: str) -> None:
    """Raise a MissingExtraError if DuckDB is not there to join an input of this name."""
    try:
        import duckdb  # noqa: F401
    except ImportError:
        raise MissingExtraError(
            "has more rows than can be joined in memory, and joining them in temporary files "
            "needs an extra that is not installed",
            name,
            "pip install 'cecli[join]'; or sort both inputs by the key, and compare them by "
            "position, without --id",
        ) from None
