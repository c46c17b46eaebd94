"""Predictions in one input, and their labels in another, as one table."""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from cecli.columns.bad_rows import STRICT, BadRows, OnUnmatched
from cecli.columns.column import JOINED, Column, find_each
from cecli.core.chunk import ORIGIN, Chunk, Preparation
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import ColumnError, named, shown
from cecli.core.plan import Noticing
from cecli.core.statistic import States
from cecli.core.table import Partition, Table, beginning_of, nested_in, stated_for
from cecli.engines import Engine, serial
from cecli.join.by_key import WITHOUT_PARTNER, JoinedTable, OneChunk
from cecli.join.by_position import PairedTable, refuse_other_lengths
from cecli.join.keys import OneKey, key_columns
from cecli.join.sides import Side
from cecli.preparations.rows import Alias
from cecli.readers.views import View
from cecli.report.result import Notice

KEY = "key"


def with_origin(chunk: Chunk) -> Chunk:
    """Return a chunk that keeps its lines when it is joined to another."""
    return chunk.with_numbers(**{ORIGIN: chunk.lines.astype(float)})


@dataclass(frozen=True)
class FirstChunk(View):
    """The first chunk of a table; no rows, if they cannot be looked at before they are read."""

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        rows = beginning_of(self.table, columns, bad_rows)
        first = None if rows is None else next(rows.chunks(), None)
        return [] if first is None else [OneChunk(first)]


@dataclass(frozen=True, eq=False)
class LabelledTable:
    """The rows of predictions with the columns of their labels.

    The header has the columns of both inputs, and those of the key once. A name that both have
    stands there twice, with the input before it: predictions.y and labels.y.

    Attributes
    ----------
    key : the columns that match the rows; none if they are matched by position.
    engine : where both inputs are parsed.

    Raises
    ------
    InputError
        If rows of two arrays are matched by position, and their lengths differ.
    """

    predictions: Table
    labels: Table
    key: Sequence[str]
    on_unmatched: OnUnmatched = OnUnmatched.ERROR
    engine: Engine = serial

    def __post_init__(self) -> None:
        if not self.key:
            refuse_other_lengths(self.predictions, self.labels)

    @property
    def name(self) -> str:
        return self.predictions.name

    @property
    def names(self) -> Sequence[str]:
        return [*self.predictions.names, *self.labels.names]

    @cached_property
    def header(self) -> Sequence[str]:
        return [*self._places]

    @property
    def nested(self) -> Sequence[str]:
        return self._named(nested_in(self.predictions), nested_in(self.labels))

    @property
    def stated(self) -> Sequence[str]:
        return self._named(stated_for(self.predictions), stated_for(self.labels))

    def _named(self, *of_sides: Sequence[str]) -> list[str]:
        """Return the names in the header of some columns of each input."""
        return [n for n, (side, own) in self._places.items() if own in of_sides[side]]

    @cached_property
    def _places(self) -> dict[str, tuple[int, str]]:
        """For each name in the header, its input, and its name there."""
        headers = [
            list(self.predictions.header),
            [name for name in self.labels.header if name not in self.key],
        ]
        counts = Counter(name for header in headers for name in dict.fromkeys(header))
        return {
            f"{JOINED[side]}.{name}" if counts[name] > 1 else name: (side, name)
            for side, header in enumerate(headers)
            for name in header
        }

    @cached_property
    def findings(self) -> Sequence[Noticing]:
        notice = Noticing((), self._notice)
        return (notice, WITHOUT_PARTNER) if self.key else (notice,)

    def _notice(self, states: States) -> Notice:  # noqa: ARG002
        how = f"by {', '.join(map(named, self.key))}" if self.key else "by position"
        what = f"the rows of {self.labels.name} were joined to those of {self.name} {how}"
        return Notice("labels-joined", what)

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> Partition | None:
        """Return the first rows of the input that has all of these columns.

        If both have some, these are the rows that the first chunks of both have in common.
        """
        asked = self._asked(columns)
        sides = zip((self.predictions, self.labels), asked, strict=True)
        with_some = [(table, some) for table, some in sides if some]
        if len(with_some) == 1:
            return beginning_of(*with_some[0], bad_rows)
        return self._first_chunks().partitions(columns, bad_rows)[0]

    def _first_chunks(self) -> "LabelledTable":
        return replace(
            self,
            predictions=FirstChunk(self.predictions),
            labels=FirstChunk(self.labels),
            on_unmatched=OnUnmatched.SKIP,
            engine=serial,
        )

    def index_of(self, line: int) -> str | None:
        """Return the index of a row of predictions in a DataFrame; None if there is none."""
        index_of = getattr(self.predictions, "index_of", None)
        return None if index_of is None else index_of(line)

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        asked = self._asked(columns)
        self._refuse_halves(*asked)
        first = self._side(self.predictions, asked[0], bad_rows)
        second = self._side(self.labels, asked[1], bad_rows, with_origin)
        adopted = {role: role for role in (ORIGIN, *(column.role for column in asked[1]))}
        if self.key:
            return JoinedTable(first, second, adopted, self.on_unmatched).partitions((), bad_rows)
        return PairedTable(first, second, adopted).partitions((), bad_rows)

    def _asked(self, columns: Sequence[Column]) -> tuple[list[Column], list[Column]]:
        """Return the columns of each input, by their names there."""
        find_each(self.header, [column.name for column in columns], self.name)
        asked: tuple[list[Column], list[Column]] = [], []
        for column in columns:
            side, name = self._places[column.name]
            asked[side].append(replace(column, name=name))
        return asked

    def _side(
        self, table: Table, asked: Sequence[Column], bad_rows: BadRows, *more: Preparation
    ) -> Side:
        """Return an input with its columns; a column of the key may have another role, too."""
        keys = key_columns(self.key, KEY, [column.name for column in asked])
        roles = {key.name: key.role for key in keys}
        again = [column for column in asked if column.name in roles]
        for column in again:
            if column.domain is not None:
                raise ColumnError(
                    f"column {shown(column.name)} cannot be both id and {column.role}", table.name
                )
        return Side(
            table,
            [*keys, *(column for column in asked if column not in again)],
            [
                *(Alias(column.role, roles[column.name]) for column in again),
                *([OneKey(keys, bad_rows)] if keys else []),
                *more,
            ],
            engine=self.engine,
        )

    def _refuse_halves(self, ours: Sequence[Column], theirs: Sequence[Column]) -> None:
        """Raise a ColumnError if the columns of one role are in both inputs."""
        roles = {column.role: column.name for column in ours}
        for column in theirs:
            if column.role in roles:
                raise ColumnError(
                    f"the {column.role} columns are in both inputs: {shown(roles[column.role])} "
                    f"is in {self.name}, and {shown(column.name)} in {self.labels.name}",
                    self.labels.name,
                    "one column a class must be in one file",
                )
