"""The join by key, with the second input in memory or, if it is too large, in temporary files."""

from collections.abc import Generator, Iterator, Sequence, Set
from contextlib import contextmanager
from functools import partial
from itertools import chain, product
from typing import ClassVar

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows, OnUnmatched
from cecli.columns.column import Column
from cecli.columns.numbers import number
from cecli.core.chunk import Chunk, Position
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError, shown
from cecli.core.plan import Noticing
from cecli.core.remarks import at_rows, counted
from cecli.core.statistic import States
from cecli.core.table import Partition
from cecli.join.disk import OutOfCore
from cecli.join.keys import Alone, KeyedSide, Match, Partners
from cecli.join.memory import InMemory
from cecli.join.sides import Side, Sides, remarks_of, roles_of, side_by_side
from cecli.join.spill import temporary_folder
from cecli.report.result import Notice
from cecli.statistics.first_rows import Remarked

# The most that is kept in memory: about sixteen million rows with a short key and one probability.
MOST_BYTES = 1 << 30


@contextmanager
def partners_of(side: Side, bad_rows: BadRows, roles: Sequence[str]) -> Iterator[Partners]:
    """Yield all rows of a side, with their columns of some roles, for lookup by key.

    Raises
    ------
    InputError
        If a row cannot be used, a key occurs twice, or there are no rows.
    """
    rows = KeyedSide(side, bad_rows, roles)
    coming, partners = iter(rows), InMemory(rows)
    for piece in coming:
        partners.add(piece)
        if partners.rows and partners.kept.nbytes > MOST_BYTES:
            break
    else:
        if not partners.rows:
            raise InputError("has a header and no data rows", side.table.name)
        yield partners
        return
    names = partners.names
    further = ((piece.keys, names.columns(piece.rows)) for piece in coming)
    pieces = chain(partners.kept.given_back(), further)
    del partners
    with temporary_folder() as folder:
        yield OutOfCore(folder, rows, names, pieces)


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
SKIPPING = "--on-unmatched skip leaves out and counts such rows"
# What is told where no rows have a partner.
ANOTHER_KEY = "is it the right column? keys are compared as text, so 01 is not 1"


def _left_out(chunk: Chunk, role: str) -> Chunk:
    """Return the remark on the rows that were joined to those of a chunk, by their lines."""
    lines = np.sort(chunk.numbers[role].astype(np.int64))
    return replace(chunk, source=chunk.origins[role], remarks={UNMATCHED: lines})


def _that_count(match: Match, nothing: set[Position]) -> Match:
    """Return a match without the rows of weight 0; note where those without a partner are."""
    weight, has_partner = match.first.weight, match.has_partner
    if weight is None or weight.all():
        return match
    counts = weight > 0.0
    alone = np.flatnonzero(~counts & ~has_partner)
    nothing.update(match.first.position(row) for row in alone.tolist())
    second = match.second.where(counts[has_partner])
    return Match(match.first.where(counts), has_partner[counts], second)


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
class OneChunk:
    """Some rows in memory."""

    chunk: Chunk

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        return None

    def chunks(self) -> Generator[Chunk, None, None]:
        yield self.chunk


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

    def parts(self) -> Iterator[Partition]:
        """Yield pairs as they are found, to be folded by other threads."""
        return map(OneChunk, self.chunks())

    def chunks(self) -> Generator[Chunk, None, None]:
        """Yield the pairs of rows, and all remarks, including those on unmatched rows."""
        table = self.table
        with partners_of(table.second, self.bad_rows, roles_of(table.adopted)) as partners:
            yield from self._pairs(partners)

    def _pairs(self, partners: Partners) -> Generator[Chunk, None, None]:
        skips, last = self.table.on_unmatched is OnUnmatched.SKIP, None
        rows = found = 0
        nothing: set[Position] = set()
        for match in partners.matches(self.table.first.chunks(self.bad_rows)):
            match = _that_count(match, nothing)
            first = match.first
            if skips:
                first = first.with_remark(UNMATCHED, ~match.has_partner)
            paired = first if match.has_partner.all() else first.where(match.has_partner)
            last = side_by_side(paired, match.second, self.table.adopted, HINT)
            rows, found = rows + len(first), found + len(last)
            yield last
            yield remarks_of(first, last)
            for role in self.table.lines if skips else ():
                yield remarks_of(_left_out(match.first.where(~match.has_partner), role), last)
            if first.defect is not None:
                raise first.defect
        if not skips:
            self._refuse_alone(partners, nothing, SKIPPING if found else ANOTHER_KEY)
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
            ANOTHER_KEY,
        )

    def _refuse_alone(self, partners: Partners, nothing: Set[Position], hint: str) -> None:
        ours, theirs = self.table.first.table.name, self.table.second.table.name
        first, second = partners.first_alone().without(nothing), partners.second_alone()
        for found, here, there in ((first, ours, theirs), (second, theirs, ours)):
            if found.count:
                keys = "key is" if found.count == 1 else "keys are"
                skipped = " (or the row was skipped)" if self.bad_rows.skips else ""
                listed = [f"{shown(key)} ({_place(at, here)})" for key, at in found.examples]
                listed += ["…"] * (found.count > len(listed))
                raise InputError(
                    f"{found.count:,} {keys} not in {there}{skipped}: {', '.join(listed)}",
                    here,
                    _written_differently(first, second) or hint,
                )


def _place(position: Position, here: str) -> str:
    """Return where a key is, in an input that may be of several files."""
    source, line = position
    return f"line {line}" if source == here else f"{source}:{line}"


def _written_differently(first: Alone, second: Alone) -> str:
    """Return what to do about two keys that are the same number, or differ in blanks or case."""
    for ours, theirs in product(first.examples, second.examples):
        keys = ours[0], theirs[0]
        values = [number(key.strip()) for key in keys]
        if (None not in values and values[0] == values[1]) or _folded(keys[0]) == _folded(keys[1]):
            return (
                f"keys are compared as text, so {shown(keys[0])} is not {shown(keys[1])}: write "
                "them alike in both inputs"
            )
    return ""


def _folded(key: str) -> str:
    return key.strip().casefold()
