"""Tables in memory: pandas DataFrames, and mappings from names to arrays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cecli.chunk import Chunk, Coded, Floats
from cecli.columns import Column, Domain, find
from cecli.errors import InputError
from cecli.readers.parsed import Parsed, bad_value, block_rows, by_role
from cecli.tokens import number

if TYPE_CHECKING:
    import pandas as pd

MISSING = ""


@dataclass(frozen=True, eq=False)
class FrameTable:
    """A table in memory. Rows are counted from 1, in their order and not by their index."""

    data: "pd.DataFrame | Mapping[str, ArrayLike]"

    @property
    def name(self) -> str:
        return "<arrays>" if isinstance(self.data, Mapping) else "<DataFrame>"

    @property
    def header(self) -> Sequence[str]:
        return list(map(str, self.data))

    def partitions(self, columns: Sequence[Column]) -> Sequence["FramePartition"]:
        arrays = {column: self._array(column.name) for column in columns}
        rows = {len(array) for array in arrays.values()}
        if len(rows) > 1:
            lengths = ", ".join(f"{c.name}: {len(a)}" for c, a in arrays.items())
            raise InputError(f"the columns differ in length ({lengths})", self.name)
        return [FramePartition(self.name, arrays)]

    def _array(self, name: str) -> NDArray[Any]:
        place = find(self.header, name, self.name)
        data = self.data
        array = np.asarray(
            list(data.values())[place] if isinstance(data, Mapping) else data.iloc[:, place]
        )
        if array.ndim != 1:
            raise InputError(f"column {name} has {array.ndim} dimensions, not one", self.name)
        return array


@dataclass(frozen=True, eq=False)
class FramePartition:
    """Arrays of one length, one for each column asked for."""

    source: str
    arrays: Mapping[Column, NDArray[Any]]

    def chunks(self) -> Iterator[Chunk]:
        size = block_rows(sum(column.place is not None for column in self.arrays) or 1)
        for start in range(0, self._rows(), size):
            yield from self._block(start, start + size).chunks(self.source)

    def _rows(self) -> int:
        return len(next(iter(self.arrays.values())))

    def _block(self, start: int, stop: int) -> Parsed:
        numbers: list[tuple[Column, Floats]] = []
        texts: dict[str, Coded] = {}
        defects: dict[int, tuple[Column, Domain]] = {}
        for column, array in self.arrays.items():
            values = array[start:stop]
            if column.domain is None:
                texts[column.role] = _coded(values)
                continue
            numbers.append((column, _numbers(values)))
            outside = np.flatnonzero(~column.domain.contains(numbers[-1][1]))
            if outside.size:
                defects.setdefault(int(outside[0]), (column, column.domain))
        lines = np.arange(start + 1, min(stop, self._rows()) + 1, dtype=np.int64)
        if not defects:
            return Parsed(lines, by_role(numbers), texts)
        row = min(defects)
        column, domain = defects[row]
        text = _text(self.arrays[column][start + row])
        return Parsed(
            lines[:row],
            {role: values[..., :row] for role, values in by_role(numbers).items()},
            {role: Coded(coded.codes[:row], coded.names) for role, coded in texts.items()},
            defect=bad_value(self.source, start + row + 1, column.name, domain, text),
        )


def _numbers(values: NDArray[Any]) -> Floats:
    """Return numbers as float64, and NaN for whatever is none: truth values, missing, bad text."""
    if values.dtype.kind in "fiu":
        return values.astype(np.float64) + 0.0
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: object) -> float:
    if isinstance(value, str):
        parsed = number(value)
        return np.nan if parsed is None else parsed
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__float__"):
        return np.nan
    try:
        return float(value) + 0.0
    except OverflowError:  # an integer beyond the range
        return np.inf


def _coded(values: NDArray[Any]) -> Coded:
    import pandas as pd

    codes, names = pd.factorize(values, use_na_sentinel=False)
    return Coded(codes.astype(np.int64), tuple(map(_text, names)))


def _text(value: object) -> str:
    """Return a value as its cell in a CSV would read."""
    missing = value is None or value != value
    return MISSING if missing else str(value)
