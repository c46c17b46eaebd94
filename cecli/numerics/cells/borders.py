"""Cells that some predictions divide: what lies on either side of them is told apart exactly."""

from collections.abc import Iterable
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass
from cecli.numerics.cells.keys import CELLS, INNER_BITS, Integers, keys_of
from cecli.numerics.cells.ordered import OrderedCells


def border_after(prediction: float) -> int:
    """Return the border between predictions up to this one and larger ones."""
    return int(keys_of(np.array([prediction]))[0])


def border_before(prediction: float) -> int:
    """Return the border between smaller predictions and those from this one on."""
    return border_after(prediction) - 1


@dataclass(frozen=True)
class CellsAtBorders:
    """The cells that hold keys on both sides of a border, each divided at its borders.

    Attributes
    ----------
    borders : keys, ascending; a cell ends after each.
    """

    borders: tuple[int, ...]

    @classmethod
    def at(cls, borders: Iterable[int]) -> Self:
        """Return the cells that these borders divide."""
        return cls(tuple(sorted(set(borders))))

    @property
    def size(self) -> int:
        return len(self._cells) + len(self.borders)

    def codes(self, keys: Integers) -> Integers:
        codes = np.full(len(keys), -1, dtype=np.int64)
        if len(self._cells):
            places = self._numbers[keys >> INNER_BITS]
            inside = np.flatnonzero(places)
            sides = np.searchsorted(self._borders, keys[inside], side="left")
            codes[inside] = places[inside] - 1 + sides
        return codes

    def dividing(self, cells: OrderedCells, divided: OrderedCells) -> OrderedCells:
        """Return cells with those that a border divides replaced.

        Parameters
        ----------
        divided : the rows in the cells of this grid.
        """
        if not len(divided):
            return cells
        outside = self._numbers[cells.least >> INNER_BITS] == 0
        return cells.where(outside).joined(divided)

    @cached_property
    def _borders(self) -> Integers:
        return np.array(self.borders, dtype=np.int64)

    @cached_property
    def _cells(self) -> Integers:
        # Where the next key is in another cell, the border is that of a cell already.
        cells, after = self._borders >> INNER_BITS, (self._borders + 1) >> INNER_BITS
        return np.unique(cells[cells == after])

    @cached_property
    def _numbers(self) -> NDArray[np.int16]:
        """Of each cell, its number among those divided, from 1; 0 if it is not divided."""
        numbers = np.zeros(CELLS, dtype=np.int16)
        numbers[self._cells] = np.arange(1, len(self._cells) + 1)
        return numbers


def border_places(cells: OrderedCells, borders: Iterable[int]) -> Integers:
    """Return for each border the number of cells up to it; none may be on both of its sides."""
    return np.searchsorted(cells.most, np.fromiter(borders, dtype=np.int64), side="right")
