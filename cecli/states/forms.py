"""What saved sums are made of: numbers, and numbers by key. They are added and taken away alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from operator import add, sub
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cecli.numerics.sums.digits import HALF, Digits

Integers = NDArray[np.int64]
# The keys of bins: integers, or texts of one or more columns in UTF-8; ascending and distinct.
Keys = Integers | tuple[bytes, ...]


class NegativeError(ValueError):
    """A count that cannot be negative, and is."""


@dataclass(frozen=True)
class Totals:
    """Some sums.

    Attributes
    ----------
    values : without the zeros at their end, so that no rows have none.
    signed_from : the place of the first that may be negative; None if none may be.
    """

    values: tuple[int, ...]
    signed_from: int | None = None

    @classmethod
    def of(cls, values: Sequence[int], signed_from: int | None = None) -> Self:
        """Return sums, whose counts come first.

        Raises
        ------
        NegativeError
            If a count is negative.
        """
        last = len(values)
        while last and not values[last - 1]:
            last -= 1
        if any(value < 0 for value in values[:signed_from]):
            raise NegativeError
        return cls(tuple(values[:last]), signed_from)

    @property
    def shape(self) -> tuple[str, int | None, int]:
        return "numbers", self.signed_from, 0

    @property
    def is_nothing(self) -> bool:
        return not self.values

    def plus(self, other: Self) -> Self:
        """Return the sums of the rows of both."""
        both = zip_longest(self.values, other.values, fillvalue=0)
        return type(self).of([add(*pair) for pair in both], self.signed_from)

    def minus(self, other: Self) -> Self:
        """Return the sums of the rows that are left without those of the other."""
        both = zip_longest(self.values, other.values, fillvalue=0)
        return type(self).of([sub(*pair) for pair in both], self.signed_from)


@dataclass(frozen=True, eq=False)
class Bins:
    """Some sums under each of some keys.

    Attributes
    ----------
    columns : the sums, one digit of each at each level, after all carries; no level is all zero.
    signed_from : the number of columns that cannot be negative, which come first.
    """

    keys: Keys
    columns: tuple[Digits, ...]
    signed_from: int

    @classmethod
    def of(cls, keys: Keys, columns: Sequence[Digits], signed_from: int) -> Self:
        """Return the bins that are not empty.

        Raises
        ------
        NegativeError
            If a count is negative.
        """
        known = {id(each): _plain(each) for each in columns}
        plain = tuple(known[id(each)] for each in columns)
        used = np.zeros(len(keys), dtype=np.bool_)
        for each in known.values():
            used[each.nonzero] = True
        if not used.all():
            keys, plain = _chosen(keys, plain, np.flatnonzero(used))
        if any((_signs(each) < 0).any() for each in plain[:signed_from]):
            raise NegativeError
        return cls(keys, plain, signed_from)

    @property
    def shape(self) -> tuple[str, int | None, int]:
        kind = "texts" if isinstance(self.keys, tuple) else "bins"
        return kind, self.signed_from, len(self.columns)

    @property
    def is_nothing(self) -> bool:
        return not len(self.keys)

    def plus(self, other: Self) -> Self:
        """Return the sums of the rows of both."""
        if other.is_nothing or self.is_nothing:
            return self if other.is_nothing else other
        keys, places = union(self.keys, other.keys)
        columns = _added(len(keys), places, self.columns, other.columns)
        return type(self).of(keys, columns, self.signed_from)

    def minus(self, other: Self) -> Self:
        """Return the sums of the rows that are left without those of the other."""
        known = {id(each): _negative(each) for each in other.columns}
        negative = tuple(known[id(each)] for each in other.columns)
        keys, places = union(self.keys, other.keys)
        columns = _added(len(keys), places, self.columns, negative)
        return type(self).of(keys, columns, self.signed_from)


Form = Totals | Bins


def plus(form: Form, other: Form) -> Form:
    """Return the sums of the rows of both.

    Raises
    ------
    TypeError
        If they are of different kinds.
    """
    if isinstance(form, Totals) and isinstance(other, Totals):
        return form.plus(other)
    if isinstance(form, Bins) and isinstance(other, Bins):
        return form.plus(other)
    raise TypeError(f"{form.shape} and {other.shape}")


def minus(form: Form, other: Form) -> Form:
    """Return the sums of the rows that are left without those of the other, or raise likewise."""
    if isinstance(form, Totals) and isinstance(other, Totals):
        return form.minus(other)
    if isinstance(form, Bins) and isinstance(other, Bins):
        return form.minus(other)
    raise TypeError(f"{form.shape} and {other.shape}")


def union(first: Any, second: Any) -> tuple[Any, tuple[Integers, Integers]]:
    """Return the keys of both, ascending, and the places of each among them."""
    if isinstance(first, tuple):
        keys = tuple(sorted({*first, *second}))
        number = {key: place for place, key in enumerate(keys)}
        some, others = ([number[key] for key in each] for each in (first, second))
        return keys, (np.array(some, dtype=np.int64), np.array(others, dtype=np.int64))
    found = np.union1d(first, second)
    return found, (np.searchsorted(found, first), np.searchsorted(found, second))


def _added(
    size: int,
    places: tuple[Integers, Integers],
    first: tuple[Digits, ...],
    second: tuple[Digits, ...],
) -> list[Digits]:
    """Return the sums of both; pairs of equal columns are added once."""
    known: dict[tuple[int, int], Digits] = {}
    found = []
    for pair in zip(first, second, strict=True):
        key = (id(pair[0]), id(pair[1]))
        if key not in known:
            known[key] = Digits.added(size, list(zip(places, pair, strict=True)))
        found.append(known[key])
    return found


def _plain(sums: Digits) -> Digits:
    """Return sums after all carries, without levels of zeros."""
    is_carried = all(((x >= -HALF) & (x < HALF)).all() for x in sums.levels.values())
    carried = sums if is_carried else sums.carried()
    if all(x.any() for x in carried.levels.values()):
        return carried
    return replace(carried, levels={k: x for k, x in carried.levels.items() if x.any()})


def _negative(sums: Digits) -> Digits:
    return Digits(sums.size, {level: -x for level, x in sums.levels.items()})


def _signs(sums: Digits) -> Integers:
    """Return the signs of sums after all carries: those of their first digits."""
    found = np.zeros(sums.size, dtype=np.int64)
    for level in sorted(sums.levels, reverse=True):
        found = np.where(found == 0, np.sign(sums.levels[level]), found)
    return found


def _chosen(
    keys: Keys, columns: tuple[Digits, ...], places: Integers
) -> tuple[Keys, tuple[Digits, ...]]:
    some = tuple(keys[p] for p in places.tolist()) if isinstance(keys, tuple) else keys[places]
    known = {id(each): _plain(each.of(places)) for each in columns}
    return some, tuple(known[id(each)] for each in columns)
