"""How much each value of a column counts, or each combination of values of several."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError
from cecli.numerics.sums.quotients import total
from cecli.statistics.group_rows import Term
from cecli.statistics.group_sums import GroupSums
from cecli.statistics.keys import Key

# So many distinct values take about a gigabyte; pairs become objects when they are looked at.
MOST, MOST_PAIRS = 10_000_000, 1_000_000
TERMS = (Term(0), Term(1), Term(2))
WEIGHT_TERMS = TERMS[:2]
# Sums become Python integers so many at a time.
BLOCK = 1 << 12


class Alike(NamedTuple):
    """Values that count equally much.

    Attributes
    ----------
    values : how many there are.
    weight, square : Σw and Σw² of each, in units of `numerics.sums.exact`.
    """

    values: int
    weight: int
    square: int


@dataclass(frozen=True)
class CountsState:
    """Σw and Σw² of each value or pair."""

    sums: GroupSums

    def merge(self, other: Self) -> Self:
        """Return the summed weights of both.

        Raises
        ------
        InputError
            If there are more distinct values than `MOST`, or more pairs than `MOST_PAIRS`.
        """
        return replace(self, sums=self.sums.merge(other.sums))

    def __len__(self) -> int:
        """Return the number of values or pairs."""
        return len(self.sums)

    @property
    def total(self) -> int:
        """Σw of all values, in units of `numerics.sums.exact`."""
        return total(self.sums.column(TERMS[1]))

    @cached_property
    def weights(self) -> Mapping[Key, int]:
        """Σw of each pair, by key."""
        return {key: weight for key, (_, weight, _) in self.sums}

    @property
    def squares(self) -> Mapping[Key, int]:
        """Σw² of each pair, by key."""
        return {key: square for key, (_, _, square) in self.sums}

    def alike(self) -> Iterator[Alike]:
        """Yield Σw and Σw² of all values, those that are equal at once."""
        columns = [self.sums.column(term) for term in TERMS[1:]]
        digits = [x for column in columns for x in column.levels.values() if x.any()]
        # Two columns of equal sums, as without weights, are one.
        distinct = list({id(x): x for x in digits}.values())
        order = np.lexsort(distinct) if distinct else np.arange(len(self))
        ordered = [x[order] for x in distinct]
        changes = np.zeros(max(len(self) - 1, 0), dtype=np.bool_)
        for x in ordered:
            changes |= x[1:] != x[:-1]
        firsts = np.concatenate([[0], np.flatnonzero(changes) + 1])[: len(self)]
        times = np.diff(firsts, append=len(self))
        for start in range(0, firsts.size, BLOCK):
            part = slice(start, start + BLOCK)
            places = order[firsts[part]]
            units = (column.of(places).units() for column in columns)
            yield from map(Alike, times[part].tolist(), *units)


@dataclass(frozen=True)
class Counts:
    """The weight of each value of one text role, or of each combination of several."""

    roles: tuple[str, ...]
    source: str

    def empty(self) -> CountsState:
        most = MOST if len(self.roles) == 1 else MOST_PAIRS
        return CountsState(GroupSums.empty(self.source, most, TERMS, _refused))

    def summarize(self, chunk: Chunk) -> CountsState:
        return CountsState(self.empty().sums.of(chunk, self.roles, ()))


def _refused(most: int, source: str) -> InputError:
    return InputError(
        f"has more than {most:,} distinct values to count",
        source,
        "identifiers or numbers? of probabilities: cecli entropy --prob COL, cecli kl without "
        "--categories",
    )


class _TooManyError(InputError):
    """There are more values than are counted; no message, as nobody sees it."""


def _too_many(most: int, source: str) -> InputError:  # noqa: ARG001
    return _TooManyError("")


@dataclass(frozen=True)
class CategoryCountsState:
    """Σw of each text; None if there are too many different ones."""

    sums: GroupSums | None

    def merge(self, other: Self) -> Self:
        if self.sums is None or other.sums is None:
            return type(self)(None)
        try:
            return replace(self, sums=self.sums.merge(other.sums))
        except _TooManyError:
            return type(self)(None)

    @cached_property
    def weights(self) -> dict[str, int] | None:
        """Σw of each text, in units of `numerics.sums.exact`; None if there are too many."""
        if self.sums is None:
            return None
        return {text: weight for (text,), (_, weight) in self.sums}


@dataclass(frozen=True)
class CategoryCounts:
    """The weight of each value of a text role, of at most so many."""

    role: str
    most: int

    def empty(self) -> CategoryCountsState:
        return CategoryCountsState(self._nothing)

    def summarize(self, chunk: Chunk) -> CategoryCountsState:
        try:
            return CategoryCountsState(self._nothing.of(chunk, (self.role,), ()))
        except _TooManyError:
            return CategoryCountsState(None)

    @property
    def _nothing(self) -> GroupSums:
        return GroupSums.empty("", self.most, WEIGHT_TERMS, _too_many)
