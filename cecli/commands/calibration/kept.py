"""Rows that are kept in memory between passes: 8 bytes each, if they have labels and equal weights.

The key of a prediction and a bit for the label are all that later passes need of such a row.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.columns.numbers import AnyScale
from cecli.core.chunk import Chunk
from cecli.numerics import Floats
from cecli.numerics.cells.keys import Words, predictions_of
from cecli.numerics.cells.tables import unpacked
from cecli.readers.views import View
from cecli.statistics.cells.prediction_cells import packed_rows

ROLES = ("prob", "target", "weight", "count")


@dataclass(frozen=True, eq=False)
class PackedRows:
    """Rows of weight 1 with labels."""

    rows: Words

    @property
    def nbytes(self) -> int:
        return self.rows.nbytes

    def chunk(self) -> Chunk:
        keys, target = unpacked(self.rows)
        numbers = {"prob": predictions_of(keys)[0], "target": target.astype(np.float64)}
        return _chunk(numbers, {})


@dataclass(frozen=True, eq=False)
class OtherRows:
    """Other rows: their numbers, and the scales of these."""

    numbers: Mapping[str, Floats]
    scales: Mapping[str, AnyScale]

    @property
    def nbytes(self) -> int:
        return sum(values.nbytes for values in self.numbers.values())

    def chunk(self) -> Chunk:
        return _chunk(self.numbers, self.scales)


def _chunk(numbers: Mapping[str, Floats], scales: Mapping[str, AnyScale]) -> Chunk:
    """Return a chunk of rows whose lines are not known any more."""
    lines = np.broadcast_to(np.int64(0), numbers["prob"].shape)
    return Chunk("rows in memory", lines, numbers, scales=scales)


@dataclass(frozen=True, eq=False)
class KeptRowsState:
    """The rows so far; None if they exceed the limit."""

    limit: int
    parts: tuple[PackedRows | OtherRows, ...] | None = ()
    size: int = 0

    def merge(self, other: Self) -> Self:
        size = self.size + other.size
        if self.parts is None or other.parts is None or size > self.limit:
            return type(self)(self.limit, None, size)
        return type(self)(self.limit, self.parts + other.parts, size)


@dataclass(frozen=True)
class KeptRows:
    """All rows, unless they take more bytes than the limit."""

    limit: int

    def empty(self) -> KeptRowsState:
        return KeptRowsState(self.limit)

    def summarize(self, chunk: Chunk) -> KeptRowsState:
        part = _part(chunk)
        return KeptRowsState(self.limit, (part,), part.nbytes)


def _part(chunk: Chunk) -> PackedRows | OtherRows:
    rows = None if "prob" in chunk.scales else chunk.once(packed_rows)
    if rows is not None:
        return PackedRows(rows)
    numbers = {role: values for role, values in chunk.numbers.items() if role in ROLES}
    return OtherRows(numbers, chunk.scales)


# The parts in a partition: enough work for a thread.
PARTS = 8


@dataclass(frozen=True, eq=False)
class RowsInMemory(View):
    """A table of rows that are kept in memory, prepared for one set of columns."""

    kept: Sequence[PackedRows | OtherRows]

    def partitions(
        self,
        columns: Sequence[Column],  # noqa: ARG002
        bad_rows: BadRows = STRICT,  # noqa: ARG002
    ) -> "Sequence[PartsInMemory]":
        starts = range(0, len(self.kept), PARTS)
        return [PartsInMemory(self.kept[start : start + PARTS]) for start in starts]


@dataclass(frozen=True, eq=False)
class PartsInMemory:
    """Some consecutive parts."""

    kept: Sequence[PackedRows | OtherRows]

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> "PartsInMemory":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        for part in self.kept:
            yield part.chunk()
