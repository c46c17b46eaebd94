"""The contents of a file: its columns, and the rows that cannot be used."""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.column import Column, listed, refuse_wrong_delimiter
from cecli.commands.inspect.advice import Seen, advice, remarks, role_of
from cecli.commands.inspect.profile import Profile
from cecli.core.chunk import Chunk
from cecli.core.errors import InputError
from cecli.core.fold import fold
from cecli.core.plan import Noticing
from cecli.core.remarks import BLANK_LINES, SkippedRows
from cecli.core.statistic import States, Statistic
from cecli.core.table import Partition, Table, nested_in
from cecli.report.inspection import ColumnFound, Inspection
from cecli.report.result import Input, Notice
from cecli.statistics.mean import WEIGHT

# Number of rows to inspect, unless all are asked for.
FIRST_ROWS = 10_000


@dataclass(frozen=True)
class _Beginning:
    """The first chunks of a partition, until they have enough rows."""

    partition: Partition
    rows: int

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        return None

    def chunks(self) -> Generator[Chunk, None, None]:
        left = self.rows
        for chunk in self.partition.chunks():
            yield chunk
            left -= len(chunk)
            if left <= 0:
                return


def survey(table: Table, *, everything: bool) -> Inspection:
    """Return what a table contains, from all of its rows or about the first ten thousand.

    Raises
    ------
    InputError
        If no row can be read.
    """
    refuse_wrong_delimiter(table.header, table.name)
    counts = Counter(table.header)
    columns = [Column(f"column {place}", name, None) for place, name in enumerate(counts)]
    nested = nested_in(table)
    once = [c for c in columns if counts[c.name] == 1 and c.name not in nested]
    skipped = SkippedRows(BadRows(frozenset(Reason)))
    watches = [*skipped.watches, BLANK_LINES]
    profiles = {column.name: Profile(column.role) for column in once}
    statistics: list[Statistic[Any]] = [
        WEIGHT,
        *profiles.values(),
        *(statistic for watch in watches for statistic in watch.statistics),
    ]
    partitions = table.partitions(once, skipped.bad_rows)
    is_whole = everything or len(partitions) == 1
    if not everything:
        partitions = [_Beginning(partition, FIRST_ROWS) for partition in partitions[:1]]
    states = fold(partitions, statistics)
    rows = states[WEIGHT].rows
    if not rows and skipped.by_reason(states):
        fold(table.partitions(once), statistics)  # tells what is wrong with the first row
        skipped.check(states, rows, table.name)  # a stream is not read again
    if not rows:
        raise InputError("has a header and no data rows", table.name)
    seen = [
        Seen(name, states[profile], role_of(name, states[profile]))
        for name, profile in profiles.items()
    ]
    notices = [notice for watch in watches for notice in _noticed(watch, states, table.names)]
    return Inspection(
        Input(tuple(table.names), rows, float(rows), skipped.by_reason(states)),
        everything or (is_whole and rows < FIRST_ROWS),
        tuple(map(_column, seen)),
        (*notices, *_twice(counts), *_nested(nested), *remarks(seen)),
        tuple(advice(seen)),
    )


def _noticed(watch: Noticing, states: States, names: Sequence[str]) -> Iterator[Notice]:
    notice = watch.notice(states)
    if notice is not None:
        # With a single input, line numbers are enough to locate rows.
        yield notice if len(names) > 1 else replace(notice, places=())


def _column(column: Seen) -> ColumnFound:
    profile = column.profile
    is_range = profile.numbers > 0
    return ColumnFound(
        column.name,
        profile.kind,
        column.role,
        profile.missing,
        None if profile.values is None else len(profile.values),
        profile.low if is_range else None,
        profile.high if is_range else None,
        profile.first,
    )


def _twice(counts: Counter[str]) -> list[Notice]:
    twice = sorted(name for name, count in counts.items() if count > 1)
    return [Notice("same-column", f"column {name} occurs more than once") for name in twice]


def _nested(names: Sequence[str]) -> Iterator[Notice]:
    if names:
        verb = "is nested, and was" if len(names) == 1 else "are nested, and were"
        yield Notice("nested", f"{listed(names)} {verb} passed over: a cell must be one value")
