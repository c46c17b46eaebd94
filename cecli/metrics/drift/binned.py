"""The bins of a reference, and how much of two samples is in them.

Bins belong to the reference, so that tomorrow's rows meet the same edges. A column of few different
numbers has a bin for each, and is compared like one of categories.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from cecli.core.chunk import Integers
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.ascending import union
from cecli.numerics.cells.real_keys import numbers_at
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import from_units
from cecli.numerics.sums.levels import BITS
from cecli.statistics.cells.number_cells import NumberCellsState

# Up to so many different numbers have a bin each, if each stands for so many rows at least.
FEW_VALUES, LEAST_ROWS = 20, 5
# The text of a missing value among those of a column of categories.
MISSING = ""


class Bin(NamedTuple):
    """A bin: numbers from `low` on and below `high`, a single value, or missing values.

    Attributes
    ----------
    name : the value; empty for a range, and for missing values.
    low, high : of a range; infinite where it is open.
    reference, current : total weight of the rows of each sample.
    """

    name: str
    low: float | None
    high: float | None
    reference: float
    current: float
    is_missing: bool = False


class ColumnBins(NamedTuple):
    """Where the bins of a column of numbers are.

    Attributes
    ----------
    borders : the keys at which a bin begins, ascending; the first has no border.
    values : the values that have a bin each; empty if bins are ranges.
    """

    borders: tuple[int, ...]
    values: frozenset[int] = frozenset()


def weights_of(sums: Digits) -> Floats:
    """Return sums as float64, shape (n,); counts exactly."""
    found = np.zeros(sums.size)
    for level in sorted(sums.levels):
        found += np.ldexp(sums.levels[level].astype(np.float64), BITS * level)
    return found


def bins_of(state: NumberCellsState, number: int, rows: int) -> ColumnBins:
    """Return the bins of a reference: its quantiles, or its values if they are few.

    Parameters
    ----------
    number : of bins of equal weight, as far as equal values allow.
    rows : of the reference.

    Notes
    -----
    Each quantile becomes the nearest end of a cell. So values that are in many rows have a bin of
    their own where they make up one, and no cell is divided.
    """
    cells = state.settled
    size = len(cells.least)
    weights = weights_of(cells.sums[0])
    least = float(weights.min(initial=np.inf)) * rows / max(float(weights.sum()), 1.0)
    if state.is_exact and size <= FEW_VALUES and least >= LEAST_ROWS:
        values = cells.least.tolist()
        borders = sorted({key for value in values for key in (value, value + 1)})
        return ColumnBins(tuple(borders), frozenset(values))
    ends = np.cumsum(weights)
    targets = ends[-1] * np.arange(1, number) / number if size else np.empty(0)
    after = np.searchsorted(ends, targets)
    before_is_nearer = (after > 0) & (targets - ends[after - 1] < ends[after] - targets)
    places = np.unique(np.where(before_is_nearer, after - 1, after)) + 1
    return ColumnBins(tuple(cells.least[places[places < size]].tolist()))


@dataclass(frozen=True)
class Binned:
    """Two samples of a column in the bins of the reference.

    Attributes
    ----------
    bins : those that are not empty in both.
    ends : the largest difference of the two distributions of numbers, and its certain upper bound;
        None for categories, and where one sample has no numbers.
    present : the weights of the rows with a value.
    is_by_value : whether each bin is a single value, as of categories.
    """

    bins: tuple[Bin, ...]
    ends: tuple[float, float] | None = None
    present: tuple[float, float] = (0.0, 0.0)
    is_by_value: bool = True

    @property
    def totals(self) -> tuple[float, float]:
        """The weights of both samples."""
        return (sum(b.reference for b in self.bins), sum(b.current for b in self.bins))

    @property
    def missing(self) -> Bin | None:
        return next((each for each in self.bins if each.is_missing), None)


def of_categories(reference: Mapping[str, int], current: Mapping[str, int]) -> Binned:
    """Return two samples of categories; weights in units of `numerics.sums.exact`."""
    names = sorted(
        {*reference, *current},
        key=lambda name: (name == MISSING, -reference.get(name, 0), -current.get(name, 0), name),
    )
    bins = tuple(
        Bin(
            name,
            None,
            None,
            float(from_units(reference.get(name, 0))),
            float(from_units(current.get(name, 0))),
            name == MISSING,
        )
        for name in names
    )
    return Binned(tuple(b for b in bins if b.reference or b.current))


def of_numbers(reference: NumberCellsState, current: NumberCellsState, bins: ColumnBins) -> Binned:
    """Return two samples of numbers; the cells of the current one end at all borders."""
    then, now = (float(from_units(state.missing_weight)) for state in (reference, current))
    of_no_value = Bin(MISSING, None, None, then, now, is_missing=True)
    found = [*_ranges(reference, current, bins), of_no_value]
    weights = [weights_of(state.settled.sums[0]) for state in (reference, current)]
    present = float(weights[0].sum()), float(weights[1].sum())
    ends = None
    if all(present):
        ends = _largest_difference(reference.settled, current.settled, weights)
    kept = tuple(b for b in found if b.reference or b.current)
    return Binned(kept, ends, present, bool(bins.values))


def _ranges(
    reference: NumberCellsState, current: NumberCellsState, bins: ColumnBins
) -> Iterator[Bin]:
    borders = np.array(bins.borders, dtype=np.int64)
    edges = [-np.inf, *numbers_at(borders).tolist(), np.inf]
    sums = [_in_bins(state.settled, borders) for state in (reference, current)]
    now = current.settled
    places = np.searchsorted(borders, now.least, side="right")
    weights = weights_of(now.sums[0])
    for place, (before, after) in enumerate(zip(*sums, strict=True)):
        low, high = edges[place : place + 2]
        first = bins.borders[place - 1] if place else None
        if first in bins.values:
            yield Bin(_text(low), None, None, before, after)
        elif bins.values:
            # Values that the reference does not have, each by its name if it is known.
            cells = np.flatnonzero(places == place)
            if (now.least[cells] == now.largest[cells]).all():
                values = numbers_at(now.least[cells]).tolist()
                pairs = zip(values, weights[cells].tolist(), strict=True)
                yield from (Bin(_text(x), None, None, 0.0, w) for x, w in pairs)
            else:
                yield Bin("", low, high, before, after)
        else:
            yield Bin("", low, high, before, after)


def _in_bins(state: NumberCellsState, borders: Integers) -> list[float]:
    places = np.searchsorted(borders, state.least, side="right")
    weights = weights_of(state.sums[0])
    found: list[float] = np.bincount(places, weights, len(borders) + 1).tolist()
    return found


def _text(value: float) -> str:
    """Return a number as it is written: whole ones without a point."""
    return f"{value:.0f}" if value.is_integer() and abs(value) < 2**53 else repr(value)


def _largest_difference(
    reference: NumberCellsState, current: NumberCellsState, weights: Sequence[Floats]
) -> tuple[float, float]:
    """Return the largest difference of two cumulative distributions, and its upper bound.

    Notes
    -----
    At the ends of the coarser cells both distributions are known. Inside a cell with several
    values, F is between its values at the two ends, and so is G: they differ by no more than the
    end of one and the start of the other.
    """
    shift = max(reference.shift, current.shift)
    states = (reference, current)
    codes = [state.least >> shift for state in states]
    every = union(codes)
    places = [np.searchsorted(every, code) for code in codes]
    ends = []
    least = np.full(len(every), np.iinfo(np.int64).max)
    largest = np.full(len(every), np.iinfo(np.int64).min)
    for state, place, weight in zip(states, places, weights, strict=True):
        np.minimum.at(least, place, state.least)
        np.maximum.at(largest, place, state.largest)
        cumulated = np.cumsum(np.bincount(place, weight, len(every)))
        ends.append(cumulated / cumulated[-1])
    at_ends = np.abs(ends[0] - ends[1])
    starts = [np.concatenate([[0.0], end[:-1]]) for end in ends]
    inside = np.maximum(ends[0] - starts[1], ends[1] - starts[0])[least < largest]
    lower = float(at_ends.max())
    return lower, max(lower, float(inside.max(initial=0.0)))
