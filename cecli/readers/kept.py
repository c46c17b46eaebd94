"""Rows that are in memory already, as a table that is read once more without parsing anything."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from cecli.bad_rows import STRICT, BadRows
from cecli.chunk import Chunk, Floats
from cecli.columns import Column
from cecli.readers import Table

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
