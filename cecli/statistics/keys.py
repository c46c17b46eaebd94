"""The keys of groups: the values that rows share in some text columns."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import repeat
from threading import Lock
from typing import Any

import numpy as np

from cecli.core.chunk import Chunk, Coded, Integers
from cecli.core.errors import InputError

Key = tuple[str, ...]
# Up to this many combinations have a counter each, whether or not they occur.
FEW = 1 << 20


def groups_of(chunk: Chunk, roles: tuple[str, ...]) -> tuple[list[Key], Integers]:
    """Return the groups that occur in a chunk, and the index of each row's group."""
    texts = [chunk.texts[role] for role in roles]
    columns: list[list[str]] = []
    groups, codes = _numbered(texts[0].codes, len(texts[0].names))
    columns.append(_names(texts[0], groups))
    for text in texts[1:]:
        size = max(len(text.names), 1)
        groups, codes = _numbered(codes * size + text.codes, len(columns[0]) * size)
        before, last = np.divmod(groups, size)
        columns = [[names[place] for place in before.tolist()] for names in columns]
        columns.append(_names(text, last))
    return list(zip(*columns, strict=True)), codes


def _numbered(codes: Integers, size: int) -> tuple[Integers, Integers]:
    """Return the codes that occur, ascending, and the index of each row's code among them."""
    if size > FEW:
        used, places = np.unique(codes, return_inverse=True)
        return used, places.reshape(-1)
    used = np.flatnonzero(np.bincount(codes, minlength=size))
    if used.size == size:
        return used, codes
    recode = np.zeros(size, dtype=np.int64)
    recode[used] = np.arange(used.size)
    return used, recode.take(codes)


def _names(text: Coded, codes: Integers) -> list[str]:
    return [text.names[code] for code in codes.tolist()]


def refuse_more(groups: int, most: int, source: str) -> None:
    """Raise an InputError if there are too many groups."""
    if groups > most:
        raise InputError(
            f"has more than {most:,} groups",
            source,
            "identifiers or numbers? --max-groups N allows more, at a few hundred bytes each",
        )


class Keys:
    """Distinct keys, numbered in the order in which they came. They only ever become more.

    So states whose sums are in this order can share them: each knows the first so many.
    """

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._keys = list(keys)
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys)

    def places(self, keys: "Keys") -> Integers:
        """Return the number of each of these keys, and add those that are new."""
        with self._lock:
            known, count = self._places, len(self)
            given = map(known.get, keys, repeat(-1))
            found = np.fromiter(given, dtype=np.int64, count=len(keys))
            new = np.flatnonzero(found < 0)
            found[new] = np.arange(count, count + new.size)
            self._keys += keys.at(new)
            known.update(zip(self._keys[count:], range(count, len(self)), strict=True))
        return found

    @cached_property
    def _places(self) -> dict[Key, int]:
        return dict(zip(self._keys, range(len(self)), strict=True))

    def at(self, places: Integers) -> Sequence[Key]:
        """Return the keys with these numbers."""
        return list(map(self._keys.__getitem__, places.tolist()))

    def __reduce__(self) -> tuple[Any, ...]:
        return Keys, (tuple(self._keys),)
