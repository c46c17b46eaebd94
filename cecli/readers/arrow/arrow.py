"""Arrow data as a table, and objects that export such data, by pyarrow (an extra)."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, find_each
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.errors import CecliError, MissingExtraError, UnreadableError, shown
from cecli.readers.arrays import parsed_arrays
from cecli.readers.arrow.values import check, values_of
from cecli.readers.text.parsed import block_rows


class Batches(Protocol):
    """Arrow data whose column names are known before the rows are read."""

    def names(self) -> list[str]:
        """Return the names of the columns, in order."""
        ...

    def nested(self) -> list[str]:
        """Return the names of the columns that have lists, maps or structs."""
        ...

    def parts(self) -> int:
        """Return the number of parts into which the rows are divided."""
        ...

    def batches(self, part: int, places: list[int]) -> Iterable[Any]:
        """Return record batches of the columns at these positions."""
        ...

    def rows_before(self, part: int) -> int:
        """Return the number of rows before a part."""
        ...


@dataclass(frozen=True, eq=False)
class ArrowTable:
    """Arrow data as a table. Rows are numbered from 1."""

    name: str
    data: Batches

    @property
    def names(self) -> Sequence[str]:
        return [self.name]

    @cached_property
    def header(self) -> Sequence[str]:
        with _explained(self.name):
            return self.data.names()

    @property
    def nested(self) -> Sequence[str]:
        """The columns that cannot be read, since they do not have one value a row."""
        with _explained(self.name):
            return self.data.nested()

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence["ArrowPartition"]:
        found = find_each(self.header, [column.name for column in columns], self.name)
        places = dict(zip(found, columns, strict=True))
        parts = range(self.data.parts())
        return [ArrowPartition(self.name, self.data, part, places, bad_rows) for part in parts]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> "ArrowPartition | None":
        """Return the first part; None if the data may be a stream, which is read once."""
        return self.partitions(columns, bad_rows)[0].rest(0)


@dataclass(frozen=True, eq=False)
class ArrowPartition:
    """The rows of one part, such as a row group."""

    source: str
    data: Batches
    part: int
    places: dict[int, Column]
    bad_rows: BadRows

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> "ArrowPartition | None":  # noqa: ARG002
        is_kept = not isinstance(self.data, ArrowStream) or hasattr(self.data.data, "__len__")
        return self if is_kept else None

    def chunks(self) -> Generator[Chunk, None, None]:
        classes = sum(column.place is not None for column in self.places.values()) or 1
        row = self.data.rows_before(self.part) + 1
        with _explained(self.source):
            for batch in self.data.batches(self.part, list(self.places)):
                check(batch, self.places.values(), self.source, row)
                for start in range(0, batch.num_rows, block_rows(classes)):
                    piece = batch.slice(start, block_rows(classes))
                    yield from self.chunks_of(piece, row)
                    row += piece.num_rows

    def chunks_of(self, batch: Any, first_row: int) -> Iterator[Chunk]:
        """Yield a batch as chunks; its columns are the requested ones, in order."""
        arrays = {
            column: values_of(array, column, self.source)
            for array, column in zip(batch.columns, self.places.values(), strict=True)
        }
        rows = np.arange(first_row, first_row + batch.num_rows, dtype=np.int64)
        yield from parsed_arrays(self.source, rows, arrays, self.bad_rows).chunks(self.source)


@contextmanager
def _explained(source: str) -> Iterator[None]:
    """Turn an error of pyarrow inside the block into an UnreadableError."""
    try:
        yield
    except CecliError:
        raise
    except UnicodeDecodeError as error:
        name = error.object.decode("utf-8", "backslashreplace")
        what = f"a column's name is not UTF-8: {shown(name)}"
        raise UnreadableError(
            what, source, "rename the column, and write the file again"
        ) from error
    except Exception as error:
        pa = library("pyarrow", "Arrow data")
        if not isinstance(error, pa.ArrowException | OSError):
            raise
        first = str(error).split("\n", maxsplit=1)[0][:160]
        raise UnreadableError(
            f"cannot be read: {first}", source, "is the file complete, or still being written?"
        ) from error


@dataclass(frozen=True, eq=False)
class ArrowStream:
    """An object with the Arrow PyCapsule interface: a Polars DataFrame, a result of DuckDB, …"""

    data: Any

    @cached_property
    def _names(self) -> list[str]:
        if self._schema is not None:
            return list(self._schema.names)
        schema = getattr(self.data, "schema", None)
        names = getattr(schema, "names", None) or getattr(self.data, "columns", None)
        if names is None:
            names = self._reader().schema.names
        return list(names() if callable(names) else names)

    def _reader(self) -> Any:
        pa = library("pyarrow", "Arrow data")
        return pa.RecordBatchReader.from_stream(self.data)

    def names(self) -> list[str]:
        return self._names

    def nested(self) -> list[str]:
        schema = self._schema
        return [] if schema is None else nested_columns(schema)

    @cached_property
    def _schema(self) -> Any:
        """The types of the columns; None if they are not known before the rows are read."""
        for found in (self.data, getattr(self.data, "schema", None)):
            if hasattr(found, "__arrow_c_schema__"):
                return library("pyarrow", "Arrow data").schema(found)
        return None

    def parts(self) -> int:
        return 1

    def rows_before(self, part: int) -> int:  # noqa: ARG002
        return 0

    def batches(self, part: int, places: list[int]) -> Iterable[Any]:  # noqa: ARG002
        for batch in self._reader():
            yield batch.select(places)


def nested_columns(schema: Any) -> list[str]:
    """Return the names of the columns that have lists, maps or structs."""
    from pyarrow.types import is_nested

    return [field.name for field in schema if is_nested(field.type)]


def library(module: str, what: str) -> Any:
    """Return a module of pyarrow; raise a MissingExtraError if it is not installed."""
    from importlib import import_module

    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError.of("parquet", what) from None
