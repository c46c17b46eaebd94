"""The contents of a file: its columns, their likely roles, and the rows that cannot be used."""

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, ClassVar, Self

import numpy as np

from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.column import Column
from cecli.columns.numbers import number
from cecli.columns.roles import CLASS_PREFIXES, DOUBTFUL_PROB_NAMES, LABEL_NAMES, PROB_NAMES
from cecli.core.chunk import Chunk
from cecli.core.fold import fold
from cecli.core.plan import Noticing
from cecli.core.remarks import BLANK_LINES, SkippedRows
from cecli.core.statistic import States, Statistic
from cecli.core.table import Partition, Table
from cecli.report.inspection import ColumnFound, Inspection
from cecli.report.result import Input, Notice

# If a column has more distinct values than this, they are neither kept nor counted.
MOST_DISTINCT = 1000
FIRST = 3
MISSING_WORDS = frozenset({"", "nan", "na", "n/a", "null", "none"})


@dataclass(frozen=True)
class ProfileState:
    """Counts of rows, of missing values and of numbers; the range of numbers; the values.

    Attributes
    ----------
    values : the distinct values; None if there are too many.
    first : the values of the first rows.
    """

    rows: int = 0
    missing: int = 0
    numbers: int = 0
    low: float = inf
    high: float = -inf
    values: frozenset[str] | None = frozenset()
    first: tuple[str, ...] = ()

    def merge(self, other: Self) -> Self:
        values = None
        if self.values is not None and other.values is not None:
            values = self.values | other.values
            values = values if len(values) <= MOST_DISTINCT else None
        return type(self)(
            self.rows + other.rows,
            self.missing + other.missing,
            self.numbers + other.numbers,
            min(self.low, other.low),
            max(self.high, other.high),
            values,
            (self.first + other.first)[:FIRST],
        )

    @property
    def kind(self) -> str:
        """The kind of the values: "empty", "numbers", "truth values", "text" or a mixture."""
        present = self.rows - self.missing
        if not present:
            return "empty"
        if self.numbers == present:
            return "numbers"
        if self.values is not None and {v.lower() for v in self.values} <= {"true", "false"}:
            return "truth values"
        return "text" if not self.numbers else "text and numbers"


@dataclass(frozen=True)
class Profile:
    """The values of one text role."""

    role: str

    def empty(self) -> ProfileState:
        return ProfileState()

    def summarize(self, chunk: Chunk) -> ProfileState:
        text = chunk.texts[self.role]
        counts = np.bincount(text.codes, minlength=len(text.names)).tolist()
        state = self.empty()
        for name, count in zip(text.names, counts, strict=True):
            if count:
                state = state.merge(_of_one(name.strip(), count))
        return replace(state, first=tuple(text.names[code] for code in text.codes[:FIRST].tolist()))


def _of_one(text: str, count: int) -> ProfileState:
    if text.lower() in MISSING_WORDS:
        return ProfileState(count, count)
    value = number(text)
    if value is None:
        return ProfileState(count, values=frozenset({text}))
    return ProfileState(count, 0, count, value, value, frozenset({text}))


