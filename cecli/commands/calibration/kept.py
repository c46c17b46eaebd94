"""Rows that are kept between passes: 8 bytes each, if they have labels and equal weights.

The key of a prediction and a bit for the label are all that later passes need of such a row.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.columns.numbers import AnyScale
from cecli.commands.calibration.store import KeptArray, Store
from cecli.core.chunk import Chunk
from cecli.numerics import Floats
from cecli.numerics.cells.tables import numbers_of
from cecli.numerics.resampling import Words
from cecli.readers.views import View
from cecli.statistics.cells.prediction_cells import packed_rows

ROLES = ("prob", "target", "weight", "count")


class UnpackedNumbers(Mapping[str, Floats]):
    """The predictions and the targets of packed rows, if they are asked for."""

    def __init__(self, rows: Words) -> None:
        self._rows = rows
        self._found: dict[str, Floats] = {}

    def __getitem__(self, role: str) -> Floats:
        if role not in ("prob", "target"):
            raise KeyError(role)
        if not self._found:
            self._found = dict(zip(("prob", "target"), numbers_of(self._rows), strict=True))
        return self._found[role]

    def __iter__(self) -> Iterator[str]:
        return iter(("prob", "target"))

    def __len__(self) -> int:
        return 2


@dataclass(frozen=True, eq=False)
class PackedRows:
    """Rows of weight 1 with labels."""

    rows: KeptArray

    def chunk(self) -> Chunk:
        rows: Words = self.rows.load()
        chunk = _chunk(len(rows), UnpackedNumbers(rows), {})
        return chunk.knowing(packed_rows, rows)


@dataclass(frozen=True, eq=False)
class OtherRows:
    """Other rows: their numbers, and the scales of these."""

    numbers: Mapping[str, KeptArray]
    scales: Mapping[str, AnyScale]

    def chunk(self) -> Chunk:
        numbers = {role: kept.load() for role, kept in self.numbers.items()}
        return _chunk(len(numbers["prob"]), numbers, self.scales)


def _chunk(size: int, numbers: Mapping[str, Floats], scales: Mapping[str, AnyScale]) -> Chunk:
    """Return a chunk of rows whose lines are not known any more."""
    return Chunk("kept rows", np.broadcast_to(np.int64(0), size), numbers, scales=scales)


@dataclass(frozen=True, eq=False)
class KeptRowsState:
    """The rows so far; None if there was no room for some of them."""

    parts: tuple[PackedRows | OtherRows, ...] | None = ()

    def merge(self, other: Self) -> Self:
        if self.parts is None or other.parts is None:
            return type(self)(None)
        return type(self)(self.parts + other.parts)


@dataclass(frozen=True, eq=False)
class KeptRows:
    """All rows, as long as a store has room for them."""

    store: Store

    def empty(self) -> KeptRowsState:
        return KeptRowsState()

    def summarize(self, chunk: Chunk) -> KeptRowsState:
        if not len(chunk):
            return self.empty()
        part = self._part(chunk)
        return KeptRowsState(None if part is None else (part,))

    def _part(self, chunk: Chunk) -> PackedRows | OtherRows | None:
        rows = None if "prob" in chunk.scales else chunk.once(packed_rows)
        if rows is not None:
            # In order, later passes find the rows of neighbouring cells next to each other.
            kept = self.store.keep(np.sort(rows))
            return None if kept is None else PackedRows(*kept)
        numbers = {role: values for role, values in chunk.numbers.items() if role in ROLES}
        kept = self.store.keep(*numbers.values())
        if kept is None:
            return None
        return OtherRows(dict(zip(numbers, kept, strict=True)), chunk.scales)


# The parts in a partition: enough work that its cells are summed before they are merged.
MOST_PARTS = 32
# Fewer parts are divided among so many partitions, for as many threads.
PARTITIONS = 16


@dataclass(frozen=True, eq=False)
class TableOfKept(View):
    """A table of rows that are kept, prepared for one set of columns."""

    kept: Sequence[PackedRows | OtherRows]

    def partitions(
        self,
        columns: Sequence[Column],  # noqa: ARG002
        bad_rows: BadRows = STRICT,  # noqa: ARG002
    ) -> "Sequence[PartsKept]":
        size = max(1, min(MOST_PARTS, len(self.kept) // PARTITIONS))
        starts = range(0, len(self.kept), size)
        return [PartsKept(self.kept[start : start + size]) for start in starts]


@dataclass(frozen=True, eq=False)
class PartsKept:
    """Some consecutive parts."""

    kept: Sequence[PackedRows | OtherRows]

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> "PartsKept":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        for part in self.kept:
            yield part.chunk()
