"""The join by key, with the second input in memory or, if it is too large, in a database."""

from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import ClassVar

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows, OnUnmatched
from cecli.columns.column import Column
from cecli.core.chunk import Chunk
from cecli.core.errors import InputError, shown
from cecli.core.plan import Noticing
from cecli.core.remarks import at_rows, counted
from cecli.core.statistic import States
from cecli.join.database import Database, require_duckdb, temporary_folder
from cecli.join.disk import OutOfCore, SetAside
from cecli.join.keys import KeyedRows, KeyedSide, Partners, in_one
from cecli.join.memory import InMemory
from cecli.join.sides import Side, Sides, remarks_of, roles_of, side_by_side
from cecli.report.result import Notice
from cecli.statistics.first_rows import Remarked

# The most that is joined in memory: about fourteen million rows with a short key and one
# probability. At its peak, the join takes half as much again.
MOST_BYTES = 1 << 30


@contextmanager
def partners_of(side: Side, bad_rows: BadRows, roles: Sequence[str]) -> Iterator[Partners]:
    """Yield all rows of a side, with their columns of some roles, for lookup by key.

    Raises
    ------
    InputError
        If a row cannot be used, a key occurs twice, or there are no rows.
    MissingExtraError
        If the rows do not fit in memory, and DuckDB is not installed.
    """
    rows = KeyedSide(side, bad_rows, roles)
    coming, pieces, size = iter(rows), deque[KeyedRows](), 0
    for piece in coming:
        pieces.append(piece)
        size += piece.size
        if size > MOST_BYTES:
            require_duckdb(rows.name)
            with (
                temporary_folder() as folder,
                closing(Database(folder)) as database,
                closing(SetAside(folder)) as first,
            ):
                yield OutOfCore(database, first, rows, chain(_drained(pieces), coming))
            return
    if not pieces:
        raise InputError("has a header and no data rows", side.table.name)
    kept = in_one(pieces)
    pieces.clear()
    yield InMemory(rows, kept)


def _drained(pieces: deque[KeyedRows]) -> Iterator[KeyedRows]:
    """Yield the pieces, releasing each of them."""
    while pieces:
        yield pieces.popleft()


# The code of remarks on rows without a partner.
UNMATCHED = "unmatched-id"


def _unmatched(who: str, states: States) -> Notice | None:
    rows = states[Remarked(UNMATCHED)]
    if not rows.count:
        return None
    what = f"{counted(rows.count, 'row')} left out: {who} does not have their id"
    return at_rows(UNMATCHED, rows, what)


def without_partner(who: str) -> Noticing:
    """Report the number of rows whose key someone else does not have."""
    return Noticing((Remarked(UNMATCHED),), partial(_unmatched, who))


WITHOUT_PARTNER = without_partner("the other input")
HINT = "the key identifies different observations: is it the right column?"


def _left_out(chunk: Chunk, role: str) -> Chunk:
    """Return the remark on the rows that were joined to those of a chunk, by their lines."""
    lines = np.sort(chunk.numbers[role].astype(np.int64))
    return replace(chunk, source=chunk.origins[role], remarks={UNMATCHED: lines})


@dataclass(frozen=True, eq=False)
class JoinedTable(Sides):
    """The rows of two tables that share a key, in the order of the first.

    Attributes
    ----------
    lines : the roles of the lines of rows that are joined to those of the first table already.
    """

    on_unmatched: OnUnmatched
    lines: Sequence[str] = ()

    def partitions(
        self,
        columns: Sequence[Column],  # noqa: ARG002
        bad_rows: BadRows = STRICT,
    ) -> Sequence["JoinedRows"]:
        return [JoinedRows(self, bad_rows)]


@dataclass(frozen=True, eq=False)
class JoinedRows:
    """All rows of the first table, joined with the second, which is kept."""

    table: JoinedTable
    bad_rows: BadRows

    @property
    def source(self) -> str:
        """The name of the first input."""
        return self.table.name

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        return None

    def chunks(self) -> Generator[Chunk, None, None]:
        """Yield the pairs of rows, and all remarks, including those on unmatched rows."""
        table = self.table
        with partners_of(table.second, self.bad_rows, roles_of(table.adopted)) as partners:
            yield from self._pairs(partners)

    def _pairs(self, partners: Partners) -> Generator[Chunk, None, None]:
        skips, last = self.table.on_unmatched is OnUnmatched.SKIP, None
        rows = found = 0
        for match in partners.matches(self.table.first.chunks(self.bad_rows)):
            first = match.first
            if skips:
                first = first.with_remark(UNMATCHED, ~match.has_partner)
            last = side_by_side(
                first.where(match.has_partner), match.second, self.table.adopted, HINT
            )
            rows, found = rows + len(first), found + len(last)
            yield last
            yield remarks_of(first, last)
            for role in self.table.lines if skips else ():
                yield remarks_of(_left_out(match.first.where(~match.has_partner), role), last)
            if first.defect is not None:
                raise first.defect
        if not skips:
            self._refuse_alone(partners)
        elif rows and not found:
            raise self._nothing_in_common()
        if last is not None:
            for chunk in partners.remarked:
                yield remarks_of(chunk, last)
            for chunk in partners.chunks_alone() if skips else ():
                yield remarks_of(replace(chunk, remarks={UNMATCHED: chunk.lines}), last)

    def _nothing_in_common(self) -> InputError:
        return InputError(
            f"none of its keys is in {self.table.second.table.name}",
            self.table.first.table.name,
            "is it the right column? keys are compared as text, so 01 is not 1",
        )

    def _refuse_alone(self, partners: Partners) -> None:
        names = self.table.first.table.name, self.table.second.table.name
        for alone, here, there in (
            (partners.first_alone, names[0], names[1]),
            (partners.second_alone, names[1], names[0]),
        ):
            found = alone()
            if found.count:
                keys = "key is" if found.count == 1 else "keys are"
                skipped = " (or the row was skipped)" if self.bad_rows.skips else ""
                listed = [f"{shown(key)} (line {line})" for key, line in found.examples]
                listed += ["…"] * (found.count > len(listed))
                raise InputError(
                    f"{found.count:,} {keys} not in {there}{skipped}: {', '.join(listed)}",
                    here,
                    "--on-unmatched skip leaves out and counts such rows",
                )
