"""Tables built from others: concatenated, in one pass, with numbered rows."""

from collections.abc import Callable, Generator, Iterator, Sequence

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, listed
from cecli.core.chunk import Chunk, Preparation
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError
from cecli.core.plan import Finding
from cecli.core.table import (
    BLOCK,
    INPUT,
    ROW,
    End,
    Partition,
    Table,
    beginning_of,
    nested_in,
    parts_of,
    stated_for,
)


@dataclass(frozen=True)
class SeveralTables:
    """Tables with the same header, one after the other."""

    tables: Sequence[Table]

    @property
    def name(self) -> str:
        return self.tables[0].name

    @property
    def names(self) -> Sequence[str]:
        return [name for table in self.tables for name in table.names]

    @property
    def header(self) -> Sequence[str]:
        return self.tables[0].header

    @property
    def nested(self) -> Sequence[str]:
        return list(dict.fromkeys(name for table in self.tables for name in nested_in(table)))

    @property
    def stated(self) -> Sequence[str]:
        return stated_for(self.tables[0])

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        return [part for table in self.tables for part in table.partitions(columns, bad_rows)]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> Partition | None:
        return beginning_of(self.tables[0], columns, bad_rows)


def one_data_set(tables: Sequence[Table]) -> Table:
    """Return some tables as one.

    Raises
    ------
    InputError
        If their headers differ.
    """
    first, *others = tables
    for other in others:
        if list(other.header) != list(first.header):
            raise InputError(
                f"its header differs from that of {first.name}: {_difference(first, other)}",
                other.name,
                "files that are read together must have the same columns in the same order",
            )
    return first if not others else SeveralTables(tables)


def _difference(first: Table, other: Table) -> str:
    missing = [name for name in first.header if name not in other.header]
    surplus = [name for name in other.header if name not in first.header]
    said = [f"{listed(missing)} missing"] * bool(missing)
    said += [f"{listed(surplus)} added"] * bool(surplus)
    return (
        "; ".join(said) or f"the order is {listed(other.header)} instead of {listed(first.header)}"
    )


@dataclass(frozen=True)
class View:
    """A table under the name of another, with its columns."""

    table: Table

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def names(self) -> Sequence[str]:
        return self.table.names

    @property
    def header(self) -> Sequence[str]:
        return self.table.header

    @property
    def nested(self) -> Sequence[str]:
        return nested_in(self.table)

    @property
    def stated(self) -> Sequence[str]:
        return stated_for(self.table)

    @property
    def findings(self) -> Sequence[Finding]:
        """What is to be said of how the table was joined, if it was."""
        findings: Sequence[Finding] = getattr(self.table, "findings", ())
        return findings

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> Partition | None:
        return beginning_of(self.table, columns, bad_rows)

    def index_of(self, line: int) -> str | None:
        """Return the index of a DataFrame's row by its line; None if there is no DataFrame."""
        of_table: Callable[[int], str | None] | None = getattr(self.table, "index_of", None)
        return None if of_table is None else of_table(line)


@dataclass(frozen=True)
class InOrder(View):
    """A table in which partitions that continue each other are replaced by one.

    A text that is read at several offsets at once may have to be read again from a cut inside
    quotes. If it is read from its beginning, no row is yielded twice.
    """

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        return [
            partition.rest(0) or partition
            for partition in self.table.partitions(columns, bad_rows)
            if not partition.continues
        ]


@dataclass(frozen=True, eq=False)
class NumberedTable(View):
    """A table whose chunks contain the place of each row, in the roles `INPUT` and `ROW`.

    The line numbers of a part that begins at some offset are known only after the parts before it
    are folded. So one thread cuts the text in order for all others. This only needs to count
    newlines, and gives each block its first line, whatever the size of blocks.

    Attributes
    ----------
    place : the index of the input, from 0.
    first_line : the line of its first row, so that a row has the same number in a text as in a
        DataFrame. Blank lines, and line ends inside fields, are counted as well.
    """

    place: int
    first_line: int = 1

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        return [
            Changed(partition, _Numbering(self.place, self.first_line))
            for partition in InOrder(self.table).partitions(columns, bad_rows)
        ]


@dataclass(frozen=True)
class _Numbering:
    """Adds the place of each row."""

    place: int
    first_line: int

    def __call__(self, chunk: Chunk) -> Chunk:
        return chunk.with_numbers(
            **{
                INPUT: np.full(len(chunk), float(self.place)),
                ROW: (chunk.lines - self.first_line).astype(np.float64),
            }
        )


@dataclass(frozen=True, eq=False)
class Changed:
    """The chunks of a partition, each changed by a function.

    Attributes
    ----------
    most_rows : the maximum number of rows of a chunk that is to be changed.
    """

    partition: Partition
    change: Preparation
    most_rows: int = BLOCK

    @property
    def source(self) -> str:
        """The input's name."""
        return str(getattr(self.partition, "source", ""))

    @property
    def continues(self) -> bool:
        return self.partition.continues

    def parts(self) -> Iterator[Partition]:
        for part in parts_of(self.partition):
            yield replace(self, partition=part)

    def chunks(self) -> Generator[Chunk, None, End | None]:
        chunks = self.partition.chunks()
        while True:
            try:
                chunk = next(chunks)
            except StopIteration as stop:
                end: End | None = stop.value
                return end
            yield from map(self.change, chunk.pieces(self.most_rows))

    def rest(self, first_line: int) -> Partition | None:
        rest = self.partition.rest(first_line)
        if rest is None or rest is self.partition:
            return None if rest is None else self
        return replace(self, partition=rest)
