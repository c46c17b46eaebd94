"""Finer cells where the order of rows still matters, in further passes."""

from collections.abc import Generator
from typing import Any, NamedTuple, Self

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import Statistic
from cecli.metrics.cells.cumulative import walk
from cecli.metrics.cells.decomposition import isotonic
from cecli.numerics import Floats, Words
from cecli.numerics.cells.keys import INNER
from cecli.numerics.cells.ordered import OrderedCells, Unit, of_packed, ordered
from cecli.numerics.cells.pools import Flags
from cecli.numerics.cells.ranges import DividedRanges
from cecli.numerics.cells.tables import unpacked, within
from cecli.numerics.sums.digits import Digits
from cecli.statistics.cells.prediction_cells import (
    CellsState,
    PredictionCells,
    packed_rows,
    row_keys,
)
from cecli.statistics.mean import row_weight

# Rows that are collected and sorted; each may become a cell, for which metrics take some 200 bytes.
MOST_COLLECTED = 3 << 19
# The cells that open cells are divided into; each may take 56 bytes a few times over.
MOST_CELLS = 1 << 19
MOST_PASSES = 12


class Refined(NamedTuple):
    """The cells after all passes, in place of the state of the first.

    Attributes
    ----------
    is_exact : whether no finer cells could change isotonic regression.
    """

    cells: OrderedCells
    is_exact: bool

    @classmethod
    def of(cls, cells: OrderedCells) -> Self:
        """Return cells as they are."""
        return cls(cells, not isotonic(cells).is_living.any())


def refined(first: CellsState) -> Generator[Statistic[Any], Any, Refined]:
    """Ask for the rows of open cells until their order is known where it matters.

    If all rows that share a cell with others can be collected, all results are exact after one
    pass. Else all such cells are divided once, and then only those that can change isotonic
    regression or the range of cumulative differences.
    """
    cells, unit = first.cells, first.unit
    for number in range(MOST_PASSES):
        is_open = cells.is_wide & (cells.events > 0)
        is_fine = _rows(cells, is_open) <= MOST_COLLECTED
        if number and not is_fine:
            is_open &= _matters(cells)
        if not is_open.any():
            break
        if _rows(cells, is_open) > MOST_COLLECTED and 2 * is_open.sum() > MOST_CELLS:
            break
        found = yield from _divided(cells.where(is_open), unit)
        cells = cells.where(~is_open).joined(found)
    return Refined.of(cells)


def _rows(cells: OrderedCells, some: Flags) -> int:
    return int(cells.rows[some].sum())


def _matters(cells: OrderedCells) -> Flags:
    """Return which cells could change isotonic regression, or the range of the differences."""
    along = walk(cells)
    mixed = cells.is_wide & (cells.events > 0) & (cells.others > 0)
    reaching = np.zeros(len(cells), dtype=np.bool_)
    reaching[mixed] = (along.highest > along.at.max()) | (along.lowest < along.at.min())
    return np.asarray(isotonic(cells).is_living | reaching)


def _divided(cells: OrderedCells, unit: Unit) -> Generator[Statistic[Any], Any, OrderedCells]:
    """Ask for the rows of some cells, one by one or in finer cells."""
    if int(cells.rows.sum()) <= MOST_COLLECTED:
        rows: OpenRowsState = yield OpenRows(_ranges(cells, len(cells)))
        return rows.cells_in(unit)
    state: CellsState = yield PredictionCells(_ranges(cells, _enough(cells)))
    return state.cells_in(unit)


def _ranges(cells: OrderedCells, size: int) -> DividedRanges:
    return DividedRanges.over(cells.least, cells.most, size)


def _enough(cells: OrderedCells) -> int:
    """Return into how many finer cells some cells are divided.

    Of n smoothly distributed rows, about n^(1/3)·m² can then still change isotonic regression, with
    m rows in a finer cell. Far fewer than can be collected are quick to sort.
    """
    n = float(cells.rows.sum())
    enough = n * np.sqrt(n ** (1 / 3) / (MOST_COLLECTED / 64))
    return int(min(MOST_CELLS, max(enough, 2 * len(cells))))


@dataclass(frozen=True, eq=False)
class OpenRowsState:
    """Some rows, by the keys of their predictions.

    Attributes
    ----------
    packed : of rows of weight 1 with labels.
    others : of other rows: the key, the target, the weight, and the rows that it stands for.
    is_counted : whether weights are counts.
    """

    packed: tuple[Words, ...] = ()
    others: tuple[tuple[Integers, Floats, Floats], ...] = ()
    is_counted: bool = False

    def merge(self, other: Self) -> Self:
        return type(self)(
            self.packed + other.packed,
            self.others + other.others,
            self.is_counted or other.is_counted,
        )

    def cells_in(self, unit: Unit) -> OrderedCells:
        """Return cells of one prediction each, with weights in this unit."""
        if not self.others:
            return of_packed(np.concatenate([*self.packed, NOTHING.view(np.uint64)]))
        columns = [np.concatenate(column) for column in zip(*self._all(), strict=True)]
        keys, target, weight = columns
        used, places = np.unique(keys, return_inverse=True)
        # The rows that a count stands for have weight 1 each.
        twice = (weight,) if self.is_counted else (weight, weight)
        inner = (keys & INNER).astype(np.float64)
        factors = ((weight,), (weight, target), (weight, inner), twice, (*twice, target))
        sums = tuple(Digits.products_by(places, len(used), *f).carried() for f in factors)
        rows = np.bincount(places, weight if self.is_counted else None, len(used))
        return ordered(rows.astype(np.int64), used, used, sums, unit)

    def _all(self) -> list[tuple[Integers, Floats, Floats]]:
        equal = ((*unpacked(rows), np.ones(len(rows))) for rows in self.packed)
        return [*((key, t.astype(np.float64), w) for key, t, w in equal), *self.others]


NOTHING = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class OpenRows:
    """The rows in open cells, one by one."""

    ranges: DividedRanges

    def empty(self) -> OpenRowsState:
        return OpenRowsState()

    def summarize(self, chunk: Chunk) -> OpenRowsState:
        rows = chunk.once(packed_rows)
        if rows is not None:
            return OpenRowsState((within(rows, self.ranges),))
        keys = chunk.once(row_keys)
        inside = self.ranges.codes(keys) >= 0
        is_counted = chunk.weight is None or chunk.count is not None
        weight = chunk.once(row_weight) if chunk.count is None else chunk.count
        target = chunk.numbers["target"]
        return OpenRowsState((), ((keys[inside], target[inside], weight[inside]),), is_counted)
