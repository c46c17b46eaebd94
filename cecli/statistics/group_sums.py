"""Exact sums over the rows of each of many groups."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import NamedTuple, Self

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.errors import InputError
from cecli.numerics import Floats
from cecli.numerics.sums.digits import Digits
from cecli.statistics.keys import Key, Keys, groups_of, too_many_groups
from cecli.statistics.mean import has_infinite

# Rows wait until there are so many, and so many for each group. So the work on all groups stays
# smaller than the work on the rows. But very many would take too much memory.
LEAST_WAITING, MOST_WAITING = 1 << 14, 1 << 20
WAITING_PER_GROUP = 8
# Groups that are looked at one by one become Python integers, a block at a time.
BLOCK = 1 << 10


class Term(NamedTuple):
    """What is summed over the rows of each group: a power of the weight times some scores.

    Attributes
    ----------
    power : of the weight, from 0 to 2; 0 counts rows.
    scores : the places of the scores that are multiplied, at most two.
    """

    power: int
    scores: tuple[int, ...] = ()


# A score of some rows, shape (n,), finite; None if it is 0 in all of them.
Score = Floats | None


def finite_and_infinite(
    chunk: Chunk, scores: Sequence[Callable[[Chunk], Floats]]
) -> tuple[Score, ...]:
    """Return some scores with 0 for infinite values, then for each score 1 where it is infinite."""
    finite: list[Score] = []
    infinite: list[Score] = []
    for score in scores:
        x = chunk.once(score)
        if not has_infinite(x):
            finite.append(x)
            infinite.append(None)
        else:
            is_infinite = np.isinf(x)
            finite.append(np.where(is_infinite, 0.0, x))
            infinite.append(is_infinite.astype(np.float64))
    return (*finite, *infinite)


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows that wait to be summed.

    Attributes
    ----------
    places : shape (n,), the number of each row's key.
    weight : shape (n,); None if every row counts once.
    scores : what terms are made of.
    are_counts : whether the weights say for how many equal rows each row stands.
    """

    places: Integers
    weight: Floats | None
    scores: tuple[Score, ...]
    are_counts: bool = False

    def renumbered(self, places: Integers) -> Self:
        """Return the same rows, with the new number of each key."""
        return replace(self, places=places.take(self.places))

    def sums(self, terms: Sequence[Term], size: int) -> tuple[Digits, ...]:
        """Return the sums of the terms for each of so many keys; equal sums are one object."""
        known: dict[tuple[int, ...], Digits] = {}
        found = []
        for power, scores in terms:
            factors = _without_squares(
                [*self._weights(power), *map(self.scores.__getitem__, scores)]
            )
            key = tuple(map(id, factors))
            if key not in known:
                known[key] = self._sum(factors, size)
            found.append(known[key])
        return tuple(found)

    def _weights(self, power: int) -> list[Score]:
        """Return the factors by which a row counts: each of its equal rows has weight 1."""
        if self.weight is None:
            return []
        return [self.weight] * (1 if self.are_counts else power)

    def _sum(self, factors: Sequence[Score], size: int) -> Digits:
        present = [factor for factor in factors if factor is not None]
        if len(present) < len(factors):
            return Digits(size, {})
        if not present:
            return Digits.of_counts(np.bincount(self.places, minlength=size))
        return Digits.products_by(self.places, size, *present)


def _without_squares(factors: list[Score]) -> list[Score]:
    """Return factors with the same product: the square of 0 and of 1 is itself."""
    *others, last = factors or [None]
    if not others or last is None or others[-1] is not last:
        return factors
    return others if ((last == 0.0) | (last == 1.0)).all() else factors


def joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of all parts, which have weights in all parts or in none."""
    if len(parts) == 1:
        return parts[0]
    weights = [part.weight for part in parts if part.weight is not None]
    scores = []
    for column in zip(*(part.scores for part in parts), strict=True):
        present = [
            np.zeros(part.places.size) if score is None else score
            for part, score in zip(parts, column, strict=True)
        ]
        is_zero = all(score is None for score in column)
        scores.append(None if is_zero else np.concatenate(present))
    return Rows(
        np.concatenate([part.places for part in parts]),
        np.concatenate(weights) if weights else None,
        tuple(scores),
        parts[0].are_counts,
    )


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
    waiting: tuple[Rows, ...] = ()
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
        rows = Rows(codes, chunk.weight, scores, chunk.count is not None)
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
        rows = sum(rows.places.size for rows in self.waiting)
        enough = min(max(LEAST_WAITING, WAITING_PER_GROUP * groups), MOST_WAITING)
        return self if rows < enough else self._summed

    @cached_property
    def _summed(self) -> Self:
        """The same state, without any waiting rows."""
        if not self.waiting:
            return self
        alike = groupby(self.waiting, key=lambda rows: rows.weight is None)
        parts = [joined(list(part)) for _, part in alike]
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
