"""The database of a join on disk: DuckDB (an extra), in memory and in temporary files."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import AnyScale
from cecli.core.chunk import Chunk, Coded
from cecli.core.errors import InputError, MissingExtraError
from cecli.numerics import Floats
from cecli.readers.text.parsed import Parsed

HINT = "set the environment variable TMPDIR to a directory with more space"


@contextmanager
def temporary_folder() -> Iterator[str]:
    """Yield a private temporary folder, which is removed however the block ends.

    Raises
    ------
    InputError
        If it cannot be created.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="cecli-", ignore_cleanup_errors=True)
    except OSError as error:
        what = f"the temporary files needed cannot be written: {error.strerror or error}"
        raise InputError(what, hint=HINT) from error
    with folder as path, _removed_on_termination(path):
        yield path


@contextmanager
def _removed_on_termination(path: str) -> Iterator[None]:
    """Remove a folder if the process gets SIGTERM, which by default runs no cleanup.

    A handler that the calling program has set stays in place.
    """
    is_default = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if not is_default or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        shutil.rmtree(path, ignore_errors=True)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


# Data beyond this size go to files. A join and a sort need some memory for each thread.
MEMORY = "1GB"
MOST_THREADS = 4
# The number of DuckDB's vectors, of 2048 rows each, in a chunk.
VECTORS = 32
Columns = Mapping[str, NDArray[Any]]
T = TypeVar("T")


class Database:
    """Tables written and queried by a separate thread, so that this one can be interrupted.

    Parameters
    ----------
    folder : the folder for data that do not fit in memory.
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
        """Create a table from the names and types of its columns."""
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.execute(f"CREATE TABLE {table} ({listed})")

    def execute(self, statement: str) -> None:
        self._run(lambda: self._connection.execute(statement))

    def append(self, table: str, columns: Columns) -> None:
        """Add rows to a table, given all of its columns; text columns are arrays of objects."""

        def insert() -> None:
            # With one transaction a batch, each batch leaves the memory before the next.
            self._connection.register("batch", dict(columns))
            self._connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM batch")
            self._connection.unregister("batch")

        self._run(insert)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query that has few."""
        found: list[tuple[Any, ...]] = self._run(lambda: self._connection.execute(query).fetchall())
        return found

    def batches(self, query: str) -> Iterator[Columns]:
        """Yield the rows of a large query in batches; no other query may run in between."""
        self._run(lambda: self._connection.execute(query))
        while len(batch := self._run(lambda: self._connection.fetch_df_chunk(VECTORS))):
            yield {str(name): values.to_numpy() for name, values in batch.items()}

    def _run(self, work: Callable[[], T]) -> T:
        """Do the work in the other thread, so that this one can handle signals meanwhile."""
        with self._explained():
            done = self._thread.submit(work)
            try:
                return done.result()
            finally:
                if not done.done():
                    self._connection.interrupt()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn an error of DuckDB inside the block into an InputError."""
        import duckdb

        try:
            yield
        except duckdb.Error as error:
            first = str(error).split("\n", maxsplit=1)[0]
            what = f"joining in temporary files failed: {first}"
            raise InputError(what, self._folder, HINT) from error


def require_duckdb(name: str) -> None:
    """Raise a MissingExtraError if DuckDB, needed to join the named input, is not installed."""
    try:
        import duckdb  # noqa: F401
    except ImportError:
        raise MissingExtraError(
            "has too many rows to be joined in memory, and joining them in temporary files "
            "needs an extra that is not installed",
            name,
            "pip install 'cecli[join]'; or sort both inputs by the key, and match them by "
            "position: --by-position in place of --id",
        ) from None


LINE = "line"


class TableForm:
    """The database columns for rows like the given ones: line, numbers, and codes of texts.

    The columns have generated names, because those of the input could be anything.
    """

    def __init__(self, rows: Parsed) -> None:
        # The columns of each role, and whether it has one per class.
        self._numbers: dict[str, tuple[list[str], bool]] = {}
        for place, (role, values) in enumerate(rows.numbers.items()):
            names = [f"number_{place}_{i}" for i in range(len(np.atleast_2d(values)))]
            self._numbers[role] = names, values.ndim > 1
        self._texts = {role: f"text_{place}" for place, role in enumerate(rows.texts)}
        self._codes: dict[str, dict[str, int]] = {role: {} for role in rows.texts}

    @property
    def types(self) -> Mapping[str, str]:
        numbers = [name for names, _ in self._numbers.values() for name in names]
        return (
            {LINE: "BIGINT"}
            | dict.fromkeys(numbers, "DOUBLE")
            | dict.fromkeys(self._texts.values(), "BIGINT")
        )

    @property
    def nothing(self) -> Columns:
        """The columns of no rows."""
        kinds = {"BIGINT": np.int64, "DOUBLE": np.float64}
        return {name: np.empty(0, dtype=kinds[kind]) for name, kind in self.types.items()}

    def columns(self, rows: Parsed) -> Columns:
        """Return rows as columns of the table."""
        columns: dict[str, NDArray[Any]] = {LINE: rows.lines}
        for role, (names, _) in self._numbers.items():
            columns.update(zip(names, np.atleast_2d(rows.numbers[role]), strict=True))
        for role, name in self._texts.items():
            text, codes = rows.texts[role], self._codes[role]
            known = [codes.setdefault(each, len(codes)) for each in text.names]
            columns[name] = np.array(known, dtype=np.int64).take(text.codes)
        return columns

    def chunk(self, columns: Columns, source: str, scales: Mapping[str, AnyScale]) -> Chunk:
        """Return the rows in columns of the table as a chunk."""
        numbers: dict[str, Floats] = {}
        for role, (names, has_classes) in self._numbers.items():
            values = [columns[name] for name in names]
            numbers[role] = np.stack(values) if has_classes else values[0]
        texts = {
            role: Coded(columns[name], tuple(self._codes[role]))
            for role, name in self._texts.items()
        }
        return Chunk(source, columns[LINE], numbers, texts, scales=scales)
