"""Tables with columns whose values are in the names of their folders, the same in all rows."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, find_each
from cecli.columns.numbers import number
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass
from cecli.core.errors import ColumnError, RowError, named, shown
from cecli.core.table import Partition
from cecli.readers.arrays import parsed_arrays
from cecli.readers.text.parsed import Parsed
from cecli.readers.views import Changed, View


@dataclass(frozen=True, eq=False)
class InFolders(View):
    """A table with further columns, whose values its folders state.

    A column that the file has as well must have the same values there.

    Attributes
    ----------
    values : the text of each key.
    """

    values: Mapping[str, str]

    @cached_property
    def added(self) -> Mapping[str, str]:
        """The values of the keys that are no columns of the file."""
        return {key: text for key, text in self.values.items() if key not in self.table.header}

    @property
    def header(self) -> Sequence[str]:
        return [*self.table.header, *self.added]

    @property
    def stated(self) -> Sequence[str]:
        return list(self.added)

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        own, stated = self._read(columns, bad_rows)
        return [Changed(partition, stated) for partition in self.table.partitions(own, bad_rows)]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> Partition | None:
        own, stated = self._read(columns, bad_rows)
        partition = super().beginning(own, bad_rows)
        return None if partition is None else Changed(partition, stated)

    def _read(
        self, columns: Sequence[Column], bad_rows: BadRows
    ) -> tuple[list[Column], "WithStated"]:
        """Return the columns to read, and what adds and compares those of folders."""
        find_each(self.header, [column.name for column in columns], self.name)
        stated = {c: self.values[c.name] for c in columns if c.name in self.values}
        for column in stated:
            if column.place is not None:
                what = f"column {shown(column.name)} is the name of a folder, the same in all rows"
                raise ColumnError(f"{what}: it cannot be the prediction of a class", self.name)
        own = [column for column in columns if column.name not in self.added]
        both = [column for column in stated if column in own]
        return own, WithStated(self.name, stated, both, bad_rows)


@dataclass(frozen=True, eq=False)
class WithStated:
    """Adds columns that are the same in each row, and compares those that a file has as well.

    Attributes
    ----------
    texts : the text of each column.
    compared : those that a chunk already has.
    """

    source: str
    texts: Mapping[Column, str]
    compared: Sequence[Column]
    bad_rows: BadRows

    def __call__(self, chunk: Chunk) -> Chunk:
        different = self._different(chunk)
        return self._with_added(chunk.until(*different) if different else chunk)

    def _different(self, chunk: Chunk) -> tuple[int, RowError] | None:
        """Return the first row with another value than its folder states, and what to say of it."""
        first: tuple[int, RowError] | None = None
        for column in self.compared:
            stated = self.texts[column]
            rows = np.flatnonzero(_differs(chunk, column, stated))
            if len(rows) and (first is None or rows[0] < first[0]):
                row = int(rows[0])
                values = f"{shown(_text(chunk, column, row))} here, but {shown(stated)}"
                what = f"column {named(column.name)}: {values} in the name of the folder"
                hint = "correct the one that is wrong, or rename the column or the folder"
                first = row, RowError.at(self.source, int(chunk.lines[row]), what, hint)
        return first

    def _with_added(self, chunk: Chunk) -> Chunk:
        if not len(chunk):
            nothing = np.empty(0, dtype=np.int64)
            texts = {c.role: Coded(nothing, ()) for c in self.texts if c.domain is None}
            numbers = {c.role: np.empty(0) for c in self.texts if c.domain is not None}
            return chunk.with_texts(**texts).with_numbers(**numbers)
        one = self._one_row(int(chunk.lines[0]))
        if one.defect is not None:
            return self._with_added(chunk.until(0, one.defect))
        for code in one.remarks:
            chunk = chunk.with_remark(code, np.ones(len(chunk), dtype=np.bool_))
        if one.remarks:
            return self._with_added(chunk.where(np.zeros(len(chunk), dtype=np.bool_)))
        codes = np.zeros(len(chunk), dtype=np.int64)
        return chunk.with_texts(
            **{role: Coded(codes, text.names) for role, text in one.texts.items()}
        ).with_numbers(
            **{role: np.repeat(values, len(chunk)) for role, values in one.numbers.items()}
        )

    def _one_row(self, line: int) -> Parsed:
        """Return the columns of a single row, read by the rules for all others."""
        cells = {column: np.array([text], dtype=object) for column, text in self.texts.items()}
        return parsed_arrays(self.source, np.array([line]), cells, self.bad_rows)


def _differs(chunk: Chunk, column: Column, stated: str) -> NDArray[np.bool_]:
    """Return which rows have another value than a folder states, shape (n,)."""
    if column.domain is not None:
        value = number(stated)
        return np.asarray(chunk.numbers[column.role] != (np.nan if value is None else value))
    text = chunk.texts[column.role]
    others = [not _are_same(name.strip(), stated.strip()) for name in text.names]
    return np.array([*others, False], dtype=np.bool_)[text.codes]


def _are_same(one: str, other: str) -> bool:
    """Return whether two texts are the same, or the same number: 01 in a folder, and 1 in rows."""
    value = number(one)
    return one == other or (value is not None and value == number(other))


def _text(chunk: Chunk, column: Column, row: int) -> str:
    if column.domain is not None:
        return str(chunk.numbers[column.role][row])
    text = chunk.texts[column.role]
    return text.names[int(text.codes[row])]
