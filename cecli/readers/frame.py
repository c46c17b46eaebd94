"""Tables in memory: pandas DataFrames, and mappings from names to arrays."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cecli.bad_rows import STRICT, BadRows
from cecli.chunk import Chunk
from cecli.columns import Column, find
from cecli.errors import InputError, named
from cecli.readers.arrays import parsed_arrays, plain_array
from cecli.readers.parsed import Parsed, block_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class FrameTable:
    """A table in memory. Rows are counted from 1, in their order and not by their index."""

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
        arrays = {column: self._array(column.name) for column in columns}
        rows = {len(array) for array in arrays.values()}
        if len(rows) > 1:
            lengths = ", ".join(f"{c.name}: {len(a)}" for c, a in arrays.items())
            raise InputError(f"the columns differ in length ({lengths})", self.name)
        return [FramePartition(self.name, arrays, bad_rows)]

    def _array(self, name: str) -> NDArray[Any]:
        place = find(self.header, name, self.name)
        data = self.data
        values = list(data.values())[place] if isinstance(data, Mapping) else data.iloc[:, place]
        try:
            array = plain_array(values)
        except ValueError as error:
            raise InputError(
                f"column {named(name)} is no array of values: {error}", self.name
            ) from error
        if array.ndim != 1:
            raise InputError(
                f"column {named(name)} has {array.ndim} dimensions, not one", self.name
            )
        return array


@dataclass(frozen=True, eq=False)
class FramePartition:
    """Arrays of one length, one for each column asked for."""

    source: str
    arrays: Mapping[Column, NDArray[Any]]
    bad_rows: BadRows = STRICT

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> "FramePartition":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        size = block_rows(sum(column.place is not None for column in self.arrays) or 1)
        for start in range(0, self._rows(), size):
            yield from self._block(start, start + size).chunks(self.source)

    def _rows(self) -> int:
        return len(next(iter(self.arrays.values())))

    def _block(self, start: int, stop: int) -> Parsed:
        lines = np.arange(start + 1, min(stop, self._rows()) + 1, dtype=np.int64)
        arrays = {column: array[start:stop] for column, array in self.arrays.items()}
        return parsed_arrays(self.source, lines, arrays, self.bad_rows)
