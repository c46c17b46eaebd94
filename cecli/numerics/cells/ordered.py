"""Cells in ascending order, with sums of weights as integers."""

from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass, fields, replace
from cecli.numerics import Floats, Words
from cecli.numerics.cells.keys import INNER, Integers, means_of
from cecli.numerics.cells.tables import unpacked
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.levels import BITS

# The total weight takes at most so many bits, so that products of two sums take 124.
MOST_BITS = 62


class Unit(NamedTuple):
    """The unit in which weights are counted: 2**exponent, and their total in it.

    With equal weights, it is one row.
    """

    exponent: int = 0
    total: int = 0


def unit_of(weights: Digits, events: Digits) -> Unit:
    """Return the unit for some weights: 1 or less, unless their total takes more than 62 bits.

    In it all weights, and those of the events, are whole numbers if 62 bits are enough.
    """
    lowest = [
        BITS * level + _trailing_zeros(np.abs(digits))
        for sums in (weights, events)
        for level, digits in sums.levels.items()
        if digits.any()
    ]
    levels = min(weights.levels, default=0)
    total = sum(int(x.sum()) << (BITS * (k - levels)) for k, x in weights.levels.items())
    exponent = max(min([0, *lowest]), BITS * levels + total.bit_length() - MOST_BITS)
    shift = exponent - BITS * levels
    return Unit(exponent, total >> shift if shift >= 0 else total << -shift)


def _trailing_zeros(digits: Integers) -> int:
    bits = int(np.bitwise_or.reduce(digits))
    return (bits & -bits).bit_length() - 1


def _in_units(sums: Digits, exponent: int) -> Integers:
    """Return sums in units of 2**exponent, to the nearest where they are no multiples of it."""
    whole, rest = np.zeros(sums.size, dtype=np.int64), np.zeros(sums.size)
    for level, digits in sums.levels.items():
        shift = BITS * level - exponent
        if shift >= 0:
            whole += digits << shift
        else:
            rest += np.ldexp(digits.astype(np.float64), shift)
    return whole + np.rint(rest).astype(np.int64)


def _as_floats(sums: Digits, exponent: int) -> Floats:
    total = np.zeros(sums.size)
    for level in sorted(sums.levels):
        total += np.ldexp(sums.levels[level].astype(np.float64), BITS * level - exponent)
    return total


@dataclass(frozen=True, eq=False)
class OrderedCells:
    """The rows in cells of the prediction, in ascending order.

    Attributes
    ----------
    rows : the number of rows in each cell, int64, shape (n,).
    weight, events : Σw and Σwt, int64, in one unit; their totals take at most 62 bits.
    least, most : the keys of the least and the largest prediction.
    offsets : the weighted mean of the inner bits of the keys.
    weight_squared, events_squared : Σw² and Σw²t, in squares of the unit; None if all rows have
        weight 1.
    """

    rows: Integers
    weight: Integers
    events: Integers
    least: Integers
    most: Integers
    offsets: Floats
    weight_squared: Floats | None = None
    events_squared: Floats | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def others(self) -> Integers:
        """Σw(1 − t), the weight of the non-events."""
        return self.weight - self.events

    @cached_property
    def is_wide(self) -> Any:
        """Which cells hold more than one prediction."""
        return self.least < self.most

    @cached_property
    def means(self) -> tuple[Floats, Floats]:
        """The weighted means of q and of 1 − q."""
        return means_of(self.least, self.offsets)

    @property
    def squares(self) -> tuple[Floats, Floats]:
        """Σw² of the events, and of the non-events, in squares of the unit of weights."""
        if self.weight_squared is None or self.events_squared is None:
            return self.events.astype(np.float64), self.others.astype(np.float64)
        return self.events_squared, np.maximum(self.weight_squared - self.events_squared, 0.0)

    def where(self, keep: NDArray[Any]) -> Self:
        """Return the cells that are kept, or those at some places in their order."""
        columns: list[Any] = [getattr(self, field.name) for field in fields(self)]
        kept: list[Any] = [None if column is None else column[keep] for column in columns]
        return type(self)(*kept)

    def joined(self, other: Self) -> Self:
        """Return the cells of both, in ascending order."""
        both = [self, other]
        if any(cells.weight_squared is not None for cells in both):
            # Some cells may have rows of weight 1 alone.
            both = [cells.with_squares() for cells in both]
        names = [field.name for field in fields(self)]
        pairs = [tuple(getattr(cells, name) for cells in both) for name in names]
        columns: list[Any] = [None if x is None else np.concatenate([x, y]) for x, y in pairs]
        found = type(self)(*columns)
        return found.where(np.argsort(found.least, kind="stable"))

    def with_squares(self) -> Self:
        """Return the same cells, with Σw² also where all rows have weight 1."""
        if self.weight_squared is not None:
            return self
        weight, events = (x.astype(np.float64) for x in (self.weight, self.events))
        return replace(self, weight_squared=weight, events_squared=events)


def ordered(
    rows: Integers, least: Integers, most: Integers, sums: tuple[Digits, ...], unit: Unit
) -> OrderedCells:
    """Return cells from their exact sums, in the order in which they are.

    Parameters
    ----------
    sums : Σw, Σwt, Σw·(inner bits of the key), Σw² and Σw²t of each cell.
    unit : of weights.
    """
    exponent = unit.exponent
    weight = _in_units(sums[0], exponent)
    events = np.minimum(_in_units(sums[1], exponent), weight)
    size = _as_floats(sums[0], exponent)
    with np.errstate(invalid="ignore"):  # of cells whose weight is next to nothing, left out below
        offsets = _as_floats(sums[2], exponent) / size
    squares = [_as_floats(each, 2 * exponent) for each in sums[3:]]
    found = OrderedCells(rows, weight, events, least, most, offsets)
    if exponent or not np.array_equal(size, squares[0]):
        found = OrderedCells(rows, weight, events, least, most, offsets, *squares)
    # A weight that is less than half a unit is less than 2⁻⁶² of the total.
    return found if (weight > 0).all() else found.where(weight > 0)


def of_packed(rows: Words) -> OrderedCells:
    """Return cells of one prediction each, of packed rows."""
    keys, happened = unpacked(np.sort(rows))
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    number = np.diff(np.append(starts, len(keys)))
    events = np.add.reduceat(happened, starts)
    keys = keys[starts]
    return OrderedCells(number, number, events, keys, keys, (keys & INNER).astype(np.float64))
