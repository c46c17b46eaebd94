"""Two inputs whose rows are put side by side: each side, and the pairs by position."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Integers
from cecli.core.errors import InputError, RowError, shown
from cecli.core.table import Partition, Table
from cecli.readers.views import InOrder

# The role of the number of a row in its input, from 0 on, those that cannot be used included.
ROW = "row"
SKIPPED = frozenset(reason.remark for reason in Reason)
NO_LINES = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Side:
    """A table, what is to be read of it, and what is done to each chunk before it has a partner."""

    table: Table
    columns: Sequence[Column]
    preparations: Sequence[Callable[[Chunk], Chunk]]

    def chunks(self, bad_rows: BadRows) -> Iterator["Numbered"]:
        """Yield all rows in order; the last chunk may have a defect."""
        seen = 0
        for partition in InOrder(self.table).partitions(self.columns, bad_rows):
            for chunk, rows, end in _numbered(partition, seen):
                prepared = chunk.with_numbers(**{ROW: rows.astype(np.float64)})
                for prepare in self.preparations:
                    prepared = prepare(prepared)
                yield Numbered(prepared, end)
                seen = end
                if prepared.defect is not None:
                    return


@dataclass(frozen=True, eq=False)
class Sides:
    """Two inputs that are one table, with the header of the first.

    Attributes
    ----------
    adopted : under which roles the numbers of the second's roles are kept.
    """

    first: Side
    second: Side
    adopted: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.first.table.name

    @property
    def names(self) -> Sequence[str]:
        return list(dict.fromkeys([*self.first.table.names, *self.second.table.names]))

    @property
    def header(self) -> Sequence[str]:
        return self.first.table.header


@dataclass(frozen=True, eq=False)
class Numbered:
    """Some rows with their numbers under ROW, all of them below `end`, as those to come are not."""

    chunk: Chunk
    end: int

    @property
    def rows(self) -> Integers:
        return self.chunk.numbers[ROW].astype(np.int64)


def _numbered(partition: Partition, seen: int) -> Iterator[tuple[Chunk, Integers, int]]:
    """Yield chunks, the numbers of their rows, and how many rows there have been after them.

    Lines of skipped rows come with the first chunk of a block, before their turn.
    """
    chunk, early, last = None, NO_LINES, -1
    for chunk in partition.chunks():
        skipped = [lines for code, lines in chunk.remarks.items() if code in SKIPPED]
        lines = np.concatenate([chunk.lines, *skipped])
        if lines.size and lines.min() <= last:  # another input begins, and counts anew
            seen, early = seen + len(early), NO_LINES
        early = np.unique(np.concatenate([early, *skipped]))
        due = early[early <= chunk.lines[-1]] if len(chunk) else early
        early = early[len(due) :]
        last = int(max(chunk.lines[-1:].max(initial=-1), due.max(initial=-1), 0))
        rows = seen + np.arange(len(chunk)) + np.searchsorted(due, chunk.lines)
        seen += len(chunk) + len(due)
        yield chunk, rows, seen
    if chunk is not None and early.size:
        nothing = replace(chunk.where(np.zeros(len(chunk), dtype=np.bool_)), remarks={})
        yield nothing, NO_LINES, seen + len(early)


def roles_of(adopted: Mapping[str, str]) -> Sequence[str]:
    """Return what the second of two rows is asked for: its predictions, and what was observed."""
    return [*adopted, "target", "label"]


def side_by_side(first: Chunk, second: Chunk, adopted: Mapping[str, str], hint: str) -> Chunk:
    """Return the rows of the first with some numbers of the second's, row by row.

    Parameters
    ----------
    adopted : under which roles the numbers of the second's roles are kept.
    hint : what to do about rows whose labels differ; the chunk ends before the first of them.
    """
    numbers = {ours: second.numbers[its] for its, ours in adopted.items() if its in second.numbers}
    scales = {ours: second.scales.get(its, Scale.PROBABILITY) for its, ours in adopted.items()}
    pair = replace(
        first, numbers={**first.numbers, **numbers}, scales={**first.scales, **scales}, remarks={}
    )
    if "target" not in second.numbers:
        return pair
    targets = np.atleast_2d(first.numbers["target"]), np.atleast_2d(second.numbers["target"])
    differ = (targets[0] != targets[1]).any(axis=0)
    if not differ.any():
        return pair
    row = int(np.argmax(differ))
    place, word = (
        "{}:{}".format(*first.position(row)),
        "label" if "label" in second.texts else "target",
    )
    what = f"the {word} is {_target(second, row)}, and {_target(first, row)} in {place}"
    return pair.until(row, RowError.at(*second.position(row), what, hint))


def remarks_of(chunk: Chunk, pair: Chunk) -> Chunk:
    """Return no rows, of the form of a pair, with all that was remarked on some."""
    nothing = pair.where(np.zeros(len(pair), dtype=np.bool_))
    return replace(nothing, source=chunk.source, remarks=chunk.remarks, defect=None)


def _target(chunk: Chunk, row: int) -> str:
    label = chunk.texts.get("label")
    if label is not None:
        return shown(label.names[label.codes[row]])
    return str(chunk.numbers["target"][..., row].tolist())


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
