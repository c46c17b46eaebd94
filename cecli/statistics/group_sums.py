"""Exact sums over the rows of each of many groups."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError
from cecli.numerics.sums.digits import Digits
from cecli.statistics.group_rows import Rows, Score, Term, Unsummed
from cecli.statistics.keys import Key, Keys, groups_of, too_many_groups

# Rows wait until there are so many, and so many for each group. So the work on all groups stays
# smaller than the work on the rows. But very many would take too much memory.
LEAST_WAITING, MOST_WAITING = 1 << 14, 1 << 20
WAITING_PER_GROUP = 6
# Groups that are looked at one by one become Python integers, a block at a time.
BLOCK = 1 << 10
# So many numbers take as much memory as a row with all its scores.
NUMBERS_OF_ROW = 16
# The place of the sum of a term that is 0 in all rows.
NO_SUM = -1


def added(size: int, parts: Sequence[tuple[Integers, tuple[Digits, ...]]]) -> tuple[Digits, ...]:
    """Return the total of the sums of some parts, each with its own places; see `Digits.added`."""
    places = [place for place, _ in parts]
    known: dict[tuple[int, ...], Digits] = {}
    found = []
    for column in zip(*(sums for _, sums in parts), strict=True):
        key = tuple(map(id, column))
        if key not in known:
            known[key] = Digits.added(size, list(zip(places, column, strict=True)))
        found.append(known[key])
    return tuple(found)


@dataclass(frozen=True, eq=False)
class SummedRows:
    """The sums of some rows, by group.

    Attributes
    ----------
    places : the number of each group's key, shape (groups,).
    of_terms : which sum each term is, or NO_SUM.
    first : the level of the first digits.
    digits : shape (sums, levels, groups).
    """

    places: Integers
    of_terms: tuple[int, ...]
    first: int
    digits: Integers

    @classmethod
    def of(cls, first: int, of_terms: Sequence[Integers | None]) -> Self:
        """Return rows, given the digits of each term's sum, shape (levels, groups); None for 0.

        Parameters
        ----------
        of_terms : those of equal sums are one object.
        """
        known = {id(lines): lines for lines in of_terms if lines is not None}
        number = {name: k for k, name in enumerate(known)}
        numbers = tuple(NO_SUM if lines is None else number[id(lines)] for lines in of_terms)
        digits = np.stack(list(known.values()))
        used = np.flatnonzero(digits.any(axis=(0, 2)))
        low, high = int(used[0]), int(used[-1]) + 1
        places = np.arange(digits.shape[2])
        return cls(places, numbers, first + low, digits[:, low:high].copy())

    @property
    def size(self) -> int:
        return self.digits.size // NUMBERS_OF_ROW

    @property
    def kind(self) -> Hashable:
        return SummedRows, self.of_terms

    def renumbered(self, places: Integers) -> Self:
        return replace(self, places=places.take(self.places))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        size = max(int(part.places.max()) for part in parts) + 1
        first = min(part.first for part in parts)
        end = max(part.first + part.digits.shape[1] for part in parts)
        digits = np.zeros((len(parts[0].digits), end - first, size), dtype=np.int64)
        for part in parts:
            low = part.first - first
            digits[:, low : low + part.digits.shape[1], part.places] += part.digits
        return cls(np.arange(size), parts[0].of_terms, first, digits)

    def sums(self, terms: Sequence[Term], size: int) -> tuple[Digits, ...]:
        known = {NO_SUM: Digits(size, {})}
        for number, lines in enumerate(self.digits):
            every = np.zeros((len(lines), size), dtype=np.int64)
            every[:, self.places] = lines
            known[number] = Digits.of_lines(self.first, every)
        return tuple(known[number] for _, number in zip(terms, self.of_terms, strict=True))


@dataclass(frozen=True, eq=False)
class GroupSums:
    """The sums of some terms over the rows of each group.

    Attributes
    ----------
    source : name of the input in messages.
    most : maximum number of groups.
    refused : returns the error of too many groups, given their maximum and the source.
    terms : what is summed; the first counts rows.
    all_keys : a key for each group, and perhaps of groups that only other states have.
    sums : of each term, shape (at most len(all_keys),) each.
    waiting : further rows.
    """

    source: str
    most: int
    terms: tuple[Term, ...]
    all_keys: Keys
    sums: tuple[Digits, ...]
    waiting: tuple[Unsummed, ...] = ()
    refused: Callable[[int, str], InputError] = too_many_groups

    @classmethod
    def empty(
        cls,
        source: str,
        most: int,
        terms: tuple[Term, ...],
        refused: Callable[[int, str], InputError] = too_many_groups,
    ) -> Self:
        return cls(source, most, terms, Keys(), (Digits(0, {}),) * len(terms), (), refused)

    def of(self, chunk: Chunk, roles: tuple[str, ...], scores: tuple[Score, ...]) -> Self:
        """Return the state of a chunk's rows, grouped by text columns."""
        keys, codes = groups_of(chunk, roles)
        if len(keys) > self.most:
            raise self.refused(self.most, self.source)
        return self.of_rows(keys, Rows(codes, chunk.weight, scores, chunk.count is not None))

    def of_rows(self, keys: Keys, rows: Unsummed) -> Self:
        """Return the state of some rows, whose keys are not more than `most`."""
        return replace(self, all_keys=keys, waiting=(rows,))

    def merge(self, other: Self) -> Self:
        """Return the sums of both.

        Raises
        ------
        InputError
            If there are more groups than `most`.
        """
        if not other.all_keys:
            return self
        if not self.all_keys:
            return other.settled()
        places = self.all_keys.places(other.all_keys)
        waiting = self.waiting + tuple(rows.renumbered(places) for rows in other.waiting)
        sums = self.sums
        if other.sums[0].size:
            size = max(sums[0].size, int(places.max()) + 1)
            of_other = places[: other.sums[0].size]
            sums = added(size, [(np.arange(sums[0].size), sums), (of_other, other.sums)])
        return replace(self, sums=sums, waiting=waiting).settled()

    def settled(self) -> Self:
        """Return the same state, its rows summed if they are many.

        Raises
        ------
        InputError
            If there are more groups than `most`.
        """
        groups = len(self.all_keys)
        # Some of these keys may be of other states.
        if groups > self.most and len(self) > self.most:
            raise self.refused(self.most, self.source)
        rows = sum(rows.size for rows in self.waiting)
        enough = min(max(LEAST_WAITING, WAITING_PER_GROUP * groups), MOST_WAITING)
        return self if rows < enough else self._summed

    @cached_property
    def _summed(self) -> Self:
        """The same state, without any waiting rows."""
        if not self.waiting:
            return self
        alike = [list(part) for _, part in groupby(self.waiting, key=lambda rows: rows.kind)]
        parts = [type(part[0]).joined(part) for part in alike]
        size = max(self.sums[0].size, *(int(part.places.max(initial=-1)) + 1 for part in parts))
        every = np.arange(size)
        sums = added(
            size,
            [
                (every[: self.sums[0].size], self.sums),
                *((every, part.sums(self.terms, size)) for part in parts),
            ],
        )
        return replace(self, sums=sums, waiting=())

    @cached_property
    def _places(self) -> Integers:
        """The numbers of the keys that have rows."""
        return self._summed.sums[0].nonzero

    def __len__(self) -> int:
        """Return the number of groups."""
        return self._places.size

    @cached_property
    def keys(self) -> Sequence[Key]:
        """The keys of the groups, in an order that depends on how the rows were cut."""
        return self.all_keys.at(self._places)

    def split(self, parts: int) -> dict[Key, Self]:
        """Return for each value of the first parts of the keys its groups by the further parts."""
        found: dict[Key, list[int]] = {}
        for place, key in zip(self._places.tolist(), self.keys, strict=True):
            found.setdefault(key[:parts], []).append(place)
        return {key: self._at(np.array(places), parts) for key, places in found.items()}

    def _at(self, places: Integers, parts: int) -> Self:
        """Return the groups with these numbers, without the first parts of their keys."""
        keys = Keys.of([key[parts:] for key in self.all_keys.at(places)])
        known = {id(sums): sums.of(places) for sums in self._summed.sums}
        sums = tuple(known[id(sums)] for sums in self._summed.sums)
        return type(self)(self.source, self.most, self.terms, keys, sums)

    def rekeyed(self, key_of: Callable[[Key], Key]) -> Self:
        """Return the sums under other keys, each of which may stand for several of these."""
        keys = [key_of(key) for key in self.keys]
        number = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        places = np.array([number[key] for key in keys], dtype=np.int64)
        columns = self.columns
        found = {id(sums): sums.at_places(places, len(number)) for sums in columns}
        sums = tuple(found[id(sums)] for sums in columns)
        return replace(self, all_keys=Keys.of(list(number)), sums=sums, waiting=())

    def column(self, term: Term) -> Digits:
        """Return the sums of a term, in the order of `keys`."""
        every = self._summed.sums[self.terms.index(term)]
        return every if every.size == len(self) else every.of(self._places)

    @property
    def columns(self) -> list[Digits]:
        """The sums of each term, in the order of `keys`; equal sums are one object."""
        known = {id(sums): sums for sums in self._summed.sums}
        found = {name: sums.of(self._places) for name, sums in known.items()}
        return [found[id(sums)] for sums in self._summed.sums]

    def __iter__(self) -> Iterator[tuple[Key, tuple[int, ...]]]:
        """Yield the key and the sums of each group, in units of `numerics.sums.exact`."""
        return self.at(np.arange(len(self)))

    def at(self, groups: Integers) -> Iterator[tuple[Key, tuple[int, ...]]]:
        """Yield the same of some groups, given by their places in `keys`."""
        for start in range(0, groups.size, BLOCK):
            places = self._places[groups[start : start + BLOCK]]
            known = {id(sums): sums for sums in self._summed.sums}
            units = {name: sums.of(places).units() for name, sums in known.items()}
            columns = [units[id(sums)] for sums in self._summed.sums]
            yield from zip(self.all_keys.at(places), zip(*columns, strict=True), strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GroupSums) and dict(iter(self)) == dict(iter(other))

    __hash__ = None  # type: ignore[assignment]
