"""Two inputs whose rows are put side by side in their order."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.core.chunk import Chunk, Integers
from cecli.core.errors import InputError, RowError
from cecli.join.sides import Side, Sides, remarks_of, side_by_side

HINT = "are the rows in the same order? --id COL puts those together that share a key"


@dataclass(frozen=True, eq=False)
class PairedTable(Sides):
    """The rows of two tables, the first with the first, and so on to the last."""

    def partitions(
        self,
        columns: Sequence[Column],  # noqa: ARG002
        bad_rows: BadRows = STRICT,
    ) -> Sequence["PairedRows"]:
        return [PairedRows(self, bad_rows)]


@dataclass(frozen=True, eq=False)
class PairedRows:
    """All rows of both, in one go: neither is further ahead of the other than by a chunk."""

    sides: Sides
    bad_rows: BadRows

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        return None

    def chunks(self) -> Generator[Chunk, None, None]:
        """Yield the rows that can be used on both sides, and what was remarked on either."""
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
        rows = first.count(), second.count()
        if rows[0] != rows[1]:
            raise InputError(
                f"has {rows[1]:,} rows, and {self.sides.name} has {rows[0]:,}: rows are "
                "compared by their position only where there are as many",
                self.sides.second.table.name,
                "--id COL puts those rows together that share a key",
            )


def _common(first: tuple[Chunk, Integers], second: tuple[Chunk, Integers]) -> tuple[Chunk, Chunk]:
    """Return the rows whose numbers are on both sides."""
    (a, rows), (b, others) = first, second
    if np.array_equal(rows, others):
        return a, b
    return a.where(np.isin(rows, others)), b.where(np.isin(others, rows))


class _Unread:
    """The rows of a side from the first on that has not been taken."""

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
        """Read on until there is a row with a higher number, or no more rows."""
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
        """Return the rows with lower numbers, and these."""
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
        """Return how many rows there are in all, by reading the others."""
        for numbered in self._numbered:
            self.end = numbered.end
        return self.end
