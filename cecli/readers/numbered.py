"""Rows that know their places: which input they are from, and where in it."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cecli.bad_rows import STRICT, BadRows
from cecli.chunk import Chunk
from cecli.columns import Column
from cecli.readers import End, Partition, Table, parts_of
from cecli.readers.in_order import InOrder
from cecli.statistics.replicates import INPUT, ROW


@dataclass(frozen=True, eq=False)
class NumberedTable:
    """A table whose chunks have the place of each row, in the roles `INPUT` and `ROW`.

    A part of a text that begins at some offset does not know its lines, and whoever folds it only
    learns them afterwards. So the text is cut in order, by one thread for many: all that this takes
    is counting newlines, and each block knows its first line, however large blocks are.

    Attributes
    ----------
    place : of the input, counted from 0.
    first_line : of its rows, so that a row has the same number in a text as in a DataFrame; where
        there are blank lines, or line ends inside of fields, they count as well.
    """

    table: Table
    place: int
    first_line: int = 1

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def names(self) -> Sequence[str]:
        return self.table.names

    @property
    def header(self) -> Sequence[str]:
        return self.table.header

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        return [
            NumberedPartition(partition, self.place, self.first_line)
            for partition in InOrder(self.table).partitions(columns, bad_rows)
        ]


@dataclass(frozen=True, eq=False)
class NumberedPartition:
    """Rows of one input, with their places."""

    partition: Partition
    place: int
    first_line: int

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
            yield chunk.with_numbers(
                **{
                    INPUT: np.full(len(chunk), float(self.place)),
                    ROW: (chunk.lines - self.first_line).astype(np.float64),
                }
            )

    def rest(self, first_line: int) -> Partition | None:
        rest = self.partition.rest(first_line)
        if rest is None or rest is self.partition:
            return None if rest is None else self
        return replace(self, partition=rest)
