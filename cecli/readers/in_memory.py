"""Tables in memory: DataFrames, mappings from names to arrays, and iterables of them."""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, find
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError, UsageError, named
from cecli.core.table import Partition, Table, beginning_of
from cecli.readers.arrays import parsed_arrays, plain_array, text_of
from cecli.readers.arrow.arrow import ArrowStream, ArrowTable
from cecli.readers.text.parsed import Parsed, block_rows
from cecli.readers.views import one_data_set

if TYPE_CHECKING:
    import pandas as pd

# Rows that are looked at before all are read.
BEGINNING = 1 << 14


@dataclass(frozen=True, eq=False)
class FrameTable:
    """A table in memory. Rows are numbered from 1 by position, not by their index."""

    data: "pd.DataFrame | Mapping[str, ArrayLike]"

    @property
    def name(self) -> str:
        return "<arrays>" if isinstance(self.data, Mapping) else "<DataFrame>"

    @property
    def names(self) -> Sequence[str]:
        return [self.name]

    @property
    def header(self) -> Sequence[str]:
        return list(map(str, self.data))

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence["FramePartition"]:
        arrays = {column: self._array(column) for column in columns}
        rows = {len(array) for array in arrays.values()}
        if len(rows) > 1:
            lengths = ", ".join(f"{c.name}: {len(a)}" for c, a in arrays.items())
            raise InputError(f"the columns differ in length ({lengths})", self.name)
        size = rows.pop() if rows else len(self._array_at(0)) if self.header else 0
        return [FramePartition(self.name, size, arrays, bad_rows)]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> "FramePartition":
        (whole,) = self.partitions(columns, bad_rows)
        return replace(whole, size=min(whole.size, BEGINNING))

    def index_of(self, line: int) -> str | None:
        """Return the index of a row as text; None if the table has no index."""
        data = self.data
        return None if isinstance(data, Mapping) else text_of(data.index[line - 1])

    def _array(self, column: Column) -> NDArray[Any]:
        return self._array_at(find(self.header, column.name, self.name), is_nested=column.is_nested)

    def _array_at(self, place: int, *, is_nested: bool = False) -> NDArray[Any]:
        name, data = self.header[place], self.data
        values = list(data.values())[place] if isinstance(data, Mapping) else data.iloc[:, place]
        try:
            array = plain_array(values)
        except ValueError as error:
            raise InputError(
                f"column {named(name)} is not an array of values: {error}", self.name
            ) from error
        if is_nested and array.ndim == 2:
            return np.fromiter(array, dtype=object, count=len(array))
        if array.ndim != 1:
            raise InputError(
                f"column {named(name)} has {array.ndim} dimensions instead of one", self.name
            )
        return array


@dataclass(frozen=True, eq=False)
class FramePartition:
    """Arrays of one length, one for each requested column."""

    source: str
    size: int
    arrays: Mapping[Column, NDArray[Any]]
    bad_rows: BadRows = STRICT

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> "FramePartition":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        size = block_rows(sum(column.place is not None for column in self.arrays) or 1)
        for start in range(0, self.size, size):
            yield from self._block(start, start + size).chunks(self.source)

    def _block(self, start: int, stop: int) -> Parsed:
        stop = min(stop, self.size)
        lines = np.arange(start + 1, stop + 1, dtype=np.int64)
        arrays = {column: array[start:stop] for column, array in self.arrays.items()}
        return parsed_arrays(self.source, lines, arrays, self.bad_rows)


@dataclass(frozen=True, eq=False)
class PiecesTable:
    """An iterable of tables in memory with the same header. Rows are numbered from 1 in each."""

    pieces: Iterable[Any]
    as_table: Callable[[Any], Table]

    @cached_property
    def _tables(self) -> tuple[Table, Iterator[Table]]:
        """The first table, which has the header, and all others."""
        tables = map(self.as_table, self.pieces)
        try:
            return next(tables), tables
        except StopIteration:
            raise InputError("the iterable contains no tables", "<tables>") from None

    @property
    def name(self) -> str:
        return self._tables[0].name

    @property
    def names(self) -> Sequence[str]:
        return [self.name]

    @property
    def header(self) -> Sequence[str]:
        return self._tables[0].header

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence["_Pieces"]:
        return [_Pieces(self._tables, columns, bad_rows)]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> Partition | None:
        return beginning_of(self._tables[0], columns, bad_rows)


@dataclass(frozen=True, eq=False)
class _Pieces:
    tables: tuple[Table, Iterator[Table]]
    columns: Sequence[Column]
    bad_rows: BadRows

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        return None

    def parts(self) -> Iterator[Partition]:
        """Yield the partitions of all tables, in order."""
        first, others = self.tables
        for table in chain([first], others):
            one_data_set([first, table])
            yield from table.partitions(self.columns, self.bad_rows)

    def chunks(self) -> Generator[Chunk, None, None]:
        for part in self.parts():
            yield from part.chunks()


def table_of(data: Any, number: Callable[[Table], Table]) -> Table:
    """Return the table that data stand for.

    Parameters
    ----------
    data : a DataFrame, or any object that exports Arrow data; arrays by column name; or an
        iterable of such tables.
    number : applied to each table, in order.

    Raises
    ------
    UsageError
        If data are none of these.
    """
    if isinstance(data, ArrowTable):  # which was opened already
        return number(data)
    # A DataFrame is recognised by its attributes, so that a mapping does not import pandas.
    if isinstance(data, Mapping) or (hasattr(data, "iloc") and hasattr(data, "columns")):
        return number(FrameTable(data))
    if hasattr(data, "to_frame"):
        raise UsageError("a single column is not a table", hint="convert it with .to_frame()")
    if hasattr(data, "__arrow_c_stream__"):
        return number(ArrowTable(f"<{type(data).__name__}>", ArrowStream(data)))
    if isinstance(data, Iterable):
        return PiecesTable(data, partial(table_of, number=number))
    raise UsageError(
        f"a {type(data).__name__} is not a table",
        hint='give a path, a DataFrame, or arrays by name: {"y": labels, "p": probabilities}',
    )
