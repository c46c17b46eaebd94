"""Rows that are kept between passes: 8 bytes each, if they have labels and equal weights.

The key of a prediction and a bit for the label are all that later passes need of such a row. Some
hundred thousand of them are put in order, so that later passes find those of neighbouring cells
together: there, sums are quick.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import ClassVar, Self

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.columns.numbers import AnyScale
from cecli.commands.calibration.store import KeptArray, Store
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.table import Table
from cecli.numerics import Floats, Words
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.cells.tables import numbers_of
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


def _of_packed(rows: Words) -> Chunk:
    chunk = _chunk(len(rows), UnpackedNumbers(rows), {})
    return chunk.knowing(packed_rows, rows)


@dataclass(frozen=True, eq=False)
class OtherRows:
    """Rows with weights or soft labels: their numbers, and the scales of these."""

    numbers: Mapping[str, KeptArray]
    scales: Mapping[str, AnyScale]

    def chunks(self) -> Iterator[Chunk]:
        numbers = {role: kept.load() for role, kept in self.numbers.items()}
        yield _chunk(len(numbers["prob"]), numbers, self.scales)


def _chunk(size: int, numbers: Mapping[str, Floats], scales: Mapping[str, AnyScale]) -> Chunk:
    """Return a chunk of rows whose lines are not known any more."""
    return Chunk("kept rows", np.broadcast_to(np.int64(0), size), numbers, scales=scales)


# Packed rows that are put in order together.
IN_ORDER = 1 << 19


@dataclass(frozen=True, eq=False)
class KeptRowsState:
    """The rows so far.

    Attributes
    ----------
    packed : parts of packed rows, each in order; None if there was no room for some rows.
    pending : packed rows that are in no part yet.
    """

    store: Store
    packed: tuple[KeptArray, ...] | None = ()
    others: tuple[OtherRows, ...] = ()
    pending: tuple[Words, ...] = ()

    def merge(self, other: Self) -> Self:
        if self.packed is None or other.packed is None:
            return type(self)(self.store, None)
        packed, others = self.packed + other.packed, self.others + other.others
        found = type(self)(self.store, packed, others, self.pending + other.pending)
        return found if sum(map(len, found.pending)) < IN_ORDER else found.settled()

    def settled(self) -> Self:
        """Return the same rows, of which none are pending."""
        if self.packed is None or not self.pending:
            return self
        kept = self.store.keep(np.sort(np.concatenate(self.pending)))
        return type(self)(self.store, None if kept is None else self.packed + kept, self.others)


@dataclass(frozen=True, eq=False)
class KeptRows:
    """All rows, as long as a store has room for them."""

    store: Store

    def empty(self) -> KeptRowsState:
        return KeptRowsState(self.store)

    def summarize(self, chunk: Chunk) -> KeptRowsState:
        if not len(chunk):
            return self.empty()
        rows = None if "prob" in chunk.scales else chunk.once(packed_rows)
        if rows is not None:
            return KeptRowsState(self.store, pending=(rows,))
        numbers = {role: values for role, values in chunk.numbers.items() if role in ROLES}
        kept = self.store.keep(*numbers.values())
        if kept is None:
            return KeptRowsState(self.store, None)
        others = OtherRows(dict(zip(numbers, kept, strict=True)), chunk.scales)
        return KeptRowsState(self.store, others=(others,))


# Packed rows in a partition: few neighbouring cells, whose sums stay in the cache.
MOST_IN_PARTITION, LEAST_IN_PARTITION = 1 << 20, 1 << 16
# Fewer rows are divided among so many partitions, for as many threads.
PARTITIONS = 16
# Packed rows in a chunk, and chunks of other rows in a partition.
PACKED_ROWS, OTHERS = 1 << 17, 8


@dataclass(frozen=True, eq=False)
class TableOfKept(View):
    """A table of rows that are kept, prepared for one set of columns, in no order of lines."""

    kept: Sequence["SomeKept"]

    @classmethod
    def over(cls, table: Table, state: KeptRowsState, cells: OrderedCells) -> Self:
        """Return the table of some rows.

        Parameters
        ----------
        cells : of these rows, at whose borders packed ones are divided.
        """
        starts = range(0, len(state.others), OTHERS)
        kept = [SomeKept(state.others[start : start + OTHERS]) for start in starts]
        packed = state.settled().packed or ()
        borders = _borders(cells, sum(part.size for part in packed))
        cuts = [[0, *np.searchsorted(part.load(), borders).tolist(), part.size] for part in packed]
        for place in range(len(borders) + 1):
            ends = [(part, *cut[place : place + 2]) for part, cut in zip(packed, cuts, strict=True)]
            kept.append(SomeKept([RowsInRange([end for end in ends if end[1] < end[2]])]))
        return cls(table, kept)

    def partitions(
        self,
        columns: Sequence[Column],  # noqa: ARG002
        bad_rows: BadRows = STRICT,  # noqa: ARG002
    ) -> "Sequence[SomeKept]":
        return self.kept


def _borders(cells: OrderedCells, rows: int) -> Words:
    """Return the packed rows, ascending, before which a partition ends."""
    size = min(MOST_IN_PARTITION, max(LEAST_IN_PARTITION, rows // PARTITIONS))
    each = cells.rows.sum() / max(1, rows // size)
    places = np.flatnonzero(np.diff(np.cumsum(cells.rows) // each)) + 1
    return cells.least[places].view(np.uint64) << np.uint64(1)


@dataclass(frozen=True, eq=False)
class RowsInRange:
    """The packed rows in a range of keys: slices of parts, each with its start and its end."""

    slices: Sequence[tuple[KeptArray, int, int]]

    def chunks(self) -> Iterator[Chunk]:
        waiting: list[Words] = []
        for kept, start, stop in self.slices:
            for first in range(start, stop, PACKED_ROWS):
                waiting.append(kept.load(first, min(stop, first + PACKED_ROWS)))
                if sum(map(len, waiting)) >= PACKED_ROWS:
                    yield _of_packed(np.concatenate(waiting))
                    waiting = []
        if waiting:
            yield _of_packed(np.concatenate(waiting))


@dataclass(frozen=True, eq=False)
class SomeKept:
    """Some of the rows that are kept."""

    kept: Sequence[OtherRows | RowsInRange]

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> "SomeKept":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        for part in self.kept:
            yield from part.chunks()
