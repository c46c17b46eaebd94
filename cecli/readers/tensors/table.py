"""The arrays of a file as a table: one column each, or one for each of their columns."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property
from io import SEEK_END
from pathlib import PurePath
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, find_each
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import ColumnError, InputError, shown
from cecli.core.table import Partition
from cecli.readers.arrays import parsed_arrays
from cecli.readers.bytes.locations import Location
from cecli.readers.tensors import NPY_MAGIC, is_npz, npz, safetensors
from cecli.readers.tensors.npy import tensor_at
from cecli.readers.tensors.tensor import Tensor, TensorCursor, cursor_at, truncated
from cecli.readers.text.parsed import block_rows

# One worker reads rows of about so many bytes.
PART_BYTES = 1 << 24
# The name of an array in a file that has none.
UNNAMED = "values"


class WantedCells(NamedTuple):
    """A column, and where its values are."""

    column: Column
    tensor: Tensor
    place: int


@dataclass(frozen=True, eq=False)
class TensorTable:
    """The arrays of a file. Rows are numbered from 1."""

    location: Location
    tensors: Sequence[Tensor]
    is_archive: bool = False

    @property
    def name(self) -> str:
        return self.location.name

    @property
    def names(self) -> Sequence[str]:
        return [self.name]

    @cached_property
    def header(self) -> Sequence[str]:
        return [name for name, _, _ in self._columns]

    @cached_property
    def nested(self) -> Sequence[str]:
        """The names of arrays of other dimensions, and of values that are no cells."""
        return [name for name, tensor, place in self._columns if not tensor.is_cells(place)]

    @cached_property
    def _columns(self) -> Sequence[tuple[str, Tensor, int]]:
        return [
            (name, tensor, place)
            for tensor in self.tensors
            for place, name in enumerate(tensor.columns)
        ]

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence["TensorPartition | ArchivePartition"]:
        places = find_each(self.header, [column.name for column in columns], self.name)
        wanted = [
            WantedCells(column, *self._columns[place][1:])
            for column, place in zip(columns, places, strict=True)
        ]
        self._refuse_nested(wanted)
        size = self._rows(wanted)
        whole = TensorSpan(self.location, wanted, bad_rows, 0, size)
        if self.is_archive:
            return [ArchivePartition(whole)]
        step = whole.at_once(PART_BYTES)
        starts = range(0, max(size, 1), step)
        return [
            TensorPartition(replace(whole, start=start, stop=min(start + step, size)))
            for start in starts
        ]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> Partition:
        """Return the first rows."""
        return self.partitions(columns, bad_rows)[0]

    def _refuse_nested(self, wanted: Sequence[WantedCells]) -> None:
        for column, tensor, place in wanted:
            if not tensor.is_cells(place):
                raise ColumnError(
                    f"array {shown(column.name)} is no column: its shape is {tensor.shape}, and "
                    f"its type {tensor.dtype}",
                    self.name,
                    "an array has a value for each row, or K values: reshape it to (n, K)",
                )

    def _rows(self, wanted: Sequence[WantedCells]) -> int:
        """Return the number of rows, which all wanted arrays have, or else the first."""
        lengths = {w.tensor.name: w.tensor.shape[0] for w in wanted}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name}: {length:,}" for name, length in lengths.items())
            raise InputError(f"the arrays differ in length ({told})", self.name)
        some = [t.shape[0] for t in self.tensors if t.is_cells(0)]
        return next(iter([*lengths.values(), *some]), 0)


@dataclass(frozen=True)
class TensorSpan:
    """Some consecutive rows of some arrays of a file.

    Attributes
    ----------
    start, stop : the first row, from 0, and the one after the last.
    """

    location: Location
    wanted: Sequence[WantedCells]
    bad_rows: BadRows
    start: int
    stop: int

    @property
    def tensors(self) -> list[Tensor]:
        """The arrays that are read, each once."""
        return list(dict.fromkeys(wanted.tensor for wanted in self.wanted))

    def at_once(self, size: int) -> int:
        """Return the number of rows of about a number of bytes."""
        return max(1, size // max(1, sum(tensor.row_bytes for tensor in self.tensors)))

    def blocks(self, cursors: Sequence[TensorCursor]) -> Iterator["TensorBlock"]:
        """Yield the rows in blocks, of which each is one chunk."""
        step = min(block_rows(max(len(self.wanted), 1)), self.at_once(PART_BYTES))
        for start in range(self.start, max(self.stop, self.start + 1), step):
            size = min(step, self.stop - start)
            read = dict(zip(self.tensors, (x.read(size) for x in cursors), strict=True))
            arrays = [w.tensor.cells(read[w.tensor], w.place) for w in self.wanted]
            columns = {w.column: a for w, a in zip(self.wanted, arrays, strict=True)}
            yield TensorBlock(self.location.name, start + 1, size, columns, self.bad_rows)


@dataclass(frozen=True, eq=False)
class TensorBlock:
    """Rows that were read."""

    source: str
    first_line: int
    size: int
    arrays: dict[Column, NDArray[Any]]
    bad_rows: BadRows

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> "TensorBlock":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        lines = np.arange(self.first_line, self.first_line + self.size, dtype=np.int64)
        yield from parsed_arrays(self.source, lines, self.arrays, self.bad_rows).chunks(self.source)


@dataclass(frozen=True, eq=False)
class TensorPartition:
    """Rows of arrays that have a place in the file."""

    rows: TensorSpan

    continues: ClassVar[bool] = False

    @property
    def source(self) -> str:
        return self.rows.location.name

    def rest(self, first_line: int) -> "TensorPartition":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        rows = self.rows
        with ExitStack() as opened:
            streams = [opened.enter_context(rows.location.open()) for _ in rows.tensors]
            cursors = [
                cursor_at(tensor, stream, rows.location.name, rows.start)
                for tensor, stream in zip(rows.tensors, streams, strict=True)
            ]
            for block in rows.blocks(cursors):
                yield from block.chunks()


@dataclass(frozen=True, eq=False)
class ArchivePartition:
    """Rows of arrays of an archive, which are read from the first on, for many to look at."""

    rows: TensorSpan

    continues: ClassVar[bool] = False

    @property
    def source(self) -> str:
        return self.rows.location.name

    def rest(self, first_line: int) -> "ArchivePartition":  # noqa: ARG002
        return self

    def parts(self) -> Iterator[TensorBlock]:
        """Yield the rows in blocks."""
        with npz.cursors(self.rows.location, self.rows.tensors) as cursors:
            yield from self.rows.blocks(cursors)

    def chunks(self) -> Generator[Chunk, None, None]:
        for block in self.parts():
            yield from block.chunks()


def open_tensors(location: Location, head: bytes) -> TensorTable:
    """Return the table of a file that `is_tensor_file`.

    Parameters
    ----------
    location : its bytes can be read from any place on, again and again.

    Raises
    ------
    UnreadableError
        If its headers are none, or contradict its size, or values are pickled.
    """
    if is_npz(head):
        return TensorTable(location, npz.tensors_in(location), is_archive=True)
    with location.open() as stream:
        size = stream.seek(0, SEEK_END)
        stream.seek(0)
        if not head.startswith(NPY_MAGIC):
            return TensorTable(location, safetensors.tensors_in(stream, size, location.name))
        tensor = tensor_at(stream, _stem(location), location.name)
    if tensor.offset + tensor.size > size:
        raise truncated(location.name)
    return TensorTable(location, [tensor])


def _stem(location: Location) -> str:
    """Return the name of a file without folders and suffix; arrays in .npy have no name."""
    return PurePath(location.path).stem.strip("-<>") or UNNAMED
