"""The two inputs of a join, and the join by position."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.column import Column
from cecli.core.chunk import ORIGIN, Chunk, Integers
from cecli.core.errors import InputError, RowError, shown
from cecli.core.remarks import counted
from cecli.core.table import Partition, Table
from cecli.numerics import Floats
from cecli.numerics.distributions.distributions import stated
from cecli.readers.views import InOrder

# The role of a row's number in its side, from 0, counting bad rows as well.
ROW = "row of side"
# The role of a row's line, if a pair keeps it.
LINE = "line"
SKIPPED = frozenset(reason.remark for reason in Reason)
V = TypeVar("V")
NO_LINES = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Side:
    """A table, the columns to read, and the preparations of each chunk before the join.

    Attributes
    ----------
    whose : whose keys they are, after "the key 1", if the table has others as well.
    """

    table: Table
    columns: Sequence[Column]
    preparations: Sequence[Callable[[Chunk], Chunk]]
    whose: str = ""

    def chunks(self, bad_rows: BadRows) -> Iterator["Numbered"]:
        """Yield all rows in order; the last chunk may have a defect."""
        seen = 0
        for partition in InOrder(self.table).partitions(self.columns, bad_rows):
            for chunk, rows, end in _numbered(partition, seen):
                prepared = chunk.with_numbers(**{ROW: rows.astype(np.float64)})
                for prepare in self.preparations:
                    prepared = prepare(prepared)
                yield Numbered(prepared, end, self.whose)
                seen = end
                if prepared.defect is not None:
                    return


@dataclass(frozen=True, eq=False)
class Sides:
    """Two inputs joined into one table, with the header of the first.

    Attributes
    ----------
    adopted : the new role in a pair of each role of the second input that is kept.
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
    """Rows with their numbers under ROW: all below `end`, while later rows are not."""

    chunk: Chunk
    end: int
    whose: str = ""

    @property
    def rows(self) -> Integers:
        return self.chunk.numbers[ROW].astype(np.int64)


def _numbered(partition: Partition, seen: int) -> Iterator[tuple[Chunk, Integers, int]]:
    """Yield chunks, the numbers of their rows, and the number of rows up to their end.

    The remarks on skipped rows of a block come with its first chunk, ahead of their position.
    """
    chunk, early, last = None, NO_LINES, -1
    for chunk in partition.chunks():
        skipped = [lines for code, lines in chunk.remarks.items() if code in SKIPPED]
        lines = np.concatenate([chunk.lines, *skipped])
        if lines.size and lines.min() <= last:  # another input begins, with its own lines
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
    """Return the roles that a pair needs from its second row: predictions and observations."""
    return [*adopted, "target", "label"]


def side_by_side(first: Chunk, second: Chunk, adopted: Mapping[str, str], hint: str) -> Chunk:
    """Return the rows of the first chunk with columns of the second chunk added, row by row.

    Parameters
    ----------
    adopted : the new role of each role of the second chunk that is kept.
    hint : what to do about rows whose labels differ; the chunk ends before the first of them.
    """
    pair = replace(
        first,
        numbers={**first.numbers, **_adopted(second.numbers, adopted)},
        texts={**first.texts, **_adopted(second.texts, adopted)},
        scales={**first.scales, **_adopted(second.scales, adopted)},
        origins={**first.origins, **_adopted({LINE: second.source}, adopted)},
        remarks={},
    )
    if ORIGIN in adopted:
        return replace(pair, origins=dict.fromkeys(adopted.values(), second.source))
    if "target" not in second.numbers:
        return pair
    differ = (_targets(first) != _targets(second)).any(axis=0)
    if not differ.any():
        return pair
    row = int(np.argmax(differ))
    place, word = (
        "{}:{}".format(*first.position(row)),
        "label" if "label" in second.texts else "target",
    )
    what = f"the {word} is {_target(second, row)}, but {_target(first, row)} in {place}"
    return pair.until(row, RowError.at(*second.position(row), what, hint))


def _adopted(values: Mapping[str, V], adopted: Mapping[str, str]) -> dict[str, V]:
    return {ours: values[its] for its, ours in adopted.items() if its in values}


def remarks_of(chunk: Chunk, pair: Chunk) -> Chunk:
    """Return an empty chunk in the form of a pair, with the remarks of a chunk."""
    nothing = pair.where(np.zeros(len(pair), dtype=np.bool_))
    return replace(nothing, source=chunk.source, remarks=chunk.remarks, defect=None)


def _targets(chunk: Chunk) -> Floats:
    target, scale = chunk.numbers["target"], chunk.scales.get("target")
    return np.atleast_2d(target) if scale is None else stated(target, scale).prob


def _target(chunk: Chunk, row: int) -> str:
    label = chunk.texts.get("label")
    if label is not None:
        return shown(label.names[label.codes[row]])
    return str(chunk.numbers["target"][..., row].tolist())


HINT = "are the rows in the same order? --id COL pairs the rows that share a key"


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

    @property
    def source(self) -> str:
        """The name of the first input."""
        return self.sides.name

    continues: ClassVar[bool] = False

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
        rows = first.count(), second.count()
        if rows[0] != rows[1]:
            raise InputError(
                f"has {counted(rows[1], 'row')}, but {self.sides.name} has {rows[0]:,}: "
                "to match them by position, there must be equally many",
                self.sides.second.table.name,
                "--id COL pairs the rows that share a key",
            )


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
