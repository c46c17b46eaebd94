"""Several events a row, each with a probability and a label of its own."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, find, listed
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import ColumnError, UsageError, shown
from cecli.core.table import Partition, Table
from cecli.options.scoring import Scoring
from cecli.readers.text.parsed import block_rows
from cecli.readers.views import Changed, View
from cecli.report.result import Notice
from cecli.shapes.sharing import partitions_of

STAR = "*"
PROBS = "probabilities of events"
HINT = "--pairs '*=*_outcome' takes r1 with r1_outcome, and --pairs 'p_*=y_*' p_a with y_a"


class EventColumns(NamedTuple):
    """An event, and the columns of its probability and of its label."""

    name: str
    prob: str
    label: str


@dataclass(frozen=True)
class SeveralEvents:
    """Each row is one row for each event, which patterns of columns match.

    Attributes
    ----------
    prob, label : the patterns, whose star stands for the event.
    column : the name of the column that says which event a row is of.
    option : what the user gave.
    """

    prob: str
    label: str
    column: str
    option: str

    def of(self, table: Table, scoring: Scoring) -> tuple[Table, Scoring]:
        if self.column in table.header:
            raise ColumnError(
                f"column {shown(self.column)} would be that of the events; rename it", table.name
            )
        taken = {*scoring.taken} - {self.label}
        events = events_of(self.prob, self.label, table, taken)
        grouping = scoring.grouping
        if grouping.cluster is None:
            named = [*grouping.mentioned]
            if named and self.column not in named:
                by = ",".join([self.column, *grouping.by])
                raise UsageError(
                    f"with {self.option}, groups are of events: their rows would depend on each "
                    "other",
                    hint=f"--by {by}, or --cluster COL for what is independent",
                )
            grouping = replace(grouping, by_row=True)
        several = EventsTable(table, self, tuple(events))
        return several, replace(
            scoring,
            label=self.label,
            prob=(self.prob,),
            grouping=grouping,
            parts=self.column,
            notices=[*scoring.notices, self._notice(events, grouping.cluster)],
        )

    def _notice(self, events: Sequence[EventColumns], cluster: str | None) -> Notice:
        names = listed([event.name for event in events])
        units = "clusters" if cluster else "rows of the file, whose events may depend on each other"
        return Notice(
            "several-events",
            f"each row of the file is {len(events)} rows, one for each {self.column}: {names}; "
            f"intervals are over {units}",
        )


def events_of(prob: str, label: str, table: Table, taken: set[str]) -> list[EventColumns]:
    """Return the events whose two columns the patterns match, in the order of the header.

    Raises
    ------
    ColumnError
        If a column that only a pattern of events can match lacks its other one, or none match.
    """
    header = [name for name in table.header if name not in taken]
    found = {_event(prob, name): name for name in header} | {None: ""}
    labels = {_event(label, name): name for name in header} | {None: ""}
    events = [
        EventColumns(event, found[event], labels[event])
        for event in found
        if event is not None and event in labels and found[event] != labels[event]
    ]
    lacking = [
        f"{shown(mine[name])} has no {other.replace(STAR, name)}"
        for mine, others, pattern, other in (
            (found, labels, prob, label),
            (labels, found, label, prob),
        )
        if pattern != STAR
        for name in mine
        if name is not None and name not in others
    ]
    if lacking or not events:
        what = f"{shown(prob)} and {shown(label)} match no columns in pairs"
        raise ColumnError("; ".join(lacking[:3]) or what, table.name, HINT)
    return events


def _event(pattern: str, name: str) -> str | None:
    before, _, after = pattern.partition(STAR)
    is_match = name.startswith(before) and name.endswith(after)
    return name[len(before) : len(name) - len(after)] or None if is_match else None


@dataclass(frozen=True, eq=False)
class EventsTable(View):
    """A table with a row for each event of each row of another: its probability and its label."""

    shape: SeveralEvents
    events: tuple[EventColumns, ...]

    @property
    def header(self) -> Sequence[str]:
        return [*self.table.header, self.shape.label, self.shape.prob, self.shape.column]

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        read, change = self._read(columns)
        found = partitions_of(self.table, read, bad_rows)
        return [Changed(part, change, block_rows(len(self.events))) for part in found]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> Partition | None:
        read, change = self._read(columns)
        part = super().beginning(read, bad_rows)
        return None if part is None else Changed(part, change, block_rows(len(self.events)))

    def _read(self, columns: Sequence[Column]) -> tuple[list[Column], "ByEvent"]:
        """Return the columns to read, and what makes a row of each event of them."""
        for column in columns:
            find(self.header, column.name, self.name)
        roles = {
            name: tuple(column.role for column in columns if column.name == name)
            for name in (self.shape.prob, self.shape.label, self.shape.column)
        }
        read = [column for column in columns if column.name not in roles]
        for column in columns:
            if column.name == self.shape.prob:
                places = enumerate(self.events)
                read += [Column(PROBS, e.prob, column.domain, place) for place, e in places]
            if column.name == self.shape.label:
                read += [Column(_role(event), event.label, None) for event in self.events]
        return read, ByEvent(self.events, *roles.values())


def _role(event: EventColumns) -> str:
    return f"label of {event.name}"


@dataclass(frozen=True)
class ByEvent:
    """Makes a row of each event of each row.

    Attributes
    ----------
    prob, label, name : the roles of the event's probability, label and name, if they are wanted.
    """

    events: tuple[EventColumns, ...]
    prob: tuple[str, ...]
    label: tuple[str, ...]
    name: tuple[str, ...]

    def __call__(self, chunk: Chunk) -> Chunk:
        size = len(self.events)
        numbers = dict(chunk.numbers)
        probs = numbers.pop(PROBS, None)
        numbers = {role: np.repeat(x, size, axis=-1) for role, x in numbers.items()}
        own = {_role(event) for event in self.events}
        texts = {
            role: Coded(np.repeat(text.codes, size), text.names)
            for role, text in chunk.texts.items()
            if role not in own
        }
        for role in self.prob if probs is not None else ():
            numbers[role] = np.ascontiguousarray(probs.T).reshape(-1)  # type: ignore[union-attr]
        for role in self.label:
            texts[role] = self._labels(chunk)
        names = tuple(event.name for event in self.events)
        for role in self.name:
            texts[role] = Coded(np.tile(np.arange(size), len(chunk)), names)
        return replace(chunk, lines=np.repeat(chunk.lines, size), numbers=numbers, texts=texts)

    def _labels(self, chunk: Chunk) -> Coded:
        """Return the labels of all events, those of one row after the other."""
        places: dict[str, int] = {}
        codes = []
        for event in self.events:
            text = chunk.texts[_role(event)]
            recode = [places.setdefault(name, len(places)) for name in text.names]
            codes.append(np.array(recode, dtype=np.int64).take(text.codes))
        return Coded(np.ascontiguousarray(np.array(codes).T).reshape(-1), tuple(places))


def pairs_of(text: str) -> SeveralEvents:
    """Return the events that --pairs describes, such as "*=*_outcome"."""
    prob, sign, label = (part.strip() for part in text.partition("="))
    if not sign or prob.count(STAR) != 1 or label.count(STAR) != 1 or prob == label:
        raise UsageError(
            f"--pairs {shown(text)} is not two patterns, of probabilities and of labels", hint=HINT
        )
    return SeveralEvents(prob, label, "event", "--pairs")


@dataclass(frozen=True)
class PairsOfPatterns:
    """Several events a row, in the columns that two patterns match."""

    events: SeveralEvents

    def of(self, table: Table, scoring: Scoring) -> tuple[Table, Scoring]:
        given = {"--label": scoring.label, "--prob": scoring.prob, "--target": scoring.target}
        if other := next((name for name, value in given.items() if value), None):
            raise UsageError(f"--pairs excludes {other}", hint="--pairs names both columns")
        return self.events.of(table, scoring)


def _patterns_in(table: Table, scoring: Scoring) -> tuple[str, Sequence[str]]:
    """Return the patterns of labels and of probabilities, if the first rows leave no doubt."""
    # Imported here because most users name them.
    from cecli.guessing.case import Case
    from cecli.guessing.evidence import look
    from cecli.guessing.layouts import paired_patterns

    found = list(paired_patterns(Case(look(table), {}, scoring.taken)))
    sizes = [len(labels.columns) for labels, _ in found]
    if not found or sizes.count(sizes[0]) > 1:
        return "", ()
    labels, probs = found[0]
    scoring.tell(
        f"labels are {shown(labels.pattern)} and probabilities {shown(probs.pattern)}, whose stars "
        "agree; --label and --prob choose"
    )
    return labels.pattern, (probs.pattern,)


@dataclass(frozen=True)
class Multilabel:
    """Several labels a row, which can hold together."""

    def of(self, table: Table, scoring: Scoring) -> tuple[Table, Scoring]:
        label, prob = scoring.label or "", scoring.prob
        if not label and not prob and not scoring.target:
            label, prob = _patterns_in(table, scoring)
        if label.count(STAR) != 1 or len(prob) != 1 or prob[0].count(STAR) != 1 or label in prob:
            raise UsageError(
                "--multilabel needs a pattern of the labels, and one of their probabilities",
                hint="--label 'y_*' --prob 'p_*'",
            )
        return SeveralEvents(prob[0], label, "label", "--multilabel").of(table, scoring)
