"""Tables in memory: pandas DataFrames, and mappings from names to arrays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, SupportsFloat

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cecli.chunk import Chunk, Coded, Floats
from cecli.columns import Column, Domain, find
from cecli.errors import InputError, named
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
        values = list(data.values())[place] if isinstance(data, Mapping) else data.iloc[:, place]
        try:
            array = _plain_array(values)
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


def _plain_array(values: ArrayLike) -> NDArray[Any]:
    """Return values as an array of this machine's byte order; masked values are missing."""
    if isinstance(values, np.ma.MaskedArray):
        objects = values.data.astype(object)
        objects[np.ma.getmaskarray(values)] = None
        return objects
    array = np.asarray(values)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _numbers(values: NDArray[Any]) -> Floats:
    """Return numbers as float64, and NaN for whatever is none: truth values, missing, bad text."""
    if values.dtype.kind in "fiu":
        return values.astype(np.float64) + 0.0
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: object) -> float:
    if isinstance(value, str):
        parsed = number(value)
        return np.nan if parsed is None else parsed
    if isinstance(value, bool | np.bool_ | complex) or not isinstance(value, SupportsFloat):
        return np.nan
    try:
        return float(value) + 0.0
    except OverflowError:  # an integer beyond the range
        return np.inf
    except (TypeError, ValueError):  # a date, a missing value, a signalling NaN
        return np.nan


def _coded(values: NDArray[Any]) -> Coded:
    import pandas as pd

    # Python would take 1, 1.0 and True for one value; their texts are three.
    texts = np.array(list(map(_text, values)), dtype=object) if values.dtype == object else values
    codes, names = pd.factorize(texts, use_na_sentinel=False)
    return Coded(codes.astype(np.int64), tuple(map(_text, names)))


def _text(value: Any) -> str:
    """Return a value as its cell in a CSV would read."""
    import pandas as pd

    if isinstance(value, str):
        return value
    return MISSING if pd.api.types.is_scalar(value) and bool(pd.isna(value)) else str(value)
