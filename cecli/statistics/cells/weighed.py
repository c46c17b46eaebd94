"""The sums of rows in cells, for rows of any weight, and soft labels."""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Self

import numpy as np

from cecli.core.chunk import Integers
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats, Words
from cecli.numerics.ascending import union
from cecli.numerics.cells.keys import INNER, INNER_BITS
from cecli.numerics.cells.tables import (
    CARRY,
    CODE,
    EVENTS,
    LEAST,
    MOST,
    OFFSET,
    ROWS,
    packed,
    unpacked,
)
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.levels import BITS

try:
    # The same sums, compiled.
    from cecli.numerics.cells import weighed_loops
except ImportError:
    weighed_loops = None  # type: ignore[assignment]

# Rows that are summed at a time.
MOST_AT_ONCE = 1 << 20
# So many counts up to this one add up to an int64.
LARGEST_COUNT = 2.0**40


class RowNumbers(Enum):
    """What the numbers of rows are: weights or counts of rows of two classes, or soft labels."""

    WEIGHTS = "weights"
    COUNTS = "counts"
    TARGETS = "targets"


@dataclass(frozen=True, eq=False)
class NumberedRows:
    """Rows in cells of the leading bits of keys, one by one.

    Attributes
    ----------
    packed : shape (n,); see `cecli.numerics.cells.tables.packed`. With soft labels, what happened
        does not count.
    numbers : shape (n,); weights and counts are above 0, targets in [0, 1].
    kind : what they are.
    """

    packed: Words
    numbers: Floats
    kind: RowNumbers

    def __len__(self) -> int:
        return len(self.packed)

    @classmethod
    def of(
        cls,
        q: Floats,
        target: Floats,
        rest: Floats | None,
        weights: Floats | None = None,
        *,
        counted: bool = False,
    ) -> Self | None:
        """Return some rows; None if a soft label has a weight, or a count is too large.

        Parameters
        ----------
        q, target, rest : shape (n,); see `cecli.numerics.cells.keys.keys_of`.
        weights : shape (n,), above 0; without them, targets may be soft labels.
        counted : whether each weight is a number of rows of weight 1.
        """
        kind = RowNumbers.COUNTS if counted else RowNumbers.WEIGHTS
        numbers = weights
        if numbers is None:
            # What is packed has no room for a soft label.
            numbers, target, kind = target, np.zeros(len(q)), RowNumbers.TARGETS
        elif counted and numbers.max() > LARGEST_COUNT:
            return None
        rows = packed(q, target, rest)
        return None if rows is None else cls(rows, np.ascontiguousarray(numbers), kind)


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
    def of(
        cls,
        codes: Integers,
        keys: Integers,
        target: Floats,
        weights: Floats | None = None,
        *,
        counted: bool = False,
    ) -> Self:
        """Return the sums of some rows under these codes, shape (n,).

        Parameters
        ----------
        counted : whether each weight is a number of rows of weight 1.
        """
        used, places = np.unique(codes, return_inverse=True)
        size = len(used)
        least, most = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
        np.minimum.at(least, places, keys)
        np.maximum.at(most, places, keys)
        w = np.ones(len(codes)) if weights is None else weights
        # Each of the rows that a count stands for has weight 1.
        twice = (w,) if weights is None or counted else (w, w)
        inner = (keys & INNER).astype(np.float64)
        factors = ((w,), (w, target), (w, inner), twice, (*twice, target))
        sums = tuple(Digits.products_by(places, size, *some).carried() for some in factors)
        rows = np.bincount(places, minlength=size)
        if counted:
            rows = np.zeros(size, dtype=np.int64)
            # Counts that add up to more rows than an int64 holds are refused when all are read.
            with np.errstate(invalid="ignore"):
                np.add.at(rows, places, w.astype(np.int64))
        return cls(used, rows, least, most, sums)

    @classmethod
    def of_rows(cls, rows: Sequence[NumberedRows]) -> Self:
        """Return the sums of single rows."""
        parts = [cls._of_some(*some) for some in _at_once(rows)]
        return parts[0] if len(parts) == 1 else cls.merged(parts)

    @classmethod
    def _of_some(cls, packed: list[Words], numbers: list[Floats], kind: RowNumbers) -> Self:
        found = None
        if weighed_loops is not None and kind is RowNumbers.TARGETS:
            found = cls._of_soft(packed, numbers)
        elif weighed_loops is not None:
            found = cls._of_weighed(packed, numbers, counted=kind is RowNumbers.COUNTS)
        if found is not None:
            return found
        keys, happened = unpacked(np.concatenate(packed))
        codes, number = keys >> INNER_BITS, np.concatenate(numbers)
        if kind is RowNumbers.TARGETS:
            return cls.of(codes, keys, number)
        target = happened.astype(np.float64)
        return cls.of(codes, keys, target, number, counted=kind is RowNumbers.COUNTS)

    @classmethod
    def _of_weighed(
        cls, packed: list[Words], weights: list[Floats], *, counted: bool
    ) -> Self | None:
        found = weighed_loops.weighed(packed, weights, INNER_BITS, counted)
        if found is None:
            return None
        (codes, total, least, most), columns = found
        weight, events, offsets, *squares = (_used(*column) for column in columns)
        twice = [weight, events] if counted else squares
        return cls(codes, total, least, most, (weight, events, offsets, *twice))

    @classmethod
    def _of_soft(cls, packed: list[Words], targets: list[Floats]) -> Self | None:
        found = weighed_loops.soft(packed, targets, INNER_BITS)
        if found is None:
            return None
        (codes, total, least, most), offsets, level, digits = found
        rows, events = Digits.of_counts(total), _used(level, digits)
        sums = (rows, events, Digits.of_counts(offsets).carried(), rows, events)
        return cls(codes, total, least, most, sums)

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
        codes = union([part.codes for part in parts])
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


def _used(first: int, digits: Integers) -> Digits:
    """Return the sums with these digits, without levels that have none."""
    levels = {level: x for level, x in enumerate(digits, start=first) if x.any()}
    return Digits(digits.shape[1], levels)


def _at_once(
    rows: Sequence[NumberedRows],
) -> Iterator[tuple[list[Words], list[Floats], RowNumbers]]:
    """Yield packed rows, their numbers, and what these are: so many as are summed."""
    for kind in RowNumbers:
        packed: list[Words] = []
        numbers: list[Floats] = []
        for each in rows:
            if each.kind is not kind:
                continue
            for start in range(0, len(each), MOST_AT_ONCE):
                packed.append(each.packed[start : start + MOST_AT_ONCE])
                numbers.append(each.numbers[start : start + MOST_AT_ONCE])
                if sum(map(len, packed)) > MOST_AT_ONCE:
                    yield packed, numbers, kind
                    packed, numbers = [], []
        if packed:
            yield packed, numbers, kind
