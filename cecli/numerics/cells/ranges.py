"""Ranges of keys that are divided into finer cells."""

from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.numerics.cells.keys import INNER_BITS, Integers, cell_loops

if TYPE_CHECKING:
    from cecli.numerics.cells.cell_loops import CheckedRanges


@dataclass(frozen=True, eq=False)
class DividedRanges:
    """Ranges of keys, each within one of the first cells, and divided into cells of equal width.

    Attributes
    ----------
    least, most : the first and the last key of each range, ascending.
    shift : the bits of a key that tell apart predictions in one of the finer cells.
    """

    least: Integers
    most: Integers
    shift: Integers

    @classmethod
    def over(cls, least: Integers, most: Integers, size: int) -> Self:
        """Return ranges that are divided into so many finer cells, or into one each."""
        spans = np.ceil(np.log2(most - least + 1.0)).astype(np.int64)
        fold = max(0, int(np.log2(max(1, size // max(1, len(least))))))
        return cls(least, most, np.maximum(0, spans - fold))

    @cached_property
    def starts(self) -> Integers:
        """The number of finer cells before each range, and of all of them."""
        sizes = ((self.most - self.least) >> self.shift) + 1
        return np.append(0, np.cumsum(sizes))

    @property
    def size(self) -> int:
        return int(self.starts[-1])

    @cached_property
    def compiled(self) -> "CheckedRanges":
        """The ranges as the compiled loops take them, with those of each cell of leading bits."""
        columns = (self.least, self.most, self.starts[:-1], self.shift)
        cells = self.least >> INNER_BITS
        base = int(cells[0]) if len(cells) else 0
        number = np.bincount(cells - base)
        firsts = np.append(0, np.cumsum(number)).astype(np.int32)
        lines = np.ascontiguousarray(np.column_stack(columns))
        return cell_loops.CheckedRanges(lines, firsts, base)

    def codes(self, keys: Integers) -> Integers:
        """Return the finer cells of some keys; −1 if a key is in none."""
        places = np.maximum(np.searchsorted(self.least, keys, side="right") - 1, 0)
        least = self.least[places]
        inside = (keys >= least) & (keys <= self.most[places])
        codes = self.starts[places] + ((keys - least) >> self.shift[places])
        return np.asarray(np.where(inside, codes, -1))
