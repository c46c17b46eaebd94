"""The join by position: rows of two inputs in the same order."""

from collections.abc import Generator, Sequence
from typing import ClassVar

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError, RowError
from cecli.core.remarks import counted
from cecli.core.table import Table
from cecli.join.sides import Side, Sides, remarks_of, side_by_side

PAIRS = "--id COL pairs the rows that share a key"
HINT = f"are the rows in the same order? {PAIRS}"


@dataclass(frozen=True, eq=False)
class PairedTable(Sides):
    """The rows of two tables, paired by position."""

    def partitions(
        self,
        columns: Sequence[Column],  # noqa: ARG002
        bad_rows: BadRows = STRICT,
    ) -> Sequence["PairedRows"]:
        return [PairedRows(self, bad_rows)]


@dataclass(frozen=True, eq=False)
class PairedRows:
    """All pairs of rows, in one partition. Neither side is read more than a chunk ahead."""

    sides: Sides
    bad_rows: BadRows

    continues: ClassVar[bool] = False

    @property
    def source(self) -> str:
        """The name of the first input."""
        return self.sides.name

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        return None

    def chunks(self) -> Generator[Chunk, None, None]:
        """Yield the pairs of rows that are usable on both sides, and the remarks of both sides."""
        sides = _Unread(self.sides.first, self.bad_rows), _Unread(self.sides.second, self.bad_rows)
        done = -1
        while True:
            for side in sides:
                side.read_past(done)
            limit = min(side.end for side in sides)
            if limit <= done or any(side.is_empty for side in sides):
                break
            pair = side_by_side(
                *_common(*(side.take(limit) for side in sides)), self.sides.adopted, HINT
            )
            yield pair
            for remarked in (remarked for side in sides for remarked in side.taken_remarks()):
                yield remarks_of(remarked, pair)
            done = limit
        for side in sides:
            if side.end <= done and side.defect is not None:
                raise side.defect
        self._refuse_other_count(*sides)

    def _refuse_other_count(self, first: "_Unread", second: "_Unread") -> None:
        tables = self.sides.first.table, self.sides.second.table
        _refuse_other_rows(*tables, first.count(), second.count())


def refuse_other_lengths(first: Table, second: Table) -> None:
    """Raise an InputError if two arrays differ in length, which is known before they are read."""
    rows, others = _length_of(first), _length_of(second)
    if rows is not None and others is not None:
        _refuse_other_rows(first, second, rows, others)


def _length_of(table: Table) -> int | None:
    length: int | None = getattr(table, "length", None)
    return length


def refuse_transposed(first: Table, second: Table) -> None:
    """Raise an InputError if an array has the rows of another one as its columns."""
    rows, others = _length_of(first), _length_of(second)
    if rows is None or others is None or list(first.header) == list(second.header):
        return
    if _transposed(first, others) or _transposed(second, rows):
        _refuse_other_rows(first, second, rows, others)


def _refuse_other_rows(first: Table, second: Table, rows: int, others: int) -> None:
    """Raise an InputError if the numbers of rows of two inputs differ."""
    if rows == others:
        return
    raise InputError(
        f"has {counted(others, 'row')}, but {first.name} has {rows:,}: "
        "to match them by position, there must be equally many",
        second.name,
        _transposed(first, others) or _transposed(second, rows) or PAIRS,
    )


def _transposed(table: Table, rows: int) -> str:
    """Return what to do about an array that has the rows of the other input as its columns."""
    if _length_of(table) is None or len(table.header) != rows:
        return ""
    return f"{table.name} has {rows:,} columns: transpose it, array.T, if these are its rows"


def _common(first: tuple[Chunk, Integers], second: tuple[Chunk, Integers]) -> tuple[Chunk, Chunk]:
    """Return the rows whose numbers are on both sides."""
    (a, rows), (b, others) = first, second
    if np.array_equal(rows, others):
        return a, b
    return a.where(np.isin(rows, others)), b.where(np.isin(others, rows))


class _Unread:
    """The rows of a side that have not been taken yet."""

    def __init__(self, side: Side, bad_rows: BadRows) -> None:
        self._numbered = side.chunks(bad_rows)
        self._remarks: list[Chunk] = []
        self._chunk: Chunk | None = None
        self._rows: Integers = np.empty(0, dtype=np.int64)
        self.end = 0
        self.defect: RowError | None = None

    @property
    def is_empty(self) -> bool:
        return self._chunk is None

    def read_past(self, done: int) -> None:
        """Read until there is a row numbered `done` or higher, or until the rows end."""
        while self.end <= done or self._chunk is None:
            numbered = next(self._numbered, None)
            if numbered is None:
                return
            chunk = numbered.chunk
            if chunk.remarks:
                self._remarks.append(chunk)
            self._chunk, self._rows, self.defect = chunk, numbered.rows, chunk.defect
            before_defect = int((numbered.rows[-1:] + 1).max(initial=done))
            self.end = numbered.end if chunk.defect is None else before_defect

    def take(self, limit: int) -> tuple[Chunk, Integers]:
        """Remove and return the rows numbered below `limit`, and their numbers."""
        if self._chunk is None:
            raise ValueError("nothing has been read")
        below = self._rows < limit
        taken, rows = self._chunk.where(below), self._rows[below]
        self._chunk, self._rows = self._chunk.where(~below), self._rows[~below]
        return replace(taken, defect=None), rows

    def taken_remarks(self) -> list[Chunk]:
        remarks, self._remarks = self._remarks, []
        return remarks

    def count(self) -> int:
        """Read the remaining rows, and return the number of all rows."""
        for numbered in self._numbered:
            self.end = numbered.end
        return self.end