# Number of rows to inspect, unless all are asked for.
FIRST_ROWS = 10_000
# A weight of k rows is another thing than k rows, so the option is named with the role.
COUNT_NAMES = frozenset({"count", "counts", "n", "freq", "frequency", "frequencies"})
WEIGHT_NAMES = frozenset({"weight", "weights", "w", "sample_weight", "wt"})


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
    """Return what a table contains, from all of its rows or about the first ten thousand."""
    names = list(dict.fromkeys(table.header))
    columns = [Column(f"column {place}", name, None) for place, name in enumerate(names)]
    counts = Counter(table.header)
    once = [column for column in columns if counts[column.name] == 1]
    skipped = SkippedRows(BadRows(frozenset(Reason)))
    watches = [*skipped.watches, BLANK_LINES]
    profiles = {column.name: Profile(column.role) for column in once}
    statistics: list[Statistic[Any]] = [
        *profiles.values(),
        *(statistic for watch in watches for statistic in watch.statistics),
    ]
    partitions = table.partitions(once, skipped.bad_rows)
    if not everything:
        partitions = [_Beginning(partition, FIRST_ROWS) for partition in partitions[:1]]
    states = fold(partitions, statistics)
    found = tuple(_column(name, states[profiles[name]]) for name in names if name in profiles)
    rows = max((states[profile].rows for profile in profiles.values()), default=0)
    notices = [notice for watch in watches for notice in _noticed(watch, states, table.names)]
    return Inspection(
        Input(tuple(table.names), rows, float(rows), skipped.by_reason(states)),
        everything or rows < FIRST_ROWS,
        found,
        (*notices, *_twice(table.header)),
        tuple(_advice(found)),
    )


def _noticed(watch: Noticing, states: States, names: Sequence[str]) -> Iterator[Notice]:
    notice = watch.notice(states)
    if notice is not None:
        # With a single input, line numbers are enough to locate rows.
        yield notice if len(names) > 1 else replace(notice, places=())


def _column(name: str, profile: ProfileState) -> ColumnFound:
    values = profile.values
    is_range = profile.numbers > 0
    return ColumnFound(
        name,
        profile.kind,
        _role(name, profile),
        profile.missing,
        None if values is None else len(values),
        profile.low if is_range else None,
        profile.high if is_range else None,
        profile.first,
    )


def _role(name: str, profile: ProfileState) -> str:
    """Return the likely role of a column, and the reason; empty if there is no evidence."""
    folded = name.strip().casefold()
    if folded in LABEL_NAMES:
        return "label, by its name"
    if folded in WEIGHT_NAMES:
        return "weight (--weight), by its name"
    if folded in COUNT_NAMES and profile.kind == "numbers" and profile.low >= 0.0:
        return "count of equal rows (--count), by its name"
    in_range = profile.numbers and profile.low >= 0.0 and profile.high <= 1.0
    if folded in PROB_NAMES | DOUBTFUL_PROB_NAMES:
        return "prob, by its name"
    if folded.startswith(CLASS_PREFIXES) and in_range:
        return "prob of a class, by its name"
    if profile.kind == "numbers" and in_range and profile.values != frozenset({"0", "1"}):
        return "prob, by its range"
    if profile.values is not None and profile.values == frozenset({"0", "1"}):
        return "label, by its values"
    return ""


def _twice(header: Sequence[str]) -> list[Notice]:
    twice = sorted(name for name, count in Counter(header).items() if count > 1)
    return [Notice("same-column", f"column {name} occurs more than once") for name in twice]


def _advice(columns: Sequence[ColumnFound]) -> Iterator[str]:
    """Yield commands that could score the file, judging by names and ranges of columns."""
    by_role: dict[str, list[ColumnFound]] = {}
    for column in columns:
        by_role.setdefault(column.role.partition(",")[0], []).append(column)
    label = _option("--label", by_role.get("label", []))
    named = [c for c in by_role.get("prob", []) if c.role == "prob, by its name"]
    probs = named or by_role.get("prob", [])
    if label and len(probs) == 1:
        yield f"cecli score FILE {label} {_option('--prob', probs)}{_scale(probs[0])}"
    for prefix in CLASS_PREFIXES:
        if sum(column.name.startswith(prefix) for column in columns) > 1:
            yield f"cecli score FILE {label or '--label COL'} --prob '{prefix}*'"


def _option(option: str, columns: Sequence[ColumnFound]) -> str:
    return f"{option} {columns[0].name}" if columns else ""


def _scale(column: ColumnFound) -> str:
    low, high = column.low, column.high
    if low is None or high is None or (low >= 0.0 and high <= 1.0):
        return ""
    return " --from percent" if low >= 0.0 and high <= 100.0 else " --from logit"
