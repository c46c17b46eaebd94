"""An array in a file: its columns, and its rows read from one on."""

import sys
from collections.abc import Sequence
from typing import IO, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UnreadableError
from cecli.readers.bytes.streams import read

# An array with more columns is no table.
MOST_COLUMNS = 1 << 20
# Truth values, numbers, texts and dates: what one cell of a table can hold.
KINDS = "biufSUMm"
# What stands for a number that is no character.
REPLACEMENT = ord("\N{REPLACEMENT CHARACTER}")


@dataclass(frozen=True)
class Tensor:
    """An array in a file.

    Attributes
    ----------
    dtype : of a value as it is stored. A bfloat16 is stored as uint16.
    shape : (n,), or (n, K).
    is_by_column : whether each column is stored in one piece, in Fortran's order.
    offset : the bytes of the file before the first value.
    """

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    is_by_column: bool = False
    offset: int = 0
    is_bfloat: bool = False

    @property
    def columns(self) -> Sequence[str]:
        """The names of its columns: its own, those of its fields, or numbered ones."""
        if len(self.shape) == 2:
            return [f"{self.name}_{place}" for place in range(self.shape[1])]
        return [self.name] if self.dtype.names is None else self.dtype.names

    def is_cells(self, place: int) -> bool:
        """Return whether one of the columns has values that a cell can hold."""
        if self.dtype.names is not None:
            return len(self.shape) == 1 and _is_of_cells(self.dtype[self.dtype.names[place]])
        return len(self.shape) in {1, 2} and _is_of_cells(self.dtype)

    @property
    def size(self) -> int:
        """The bytes of its values."""
        values = self.dtype.itemsize
        for length in self.shape:
            values *= length
        return values

    @property
    def row_bytes(self) -> int:
        """The bytes of a row."""
        return self.dtype.itemsize * (self.shape[1] if len(self.shape) == 2 else 1)

    def cells(self, rows: NDArray[Any], place: int) -> NDArray[Any]:
        """Return the values of one column of some rows, shape (m,), as numbers or texts."""
        names = self.dtype.names
        column = rows[names[place]] if names is not None else rows
        return _as_cells(column if column.ndim == 1 else column[:, place], is_bfloat=self.is_bfloat)


def _is_of_cells(dtype: np.dtype[Any]) -> bool:
    return dtype.kind in KINDS and dtype.subdtype is None and dtype.itemsize > 0


def _as_cells(values: NDArray[Any], *, is_bfloat: bool) -> NDArray[Any]:
    if is_bfloat:
        # The upper half of a float32.
        return (values.astype(np.uint32) << np.uint32(16)).view(np.float32)
    if values.dtype.kind == "S":
        return np.array([value.decode("utf-8", "backslashreplace") for value in values.tolist()])
    if values.dtype.kind == "U":
        return _as_characters(values)
    if values.dtype.kind in "Mm":
        return values.astype(str)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def _as_characters(values: NDArray[Any]) -> NDArray[Any]:
    """Return texts with numbers that are no characters replaced, as Python knows no such texts."""
    native = np.ascontiguousarray(values, values.dtype.newbyteorder("="))
    codes = native.view(np.uint32)
    if codes.size and codes.max() > sys.maxunicode:
        codes = np.where(codes > sys.maxunicode, np.uint32(REPLACEMENT), codes)
    return codes.view(native.dtype) if codes.size else native


class TensorCursor(Protocol):
    """A place in an array, from which rows are read."""

    def read(self, rows: int) -> NDArray[Any]:
        """Return the next rows, shape (rows,) or (rows, K).

        Raises
        ------
        UnreadableError
            If there are fewer.
        """
        ...


@dataclass
class RowCursor:
    """Reads an array that is stored row by row, from a stream that is at the next one."""

    tensor: Tensor
    stream: IO[bytes]
    source: str

    def read(self, rows: int) -> NDArray[Any]:
        data = exactly(self.stream, rows * self.tensor.row_bytes, self.source)
        return np.frombuffer(data, self.tensor.dtype).reshape(rows, *self.tensor.shape[1:])


@dataclass
class ColumnCursor:
    """Reads an array that is stored column by column, from a stream that seeks."""

    tensor: Tensor
    stream: IO[bytes]
    source: str
    row: int

    def read(self, rows: int) -> NDArray[Any]:
        dtype, (length, columns) = self.tensor.dtype, self.tensor.shape
        found = np.empty((rows, columns), dtype)
        for place in range(columns):
            first = place * length + self.row
            self.stream.seek(self.tensor.offset + first * dtype.itemsize)
            data = exactly(self.stream, rows * dtype.itemsize, self.source)
            found[:, place] = np.frombuffer(data, dtype)
        self.row += rows
        return found


def cursor_at(tensor: Tensor, stream: IO[bytes], source: str, row: int) -> TensorCursor:
    """Return a cursor at a row of an array, in a stream that seeks."""
    if tensor.is_by_column and len(tensor.shape) == 2:
        return ColumnCursor(tensor, stream, source, row)
    stream.seek(tensor.offset + row * tensor.row_bytes)
    return RowCursor(tensor, stream, source)


def exactly(stream: IO[bytes], size: int, source: str) -> bytes:
    """Return a number of bytes of a stream.

    Raises
    ------
    UnreadableError
        If there are fewer.
    """
    pieces = []
    while size and (piece := read(stream, size, source)):
        pieces.append(piece)
        size -= len(piece)
    if size:
        raise truncated(source)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def truncated(source: str) -> UnreadableError:
    """Return the error of a file that ends before its arrays do."""
    return UnreadableError(
        "ends before its arrays do", source, "is the file complete, or still being written?"
    )
