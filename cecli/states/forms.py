"""What saved sums are made of: numbers, and numbers by key. They are added and taken away alike."""

import json
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass, replace
from cecli.numerics import ascending
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.levels import HALF

Integers = NDArray[np.int64]
# The keys of bins: integers, or texts of one or more columns in UTF-8; ascending and distinct.
Keys = Integers | tuple[bytes, ...]


TOTALS = "numbers"


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
        if min(values[:signed_from], default=0) < 0:
            raise NegativeError
        last = len(values)
        while last and not values[last - 1]:
            last -= 1
        return cls(tuple(values[:last]), signed_from)

    @property
    def shape(self) -> tuple[str, int | None, int]:
        return TOTALS, self.signed_from, 0

    @property
    def is_nothing(self) -> bool:
        return not self.values

    @classmethod
    def added(cls, parts: Sequence[Self]) -> Self:
        """Return the sums of the rows of all parts, at least one."""
        some = [part for part in parts if not part.is_nothing]
        if len(some) <= 1:
            return (some or parts)[0]
        columns = zip_longest(*(part.values for part in some), fillvalue=0)
        return cls.of(list(map(sum, columns)), some[0].signed_from)

    def minus(self, other: Self) -> Self:
        """Return the sums of the rows that are left without those of the other."""
        both = zip_longest(self.values, other.values, fillvalue=0)
        return type(self).of([first - second for first, second in both], self.signed_from)


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
        known = {id(each): plain(each) for each in columns}
        sums = tuple(known[id(each)] for each in columns)
        used = np.zeros(len(keys), dtype=np.bool_)
        for each in known.values():
            used[each.nonzero] = True
        if not used.all():
            keys, sums = _chosen(keys, sums, np.flatnonzero(used))
        if any((_signs(each) < 0).any() for each in sums[:signed_from]):
            raise NegativeError
        return cls(keys, sums, signed_from)

    @property
    def shape(self) -> tuple[str, int | None, int]:
        kind = "texts" if isinstance(self.keys, tuple) else "bins"
        return kind, self.signed_from, len(self.columns)

    @property
    def is_nothing(self) -> bool:
        return not len(self.keys)

    @classmethod
    def added(cls, parts: Sequence[Self]) -> Self:
        """Return the sums of the rows of all parts, at least one."""
        some = [part for part in parts if not part.is_nothing]
        if len(some) <= 1:
            return (some or parts)[0]
        keys, places = union([part.keys for part in some])
        known: dict[tuple[int, ...], Digits] = {}
        columns = []
        for column in zip(*(part.columns for part in some), strict=True):
            # Columns that are equal in all parts are added once.
            name = tuple(map(id, column))
            if name not in known:
                known[name] = Digits.added(len(keys), list(zip(places, column, strict=True)))
            columns.append(known[name])
        return cls.of(keys, columns, some[0].signed_from)

    def minus(self, other: Self) -> Self:
        """Return the sums of the rows that are left without those of the other."""
        known = {id(each): _negative(each) for each in other.columns}
        columns = tuple(known[id(each)] for each in other.columns)
        return self.added([self, replace(other, columns=columns)]).checked()

    def checked(self) -> Self:
        """Return the same bins if none of their counts is negative, and raise otherwise."""
        return self.of(self.keys, self.columns, self.signed_from)


Form = Totals | Bins


def added(forms: Sequence[Any]) -> Any:
    """Return the sums of the rows of some forms of one kind."""
    return type(forms[0]).added(forms)


def union(every: Sequence[Any]) -> tuple[Any, list[Integers]]:
    """Return all keys, ascending, and the places of those of each part among them."""
    if not isinstance(every[0], tuple):
        found = ascending.union(every)
        return found, [np.searchsorted(found, keys) for keys in every]
    keys = tuple(sorted({key for each in every for key in each}))
    number = {key: place for place, key in enumerate(keys)}
    places = ([number[key] for key in each] for each in every)
    return keys, [np.array(each, dtype=np.int64) for each in places]


def packed_key(key: tuple[str, ...]) -> bytes:
    """Return the bytes of the key of a group: its text, or several as JSON."""
    text = key[0] if len(key) == 1 else json.dumps(key, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def unpacked_key(content: bytes, parts: int) -> tuple[str, ...]:
    """Return the key that `packed_key` made bytes of, which has so many texts.

    Raises
    ------
    ValueError
        If it has others.
    """
    text = content.decode("utf-8", "surrogatepass")
    if parts == 1:
        return (text,)
    key = json.loads(text)
    if not isinstance(key, list) or [*map(type, key)] != [str] * parts:
        raise ValueError(f"{text} is no key of {parts} texts")
    return tuple(key)


def plain(sums: Digits) -> Digits:
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
    known = {id(each): plain(each.of(places)) for each in columns}
    return some, tuple(known[id(each)] for each in columns)
