"""The contents of a file: its columns, and the rows that cannot be used."""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from typing import Any, ClassVar

from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.column import listed, refuse_wrong_delimiter
from cecli.columns.hints import number_hint
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError, named
from cecli.core.fold import fold
from cecli.core.plan import Noticing
from cecli.core.remarks import BLANK_LINES, SkippedRows
from cecli.core.statistic import States, Statistic
from cecli.core.table import Partition, Table, beginning_of, nested_in
from cecli.engines import Engine, serial
from cecli.guessing.case import Case
from cecli.guessing.evidence import columns_of, look, rows_to_look_at
from cecli.guessing.guess import Guess, guess
from cecli.guessing.names import Suggestion
from cecli.guessing.profile import Profile
from cecli.guessing.proposal import Asking
from cecli.guessing.roles import Read, Role, Strength
from cecli.report.inspection import ColumnFound, Inspection
from cecli.report.result import Input, Notice
from cecli.statistics.mean import WEIGHT

# Roles of columns without a part in a score, and what hardly anything suggests.
UNTOLD = frozenset({Role.NONE, Role.ID})
WEAK = (Role.CLASSES, Strength.VALUES)
PREDICTIONS = frozenset({Suggestion.PROB, Suggestion.PREDICTED, Suggestion.LOG_PROB})


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


def survey(
    table: Table,
    asking: Asking,
    said: Sequence[str] = (),
    *,
    everything: bool,
    engine: Engine = serial,
) -> Inspection:
    """Return what a table contains, from all of its rows or about the first ten thousand.

    Parameters
    ----------
    asking : the command to propose, and the input that it names.
    said : how the text is read, if its first lines showed it.
    engine : reads all rows, if these are wanted.

    Raises
    ------
    InputError
        If no row can be read.
    """
    refuse_wrong_delimiter(table.header, table.name)
    counts = Counter(table.header)
    nested = nested_in(table)
    once = [column for column in columns_of(table.header) if column.name not in nested]
    skipped = SkippedRows(BadRows(frozenset(Reason)))
    watches = [*skipped.watches, BLANK_LINES]
    profiles = {column.name: Profile(column.role) for column in once}
    statistics: list[Statistic[Any]] = [
        WEIGHT,
        *profiles.values(),
        *(statistic for watch in watches for statistic in watch.statistics),
    ]
    evidence = look(table)
    partitions = table.partitions(once, skipped.bad_rows)
    is_whole = everything or len(partitions) == 1
    if not everything:
        first = beginning_of(table, once, skipped.bad_rows) or partitions[0]
        partitions = [_Beginning(first, rows_to_look_at(len(once)))]
    states = fold(partitions, statistics, engine=engine if everything else serial)
    rows = states[WEIGHT].rows
    if not rows and skipped.by_reason(states):
        fold(table.partitions(once), statistics)  # tells what is wrong with the first row
        skipped.check(states, rows, table.name)  # a stream is not read again
    if not rows:
        raise InputError("has a header and no data rows", table.name)
    seen = [replace(column, profile=states[profiles[column.name]]) for column in evidence.columns]
    found = guess(Case(replace(evidence, columns=tuple(seen)), {}), asking)
    notices = [notice for watch in watches for notice in _noticed(watch, states, table.names)]
    return Inspection(
        Input(tuple(table.names), rows, float(rows), skipped.by_reason(states)),
        everything
        or (
            is_whole
            and rows < rows_to_look_at(len(once))
            and _rows_of(table) <= rows + sum(skipped.by_reason(states).values())
        ),
        tuple(map(_column, found.case.reads)),
        (
            *(Notice("reading", text) for text in said),
            *notices,
            *_twice(counts),
            *_nested(nested),
            *_remarks(found.case.reads),
            *_refusal(found),
        ),
        found.commands,
    )


def _rows_of(table: Table) -> int:
    """Return the number of rows of a table of one partition, whose beginning may be cut short."""
    return int(fold(table.partitions((), BadRows(frozenset(Reason))), [WEIGHT])[WEIGHT].rows)


def _remarks(reads: Sequence[Read]) -> Iterator[Notice]:
    """Yield what to do about columns of predictions whose first values are no numbers."""
    for read in reads:
        profile = read.column.profile
        if read.column.named.suggestion in PREDICTIONS and profile.kind != "numbers":
            hint = next(filter(None, map(number_hint, profile.first)), "")
            if hint and read.role is not Role.LISTS:
                yield Notice("no-numbers", f"column {named(read.name)}: {hint}")


def _refusal(found: Guess) -> Iterator[Notice]:
    """Yield why nothing is proposed, if so."""
    if not found.commands:
        error = found.refusal
        yield Notice("not-clear", f"{error.what}; {error.hint}" if error.hint else error.what)


def _noticed(watch: Noticing, states: States, names: Sequence[str]) -> Iterator[Notice]:
    notice = watch.notice(states)
    if notice is not None:
        # With a single input, line numbers are enough to locate rows.
        yield notice if len(names) > 1 else replace(notice, places=())


def _column(read: Read) -> ColumnFound:
    profile = read.column.profile
    is_range = profile.numbers > 0
    is_told = read.role not in UNTOLD and (read.role, read.strength) != WEAK
    return ColumnFound(
        read.name,
        profile.kind,
        f"{read.told}, {read.reason}" if is_told else "",
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
