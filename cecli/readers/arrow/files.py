"""Parquet and Arrow files."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UnreadableError
from cecli.readers.arrow import PARQUET_MAGIC
from cecli.readers.arrow.arrow import ArrowTable, library, nested_columns
from cecli.readers.bytes.locations import File, Location

# Rows that are decoded at a time, so that a usual row group is one batch; of many columns, fewer.
MOST_ROWS, MOST_VALUES = 1 << 17, 1 << 20


class _Footer(NamedTuple):
    """The footer of a Parquet file; `rows` has the number of rows of each row group."""

    metadata: Any
    names: list[str]
    nested: list[str]
    rows: list[int]


@dataclass(frozen=True, eq=False)
class ParquetFile:
    """A Parquet file. Its parts are its row groups."""

    location: Location

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs, which reads the footer for itself."""
        return {"location": self.location, "_identity": self._identity}

    @contextmanager
    def opened(self, metadata: Any = None) -> Iterator[Any]:
        """Yield the file opened by pyarrow."""
        parquet = library("pyarrow.parquet", "Parquet files")
        # Far away, a few large requests are faster; here they would be copies.
        is_far = not isinstance(self.location, File)
        with self.location.open() as stream:
            yield parquet.ParquetFile(stream, metadata=metadata, pre_buffer=is_far)

    @cached_property
    def _identity(self) -> object:
        return self.location.identity()

    @cached_property
    def _footer(self) -> _Footer:
        self._refuse_other()
        with self.opened() as file:
            groups = range(file.num_row_groups)
            rows = [file.metadata.row_group(group).num_rows for group in groups]
            schema = file.schema_arrow
            return _Footer(file.metadata, schema.names, nested_columns(schema), rows)

    def names(self) -> list[str]:
        return self._footer.names

    def nested(self) -> list[str]:
        return self._footer.nested

    def parts(self) -> int:
        return max(1, len(self._footer.rows))

    def rows_before(self, part: int) -> int:
        return sum(self._footer.rows[:part])

    def _refuse_other(self) -> None:
        if self.location.identity() != self._identity:
            raise UnreadableError("was replaced while it was read", self.location.name)

    def batches(self, part: int, places: list[int]) -> Iterable[Any]:
        footer = self._footer
        if not footer.rows:
            return
        self._refuse_other()
        wanted = [footer.names[place] for place in places]
        with self.opened(footer.metadata) as file:
            # Other threads read the other groups at the same time.
            rows = max(1, min(MOST_ROWS, MOST_VALUES // max(1, len(wanted))))
            read = file.iter_batches(rows, row_groups=[part], columns=wanted, use_threads=False)
            for batch in read:
                yield batch.select(wanted)


@dataclass(frozen=True, eq=False)
class ArrowFile:
    """An Arrow IPC file, also called Feather. It has one part."""

    location: Location

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs, which reads the types for itself."""
        return {"location": self.location}

    @contextmanager
    def _open(self) -> Iterator[Any]:
        pa = library("pyarrow", "Arrow files")
        with self.location.open() as stream:
            yield pa.ipc.open_file(stream)

    @cached_property
    def _schema(self) -> Any:
        with self._open() as reader:
            return reader.schema

    def names(self) -> list[str]:
        return list(self._schema.names)

    def nested(self) -> list[str]:
        return nested_columns(self._schema)

    def parts(self) -> int:
        return 1

    def rows_before(self, part: int) -> int:  # noqa: ARG002
        return 0

    def batches(self, part: int, places: list[int]) -> Iterable[Any]:  # noqa: ARG002
        with self._open() as reader:
            for number in range(reader.num_record_batches):
                yield reader.get_batch(number).select(places)


def open_arrow(location: Location, head: bytes) -> ArrowTable:
    """Return the table in a Parquet or Arrow file with these first bytes."""
    parquet = head.startswith(PARQUET_MAGIC)
    return ArrowTable(location.name, ParquetFile(location) if parquet else ArrowFile(location))
