"""The rows in narrow cells of the prediction: one state for ranking and for calibration.

For each cell: the rows, their weight, the weight of the events, the weighted sum of predictions,
and the least and the largest prediction. All sums are exact, so states merge in any order.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, Self

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States
from cecli.numerics import Floats, Words
from cecli.numerics.cells.keys import CELLS as FIRST_CELLS
from cecli.numerics.cells.keys import INNER_BITS, keys_of
from cecli.numerics.cells.ordered import OrderedCells, Unit, of_packed, ordered, unit_of
from cecli.numerics.cells.ranges import DividedRanges
from cecli.numerics.cells.tables import (
    CARRY,
    EVENTS,
    LEAST,
    MOST,
    OFFSET,
    ROWS,
    counted,
    merged,
    packed,
    unpacked,
    within,
)
from cecli.numerics.distributions.distributions import stated

if TYPE_CHECKING:
    from cecli.statistics.cells.weighed import NumberedRows, Weighed

    Piece = Integers | Words | Weighed | NumberedRows

# Of so few rows, the order in cells is reported, and a row that stands for several is written out.
FEW = 1 << 19
# Fewer rows and lines of tables wait until there are more, as counting them has a cost of its own.
WAITING = 3 << 18


@dataclass(frozen=True, eq=False)
class CellsState:
    """The sums of some rows in cells.

    Attributes
    ----------
    size : the number of cells.
    pieces : equally weighted rows of two classes, packed or in tables, and sums of other rows; a
        cell may be in several of them; or rows of two classes and any weight, one by one.
    compacted : the number of lines after they were last merged.
    ranges : whose cells these are; None for those of the leading bits of keys.
    """

    size: int
    pieces: "tuple[Piece, ...]" = ()
    compacted: int = 0
    ranges: DividedRanges | None = None

    def merge(self, other: Self) -> Self:
        pieces = self.pieces + other.pieces
        lines = sum(map(len, pieces))
        known = max(self.compacted, other.compacted)
        if lines <= max(WAITING, 2 * known):
            return type(self)(self.size, pieces, known, self.ranges)
        whole = self._merged(pieces)
        return type(self)(self.size, (whole,), len(whole), self.ranges)

    def _merged(self, pieces: "Sequence[Piece]") -> "Integers | Weighed":
        arrays = [piece for piece in pieces if isinstance(piece, np.ndarray)]
        weighed = _summed([piece for piece in pieces if not isinstance(piece, np.ndarray)])
        tables = [piece.view(np.int64) for piece in arrays if piece.ndim == 2]
        if len(pieces) == len(tables) == 1:
            return tables[0]
        if arrays or not weighed:
            table = merged(tables, _packed(pieces), size=self.size, ranges=self.ranges)
            if not weighed:
                return table
            weighed.append(_weighed(table))
        return weighed[0] if len(weighed) == 1 else type(weighed[0]).merged(weighed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellsState) and self._canonical == other._canonical

    __hash__ = None  # type: ignore[assignment]

    @property
    def _canonical(self) -> list[tuple[int, ...]]:
        if not self.pieces:
            return []
        found = _weighed(self._merged(self.pieces))
        lines = (found.codes, found.rows, found.least, found.most)
        sums = (each.units() for each in found.sums)
        return list(zip(*(x.tolist() for x in lines), *sums, strict=True))

    @cached_property
    def unit(self) -> Unit:
        """The unit in which sums of weights are counted."""
        whole = self.whole
        return Unit() if isinstance(whole, np.ndarray) else unit_of(*whole.sums[:2])

    @cached_property
    def cells(self) -> OrderedCells:
        """The cells in ascending order."""
        return self.cells_in(self.unit)

    def cells_in(self, unit: Unit) -> OrderedCells:
        """Return the cells in ascending order, with weights in a unit of more rows than these."""
        whole = self.whole
        if not isinstance(whole, np.ndarray):
            return ordered(whole.rows, whole.least, whole.most, whole.sums, unit)
        table = np.ascontiguousarray(whole.T)
        offset = (table[CARRY] * 2.0**INNER_BITS + table[OFFSET]) / table[ROWS]
        rows = table[ROWS]
        return OrderedCells(rows, rows, table[EVENTS], table[LEAST], table[MOST], offset)

    @property
    def resolved(self) -> OrderedCells:
        """The cells, in which the order of events is known if there are few rows of weight 1.

        The rows are then still there, one by one, however the input was cut: cells that hold
        several predictions, and an event, are divided.
        """
        rows = self.rows
        if rows is None:
            return self.cells
        is_open = self.cells.is_wide & (self.cells.events > 0)
        if not is_open.any():
            return self.cells
        inside = np.zeros(self.size, dtype=np.bool_)
        inside[self.cells.least[is_open] >> INNER_BITS] = True
        opened = [some[inside[some >> np.uint64(INNER_BITS + 1)]] for some in rows]
        return self.cells.where(~is_open).joined(of_packed(np.concatenate(opened)))

    @property
    def rows(self) -> "list[Words] | None":
        """The packed rows, one by one, however the input was cut; None if they are not there."""
        rows = _packed(self.pieces)
        return None if len(rows) < len(self.pieces) or sum(map(len, rows)) > FEW else rows

    @cached_property
    def whole(self) -> "Integers | Weighed":
        """The cells of all pieces, each once."""
        return self._merged(self.pieces or (NOTHING,))


NOTHING = np.empty((0, MOST + 1), dtype=np.int64)


def _packed(pieces: "Sequence[Piece]") -> list[Words]:
    """Return those of some pieces that are packed rows."""
    arrays = [piece for piece in pieces if isinstance(piece, np.ndarray)]
    return [piece.view(np.uint64) for piece in arrays if piece.ndim == 1]


def _weighed(whole: "Integers | Weighed") -> "Weighed":
    """Return the same sums as of rows of any weight."""
    # Imported here, because most rows have weight 1.
    from cecli.statistics.cells.weighed import Weighed

    return Weighed.of_table(whole) if isinstance(whole, np.ndarray) else whole


def _summed(pieces: "Sequence[Weighed | NumberedRows]") -> "list[Weighed]":
    """Return the sums of pieces with weights, those of all single rows at once."""
    if not pieces:
        return []
    from cecli.statistics.cells.weighed import NumberedRows, Weighed

    sums = [piece for piece in pieces if isinstance(piece, Weighed)]
    rows = [piece for piece in pieces if isinstance(piece, NumberedRows)]
    return [*sums, Weighed.of_rows(rows)] if rows else sums


class CellGrid(Protocol):
    """Cells that rows fall into by the keys of their predictions."""

    @property
    def size(self) -> int:
        """The number of cells."""
        ...

    def codes(self, keys: Integers) -> Integers:
        """Return the cells of some rows, shape (n,); −1 if a row is in none."""
        ...


@dataclass(frozen=True)
class FirstGrid:
    """All cells: 2¹² for each halving of min(q, 1 − q)."""

    size: ClassVar[int] = FIRST_CELLS

    def codes(self, keys: Integers) -> Integers:
        return keys >> INNER_BITS


@dataclass(frozen=True)
class PredictionCells:
    """The rows in the cells of a grid, by the predicted probability of the positive class."""

    grid: CellGrid = FirstGrid()

    def empty(self) -> CellsState:
        return CellsState(self.grid.size, ranges=self._ranges)

    def summarize(self, chunk: Chunk) -> CellsState:
        if not len(chunk):
            return self.empty()
        if self._takes_packed and (rows := chunk.once(packed_rows)) is not None:
            some = rows if self._ranges is None else within(rows, self._ranges)
            return replace(self.empty(), pieces=(some,))
        if self.grid == FirstGrid() and (numbered := chunk.once(numbered_rows)) is not None:
            return replace(self.empty(), pieces=(numbered,))
        keys = chunk.once(row_keys)
        codes = self.grid.codes(keys)
        inside = codes >= 0
        if not inside.all():
            chunk = replace(chunk, texts={}).where(inside)
            codes, keys = codes[inside], keys[inside]
            if not len(chunk):
                return self.empty()
        target = chunk.numbers["target"]
        piece: Piece | None = None
        if chunk.weight is None:
            piece = counted(codes, keys, target, self.grid.size)
        if piece is None:
            from cecli.statistics.cells.weighed import Weighed

            are_counts = chunk.count is not None
            piece = Weighed.of(codes, keys, target, chunk.weight, counted=are_counts)
        return replace(self.empty(), pieces=(piece,))

    @property
    def _ranges(self) -> DividedRanges | None:
        return self.grid if isinstance(self.grid, DividedRanges) else None

    @property
    def _takes_packed(self) -> bool:
        return isinstance(self.grid, (FirstGrid, DividedRanges))


CELLS = PredictionCells()


class KnownCells(NamedTuple):
    """Cells in place of their state, when no more rows follow."""

    cells: OrderedCells


def resolved(states: States) -> States:
    """Return the states of all rows, with all that they tell of the order of rows in cells."""
    found = states.get(CELLS)
    return states if found is None else states.replaced(CELLS, KnownCells(found.resolved))


def packed_rows(chunk: Chunk) -> Words | None:
    """Return the rows in 8 bytes each; None if their weights or targets take more.

    A row that stands for several is written out, unless these are many.
    """
    if chunk.weight is None:
        return packed(*_stated(chunk))
    if chunk.count is None or chunk.rows > FEW:
        return None
    rows = packed(*_stated(chunk))
    return None if rows is None else np.repeat(rows, chunk.count.astype(np.int64))


def numbered_rows(chunk: Chunk) -> "NumberedRows | None":
    """Return the rows with their weights or soft labels; None if they take more."""
    # Imported here, because most rows are of two classes and of weight 1.
    from cecli.statistics.cells.weighed import NumberedRows

    return NumberedRows.of(*_stated(chunk), chunk.weight, counted=chunk.count is not None)


def row_keys(chunk: Chunk) -> Integers:
    """Return the keys of the predicted probabilities of the positive class."""
    rows = chunk.once(packed_rows) if chunk.weight is None else None
    if rows is not None:
        return unpacked(rows)[0]
    q, _, rest = _stated(chunk)
    return keys_of(q, rest)


def _stated(chunk: Chunk) -> tuple[Floats, Floats, Floats | None]:
    """Return the predictions, the targets, and 1 − q if it has more digits than q."""
    prob, target = chunk.numbers["prob"], chunk.numbers["target"]
    if "prob" not in chunk.scales:
        return prob, target, None
    q = stated(prob, chunk.scales["prob"]).prob
    return q[1], target, q[0]
