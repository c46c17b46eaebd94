"""Rows that are kept in memory, and the table that reads them once more."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.core.chunk import Chunk, Integers
from cecli.core.table import Table
from cecli.numerics import Floats


@dataclass(frozen=True, eq=False)
class KeptState:
    """The chunks so far, without their texts; None where they were more than the limit."""

    limit: int
    chunks: tuple[Chunk, ...] | None = ()
    size: int = 0

    def merge(self, other: Self) -> Self:
        size = self.size + other.size
        if self.chunks is None or other.chunks is None or size > self.limit:
            return type(self)(self.limit, None, size)
        return type(self)(self.limit, self.chunks + other.chunks, size)

    def moved(self, lines: int) -> Self:
        chunks = self.chunks
        return replace(self, chunks=chunks and tuple(_moved(chunk, lines) for chunk in chunks))


@dataclass(frozen=True)
class Kept:
    """All rows, unless their numbers take more than so many bytes."""

    limit: int

    def empty(self) -> KeptState:
        return KeptState(self.limit)

    def summarize(self, chunk: Chunk) -> KeptState:
        size = chunk.lines.nbytes + sum(values.nbytes for values in chunk.numbers.values())
        # A copy, without what statistics have computed of it.
        return KeptState(self.limit, (replace(chunk, texts={}, defect=None),), size)


def _moved(chunk: Chunk, lines: int) -> Chunk:
    def further(x: Integers) -> Integers:
        return x + lines

    remarks = {code: further(rows) for code, rows in chunk.remarks.items()}
    return replace(chunk, lines=further(chunk.lines), remarks=remarks)


# So many chunks are work enough for a thread.
CHUNKS = 8


@dataclass(frozen=True, eq=False)
class KeptTable:
    """The chunks of a table, prepared, for whoever asked for just these columns."""

    table: Table
    chunks: Sequence[Chunk]

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
        self,
        columns: Sequence[Column],  # noqa: ARG002
        bad_rows: BadRows = STRICT,  # noqa: ARG002
    ) -> Sequence["KeptPartition"]:
        starts = range(0, len(self.chunks), CHUNKS)
        return [KeptPartition(self.chunks[start : start + CHUNKS]) for start in starts]

    def with_numbers(self, **numbers: Callable[[int, int], Floats]) -> "KeptTable":
        """Return the table with columns added that are functions of a row's position.

        Parameters
        ----------
        numbers : called with the position of a chunk's first row and the number of its rows.
        """
        first, chunks = 0, []
        for chunk in self.chunks:
            added = {role: make(first, len(chunk)) for role, make in numbers.items()}
            chunks.append(chunk.with_numbers(**added))
            first += len(chunk)
        return replace(self, chunks=chunks)


@dataclass(frozen=True, eq=False)
class KeptPartition:
    """Some consecutive chunks."""

    kept: Sequence[Chunk]

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> "KeptPartition":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        for chunk in self.kept:
            # Each pass computes anew, and leaves nothing in memory.
            yield replace(chunk)
