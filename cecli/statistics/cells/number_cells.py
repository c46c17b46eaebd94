"""How the numbers of a column are distributed, in cells that are as narrow as memory allows.

While a column has at most MOST different values, each of them has a cell of its own. Beyond that,
numbers whose keys agree in all but some last bits share a cell: the fewest bits for which there are
at most MOST cells. How many that are depends on all the values alone, since fewer values never need
more bits. So states are the same whatever the order and the cut of the rows.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, field, replace
from cecli.numerics import Floats
from cecli.numerics.cells.real_keys import real_keys
from cecli.numerics.sums.digits import Digits

# Cells of a column, of some fifty bytes each. Numbers in one cell are then about 2⁻¹⁰ apart.
MOST = 1 << 14
# Rows wait until there are so many.
MOST_WAITING = 1 << 18
# A key has so many bits that can be left out.
KEY_BITS = 63
Score = Callable[[Chunk], Floats]


@dataclass(frozen=True, eq=False)
class Waiting:
    """Rows that wait to be counted.

    Attributes
    ----------
    keys : shape (n,), of the values that are not missing.
    weight : shape (n,); None if every row counts once.
    scores : shape (n,) each.
    """

    keys: Integers
    weight: Floats | None
    scores: tuple[Floats, ...] = ()


@dataclass(frozen=True, eq=False)
class NumberCellsState:
    """The rows in cells of the value.

    Attributes
    ----------
    most : the largest number of cells, those that borders divide not counted.
    borders : keys at which a cell ends, ascending.
    shift : the bits of the keys that tell values in one cell apart.
    least, largest : the keys of the least and the largest value in each cell, ascending.
    sums : Σw in each cell, and then Σwx for each score.
    missing : Σw of the rows without a value, a single sum.
    waiting : further rows.
    """

    most: int
    borders: tuple[int, ...]
    shift: int
    least: Integers
    largest: Integers
    sums: tuple[Digits, ...]
    missing: Digits
    waiting: tuple[Waiting, ...] = ()

    @classmethod
    def empty(cls, most: int, borders: tuple[int, ...], scores: int) -> Self:
        nothing = np.empty(0, dtype=np.int64)
        none = Digits(0, {})
        return cls(most, borders, 0, nothing, nothing, (none,) * (1 + scores), Digits(1, {}))

    def __len__(self) -> int:
        """Return the number of cells."""
        return len(self.settled.least)

    def merge(self, other: Self) -> Self:
        both = replace(
            self,
            missing=self.missing + other.missing,
            waiting=self.waiting + other.waiting,
        )
        if len(other.least):
            both = both.with_cells(other)
        rows = sum(len(rows.keys) for rows in both.waiting)
        return both if rows < MOST_WAITING else both.settled

    def with_cells(self, other: Self) -> Self:
        """Return the cells of both; rows that wait are those of this one."""
        if not len(self.least):
            return replace(
                self, shift=other.shift, least=other.least, largest=other.largest, sums=other.sums
            )
        least = np.concatenate([self.least, other.least])
        largest = np.concatenate([self.largest, other.largest])
        first = np.arange(len(self.least))
        second = np.arange(len(self.least), len(least))
        pairs = zip(self.sums, other.sums, strict=True)
        sums = tuple(Digits.added(len(least), [(first, a), (second, b)]) for a, b in pairs)
        return self._gathered(least, largest, sums, max(self.shift, other.shift))

    @cached_property
    def settled(self) -> Self:
        """The same state, without any waiting rows."""
        if not self.waiting:
            return self
        found = replace(self, waiting=())
        for weighted in (False, True):
            some = [rows for rows in self.waiting if (rows.weight is not None) == weighted]
            if some:
                found = found.with_cells(self._counted(some))
        return found

    def _counted(self, rows: Sequence[Waiting]) -> Self:
        """Return the cells of rows that all have weights, or all none."""
        keys = np.concatenate([each.keys for each in rows])
        weights = [each.weight for each in rows if each.weight is not None]
        weight = np.concatenate(weights) if weights else None
        least, places = np.unique(keys, return_inverse=True)
        sums = [_sums(places, len(least), weight)]
        for number in range(len(self.sums) - 1):
            score = np.concatenate([each.scores[number] for each in rows])
            sums.append(_sums(places, len(least), weight, score))
        return self._gathered(least, least, tuple(sums), self.shift)

    def _gathered(
        self, least: Integers, largest: Integers, sums: tuple[Digits, ...], shift: int
    ) -> Self:
        """Return the state of some cells, which may overlap, in cells of this width at least."""
        order = np.argsort(least, kind="stable")
        least, largest = least[order], largest[order]
        shift = self._shift_for(least, shift)
        begins = np.flatnonzero(_changes(self._divided(least, shift)))
        places = np.empty(len(order), dtype=np.int64)
        places[order] = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(least)))
        return replace(
            self,
            shift=shift,
            least=least[begins] if len(least) else least,
            largest=np.maximum.reduceat(largest, begins) if len(least) else largest,
            sums=tuple(_added(each, places, len(begins)) for each in sums),
        )

    def _shift_for(self, ascending: Integers, shift: int) -> int:
        """Return the least shift, of at least this, for which there are not too many cells."""
        while shift < KEY_BITS and np.count_nonzero(_changes([ascending >> shift])) > self.most:
            shift += 1
        return shift

    def _divided(self, keys: Integers, shift: int) -> list[Integers]:
        """Return codes of the cells that keys are in."""
        borders = np.array(self.borders, dtype=np.int64)
        return [keys >> shift, np.searchsorted(borders, keys, side="right")]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NumberCellsState) and self._plain == other._plain

    __hash__ = None  # type: ignore[assignment]

    @property
    def _plain(self) -> tuple[object, ...]:
        found = self.settled
        units = [each.units() for each in (*found.sums, found.missing)]
        return found.shift, found.least.tolist(), found.largest.tolist(), units

    @property
    def is_exact(self) -> bool:
        """Whether each cell has a single value."""
        return bool((self.settled.least == self.settled.largest).all())

    @cached_property
    def weights(self) -> list[int]:
        """Σw in each cell, in units of `numerics.sums.exact`."""
        return self.settled.sums[0].units()

    def scored(self, number: int) -> list[int]:
        """Return Σwx in each cell for a score, in units of `numerics.sums.exact`."""
        return self.settled.sums[1 + number].units()

    @property
    def missing_weight(self) -> int:
        """Σw of the rows without a value, in units of `numerics.sums.exact`."""
        return self.missing.units()[0]


def _changes(columns: Sequence[Integers]) -> NDArray[np.bool_]:
    """Return where a row differs from the one before it; the first does."""
    found = np.ones(len(columns[0]), dtype=np.bool_)
    if len(found) > 1:
        found[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return found


def _added(sums: Digits, places: Integers, size: int) -> Digits:
    """Return sums added up under each place."""
    levels = {}
    for level, digits in sums.levels.items():
        levels[level] = np.zeros(size, dtype=np.int64)
        np.add.at(levels[level], places, digits)
    return Digits(size, levels).carried()


def _sums(places: Integers, size: int, *factors: Floats | None) -> Digits:
    present = [factor for factor in factors if factor is not None]
    if not present:
        return Digits.of_counts(np.bincount(places, minlength=size).astype(np.int64))
    return Digits.products_by(places.astype(np.int64), size, *present)


@dataclass(frozen=True)
class NumberCells:
    """The distribution of the numbers of a role, NaN where a value is missing.

    Attributes
    ----------
    scores : what else is summed in each cell: finite functions of a chunk.
    borders : keys at which a cell ends, such as the edges of bins that are known already.
    """

    role: str
    scores: tuple[Score, ...] = ()
    borders: tuple[int, ...] = ()
    most: int = field(default=MOST)

    def empty(self) -> NumberCellsState:
        return NumberCellsState.empty(self.most, self.borders, len(self.scores))

    def summarize(self, chunk: Chunk) -> NumberCellsState:
        values, weight = chunk.numbers[self.role], chunk.weight
        scores = tuple(chunk.once(score) for score in self.scores)
        gaps = np.isnan(values)
        missing = Digits(1, {})
        if gaps.any():
            places = np.zeros(int(np.count_nonzero(gaps)), dtype=np.int64)
            missing = _sums(places, 1, None if weight is None else weight[gaps])
            values, scores = values[~gaps], tuple(score[~gaps] for score in scores)
            weight = None if weight is None else weight[~gaps]
        waiting = (Waiting(real_keys(values), weight, scores),) if len(values) else ()
        return replace(self.empty(), missing=missing, waiting=waiting)
