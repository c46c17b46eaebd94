"""What columns become in the search for slices: categories, and ranges of numbers."""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise

import numpy as np

from cecli.columns.numbers import number
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError, shown
from cecli.core.statistic import States, Statistic
from cecli.numerics import Floats
from cecli.numerics.sums.exact import UNIT_EXPONENT
from cecli.statistics.counts import TERMS, CountsState
from cecli.statistics.group_sums import GroupSums
from cecli.statistics.quantiles import INFINITE_CODE, Quantiles, QuantilesState

# A column of more different numbers than this is cut into ranges.
MOST_NUMBERS = 20
# A column may have so many different values, of which the most frequent are searched.
MOST_DISTINCT, MOST_VALUES = 100_000, 100
# The values that are not searched. No cell has such a text.
OTHER = "\0"
NO_NUMBER = "no number"


@dataclass(frozen=True)
class NumbersOf:
    """The numbers in the cells of a role, shape (n,); NaN where there is none."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        if self.role in chunk.numbers:
            return chunk.numbers[self.role]
        text = chunk.texts[self.role]
        values = [number(name) for name in text.names]
        found = np.array([math.nan if x is None else x for x in (*values, None)])
        return np.asarray(np.where(np.isfinite(found), found, math.nan)[text.codes])


@dataclass(frozen=True)
class DistanceFromZero:
    """The distance from 0 of the numbers on one side of it; infinite where there is no number."""

    numbers: NumbersOf
    sign: float

    def __call__(self, chunk: Chunk) -> Floats:
        x = self.sign * chunk.once(self.numbers)
        return np.where(np.isnan(x), math.inf, np.maximum(x, 0.0) + 0.0)


@dataclass(frozen=True)
class Values:
    """How many rows each value of a column has."""

    role: str
    name: str
    source: str

    def empty(self) -> CountsState:
        refused = partial(_too_many, self.name)
        return CountsState(GroupSums.empty(self.source, MOST_DISTINCT, TERMS, refused))

    def summarize(self, chunk: Chunk) -> CountsState:
        return CountsState(self.empty().sums.of(chunk, (self.role,), ()))


def _too_many(name: str, most: int, source: str) -> InputError:
    return InputError(
        f"column {shown(name)} has more than {most:,} different values",
        source,
        "is it a key? leave it out of --columns",
    )


@dataclass(frozen=True)
class Searched:
    """A column as it is searched.

    Attributes
    ----------
    edges : of ranges, ascending; a number belongs to the range that begins at or below it. None if
        the values themselves are searched.
    values : those with enough rows; of many, the most frequent.
    frequent : how many values have enough rows.
    """

    role: str
    name: str
    edges: tuple[float, ...] | None
    values: frozenset[str] = frozenset()
    frequent: int = 0

    @property
    def size(self) -> int:
        """The largest number of groups that it forms alone."""
        return len(self.values) if self.edges is None else len(self.edges) + 3

    def __call__(self, chunk: Chunk) -> Chunk:
        """Return a chunk in which the role has the name of each row's group."""
        return chunk.with_texts(**{self.role: self._coded(chunk)})

    def _coded(self, chunk: Chunk) -> Coded:
        if self.edges is None:
            return _renamed(chunk.texts[self.role], self.values)
        x = chunk.once(NumbersOf(self.role))
        places = np.searchsorted(np.array(self.edges), x, side="right")
        names = (*ranges(self.edges), "", NO_NUMBER)
        places = np.where(np.isnan(x), len(names) - 1, places)
        if self.role in chunk.texts:
            text = chunk.texts[self.role]
            is_empty = np.array([*(not name.strip() for name in text.names), False])
            places = np.where(is_empty[text.codes], len(names) - 2, places)
        return Coded(places.astype(np.int64), names)


def _renamed(text: Coded, kept: frozenset[str]) -> Coded:
    """Return the texts with one name for all that are not kept."""
    places: dict[str, int] = {}
    names = (name if name in kept else OTHER for name in text.names)
    recode = [places.setdefault(name, len(places)) for name in names]
    return Coded(np.array(recode, dtype=np.int64).take(text.codes), tuple(places))


def ranges(edges: Sequence[float]) -> tuple[str, ...]:
    """Return the names of the ranges between some edges.

    Examples
    --------
    >>> ranges([0.5, 2.0])
    ('below 0.5', '0.5 … 2', '2 or more')
    """
    if not edges:
        return ("any number",)
    texts = [f"{edge:.12g}" for edge in edges]
    between = (f"{low} … {high}" for low, high in pairwise(texts))
    return (f"below {texts[0]}", *between, f"{texts[-1]} or more")


@dataclass(frozen=True)
class Feature:
    """A column to search, before its rows are read."""

    role: str
    name: str
    is_numeric: bool
    source: str

    @property
    def statistics(self) -> tuple[Statistic[CountsState | QuantilesState], ...]:
        """What is to be known of all rows, in a first pass."""
        if not self.is_numeric:
            return (Values(self.role, self.name, self.source),)
        numbers = NumbersOf(self.role)
        return tuple(Quantiles(DistanceFromZero(numbers, sign)) for sign in (1.0, -1.0))

    def searched(self, states: States, bins: int, least: int) -> Searched:
        """Return the column with its values of so many rows, or with so many ranges."""
        found = [states[statistic] for statistic in self.statistics]
        if self.is_numeric:
            above, below = (state for state in found if isinstance(state, QuantilesState))
            return Searched(self.role, self.name, edges_of(above, below, bins))
        (counts,) = (state for state in found if isinstance(state, CountsState))
        rows = {key[0]: units[0] >> -UNIT_EXPONENT for key, units in counts.sums}
        enough = sorted((-n, value) for value, n in rows.items() if n >= least)
        kept = frozenset(value for _, value in enough[:MOST_VALUES])
        return Searched(self.role, self.name, None, kept, len(enough))


def edges_of(above: QuantilesState, below: QuantilesState, bins: int) -> tuple[float, ...]:
    """Return the quantiles that cut numbers into ranges of about equal weight, to three digits.

    Parameters
    ----------
    above, below : the distances from 0 of the numbers on either side of it.
    """
    positive, negative = (
        [(x, w) for x, w in side.middles() if 0.0 < x < math.inf] for side in (above, below)
    )
    missing = above.bins.get(INFINITE_CODE, 0)
    at_zero = above.total - missing - sum(w for _, w in (*positive, *negative))
    every = [(-x, w) for x, w in reversed(negative)]
    every += [(0.0, at_zero)] * (at_zero > 0) + positive
    whole = sum(w for _, w in every)
    edges: list[float] = []
    reached, cut = 0, 1
    for x, w in every:
        reached += w
        while cut < bins and reached >= Fraction(cut * whole, bins):
            edges.append(float(f"{x:.3g}"))
            cut += 1
    # Nothing is below the least number.
    return tuple(sorted(edge for edge in set(edges) if every and edge > every[0][0]))
