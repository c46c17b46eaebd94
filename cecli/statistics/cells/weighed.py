"""The sums of rows in cells, for rows of any weight, and soft labels."""

from collections.abc import Sequence
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.cells.keys import INNER, INNER_BITS
from cecli.numerics.cells.tables import CARRY, CODE, EVENTS, LEAST, MOST, OFFSET, ROWS
from cecli.numerics.sums.digits import BITS, Digits


@dataclass(frozen=True, eq=False)
class Weighed:
    """The sums of some rows in cells, for rows of any weight, and soft labels.

    Attributes
    ----------
    codes : of the cells, ascending, shape (n,).
    rows, least, most : the number of rows, and the least and the largest key, shape (n,).
    sums : Σw, Σwt, Σw·(inner bits of the key), Σw² and Σw²t of each cell.
    """

    codes: Integers
    rows: Integers
    least: Integers
    most: Integers
    sums: tuple[Digits, ...]

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of(cls, codes: Integers, keys: Integers, chunk: Chunk, target: Floats) -> Self:
        """Return the sums of the rows of a chunk, under these codes."""
        used, places = np.unique(codes, return_inverse=True)
        size, count = len(used), chunk.count
        least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
        np.minimum.at(least, places, keys)
        np.maximum.at(most, places, keys)
        w = np.ones(len(chunk)) if chunk.weight is None else chunk.weight
        # Each of the rows that a count stands for has weight 1.
        twice = (w, w) if chunk.weight is not None and count is None else (w,)
        inner = (keys & INNER).astype(np.float64)
        factors = ((w,), (w, target), (w, inner), twice, (*twice, target))
        sums = tuple(Digits.products_by(places, size, *some).carried() for some in factors)
        rows = np.bincount(places, minlength=size)
        if count is not None:
            rows = np.zeros(size, dtype=np.int64)
            # Counts that add up to more rows than an int64 holds are refused when all are read.
            with np.errstate(invalid="ignore"):
                np.add.at(rows, places, count.astype(np.int64))
        return cls(used, rows, least, most, sums)

    @classmethod
    def of_table(cls, table: Integers) -> Self:
        """Return the same sums of a table of equally weighted rows."""
        rows, events = Digits.of_counts(table[:, ROWS]), Digits.of_counts(table[:, EVENTS])
        offsets = _of_offsets(table)
        sums = (rows, events, offsets, rows, events)
        return cls(
            table[:, CODE],
            table[:, ROWS],
            table[:, LEAST],
            table[:, MOST],
            tuple(each.carried() for each in sums),
        )

    @classmethod
    def merged(cls, parts: Sequence[Self]) -> Self:
        codes = np.unique(np.concatenate([part.codes for part in parts]))
        places = [np.searchsorted(codes, part.codes) for part in parts]
        rows = np.zeros(len(codes), dtype=np.int64)
        least, most = np.full(len(codes), np.iinfo(np.int64).max), np.full(len(codes), -1)
        for at, part in zip(places, parts, strict=True):
            rows[at] += part.rows
            least[at] = np.minimum(least[at], part.least)
            most[at] = np.maximum(most[at], part.most)
        sums = tuple(
            Digits.added(len(codes), list(zip(places, some, strict=True)))
            for some in zip(*(part.sums for part in parts), strict=True)
        )
        return cls(codes, rows, least, most, sums)


def _of_offsets(table: Integers) -> Digits:
    """Return the sums of the inner bits as digits, which have fewer bits than a carry is worth."""
    spare = INNER_BITS - BITS
    low, high = table[:, OFFSET], table[:, CARRY]
    carried = Digits.of_counts(low) + Digits(len(low), {1: (high & 0xFFFFFFFF) << spare})
    return carried + Digits(len(low), {2: (high >> 32) << (spare + 32 - BITS)})
