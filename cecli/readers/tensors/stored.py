"""Arrays with a distribution in each row, read as they are stored, a few rows at a time."""

from collections.abc import Mapping
from functools import cached_property
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError, UsageError, shown
from cecli.numerics.vocabulary.encoded import DTYPES, EncodedRows, Encoding
from cecli.readers.bytes.locations import Location
from cecli.readers.tensors import npz
from cecli.readers.tensors.tensor import ColumnCursor, Tensor, exactly

# The encodings of floats, by their bytes.
FLOATS = {8: Encoding.DOUBLE, 4: Encoding.FLOAT, 2: Encoding.HALF}
KINDS = "float16, bfloat16, float32 or float64"
AS_LOGARITHMS = frozenset({Scale.LOGIT, Scale.LOG_PROBABILITY})


class StoredArray(Protocol):
    """An array whose last dimension is in one piece."""

    @property
    def name(self) -> str: ...

    @property
    def source(self) -> str:
        """The name of the input that it is in, for messages."""
        ...

    @property
    def dtype(self) -> np.dtype[Any]: ...

    @property
    def is_bfloat(self) -> bool:
        """Whether its numbers are bfloat16, which are given as uint16."""
        ...

    @property
    def shape(self) -> tuple[int, ...]: ...

    def read(self, start: int, stop: int) -> NDArray[Any]:
        """Return some rows, shape (stop − start, K): all dimensions but the last make rows."""
        ...


@dataclass(frozen=True, eq=False)
class PlacedArray:
    """An array that has a place in a file."""

    location: Location
    tensor: Tensor

    @property
    def name(self) -> str:
        return self.tensor.name

    @property
    def source(self) -> str:
        return self.location.name

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.tensor.dtype

    @property
    def is_bfloat(self) -> bool:
        return self.tensor.is_bfloat

    @property
    def shape(self) -> tuple[int, ...]:
        return self.tensor.shape

    def read(self, start: int, stop: int) -> NDArray[Any]:
        size = self.shape[-1]
        row_bytes = size * self.dtype.itemsize
        is_by_column = self.tensor.is_by_column and len(self.shape) > 1
        if is_by_column and len(self.shape) > 2:
            raise InputError(
                f"array {shown(self.name)} has its first dimension of {len(self.shape)} innermost",
                self.source,
                "store it row by row: numpy.save(FILE, numpy.ascontiguousarray(array))",
            )
        with self.location.open() as stream:
            if is_by_column:
                return ColumnCursor(self.tensor, stream, self.source, start).read(stop - start)
            stream.seek(self.tensor.offset + start * row_bytes)
            data = exactly(stream, (stop - start) * row_bytes, self.source)
        return np.frombuffer(data, self.dtype).reshape(stop - start, size)


@dataclass(frozen=True, eq=False)
class ArchivedArray(PlacedArray):
    """An array of an archive, whose bytes may be compressed."""

    def read(self, start: int, stop: int) -> NDArray[Any]:
        return in_place(self).read(start, stop)


def in_place(array: StoredArray) -> StoredArray:
    """Return an array whose rows can be read in any order."""
    if not isinstance(array, ArchivedArray):
        return array
    return PlacedArray(*npz.placed(array.location, array.tensor))


@dataclass(frozen=True, eq=False)
class GivenArray:
    """An array in memory."""

    name: str
    array: NDArray[Any]
    source: str = "<arrays>"

    @property
    def is_bfloat(self) -> bool:
        return self.array.dtype.name == "bfloat16"

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.uint16) if self.is_bfloat else self.array.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    def read(self, start: int, stop: int) -> NDArray[Any]:
        rows = self._rows[start:stop]
        return np.ascontiguousarray(rows).view(np.uint16) if self.is_bfloat else rows

    @cached_property
    def _rows(self) -> NDArray[Any]:
        return self.array.reshape(-1, self.shape[-1])


@dataclass(frozen=True, eq=False)
class StoredDistributions:
    """A distribution over the same classes in each row.

    Attributes
    ----------
    array : shape (n, K), or (chunks, positions, K).
    scale : of its numbers.
    """

    array: StoredArray
    scale: Scale

    def __post_init__(self) -> None:
        if self.scale is Scale.PERCENT:
            raise UsageError("--from percent has no use for distributions over a vocabulary")
        if self.array.dtype.kind != "f" and not self.array.is_bfloat:
            raise InputError(
                f"array {shown(self.array.name)} has values of type {self.array.dtype}",
                self.array.source,
                f"logits, log-probabilities and probabilities are {KINDS}",
            )
        if not self.array.is_bfloat and self.array.dtype.itemsize not in FLOATS:
            raise InputError(
                f"array {shown(self.array.name)} has floats of {self.array.dtype.itemsize} bytes",
                self.array.source,
                f"store it as {KINDS}",
            )

    @property
    def name(self) -> str:
        return self.array.source

    @property
    def words(self) -> str:
        return f"array {shown(self.array.name)}, "

    @property
    def classes(self) -> int:
        return self.array.shape[-1]

    @property
    def rows(self) -> int:
        return prod(self.array.shape[:-1])

    @property
    def row_bytes(self) -> int:
        return self.classes * self.array.dtype.itemsize

    @property
    def encoding(self) -> Encoding:
        return Encoding.BFLOAT if self.array.is_bfloat else FLOATS[self.array.dtype.itemsize]

    def encoded(self, start: int, stop: int) -> EncodedRows:
        """Return some rows."""
        rows = self.array.read(start, stop).astype(DTYPES[self.encoding], copy=False)
        return EncodedRows(rows, self.encoding, None, self.scale not in AS_LOGARITHMS)


# The arrays of an input, by name.
Arrays = Mapping[str, StoredArray]


def values_of(array: StoredArray) -> NDArray[Any]:
    """Return all values of an array of one number or text a row, shape (n,)."""
    return array.read(0, prod(array.shape[:-1])).reshape(-1)
