"""The keys of groups: the values that rows share in some text columns."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from threading import Lock
from typing import Any, Self

import numpy as np

from cecli.core.chunk import Chunk, Coded, Integers
from cecli.core.errors import InputError
from cecli.statistics.texts import Packed, Texts

Key = tuple[str, ...]
# Up to this many combinations have a counter each, whether or not they occur.
FEW = 1 << 20
NO_TEXTS = Packed.of(())


def groups_of(chunk: Chunk, roles: tuple[str, ...]) -> "tuple[Keys, Integers]":
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
    return Keys.of_columns(columns), codes


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
    if np.array_equal(codes, np.arange(len(text.names))):
        return list(text.names)
    return [text.names[code] for code in codes.tolist()]


def too_many_groups(most: int, source: str) -> InputError:
    """Return the error of an input with too many groups."""
    return InputError(
        f"has more than {most:,} groups",
        source,
        "identifiers or numbers? --max-groups N allows more, at a few kilobytes each",
    )


class Keys:
    """Distinct keys, numbered in the order in which they came. They only ever become more.

    So states whose sums are in this order can share them: each knows the first so many.
    """

    def __init__(self, texts: Packed = NO_TEXTS, parts: int = 1) -> None:
        self.texts, self.parts = Texts(texts), parts
        self._lock = Lock()

    @classmethod
    def of(cls, keys: Sequence[Key]) -> Self:
        """Return distinct keys."""
        return cls.of_columns(list(zip(*keys, strict=True)))

    @classmethod
    def of_columns(cls, columns: Sequence[Sequence[str]]) -> Self:
        """Return distinct keys, given the values of each part."""
        if len(columns) == 1:
            return cls(Packed.of(columns[0]))
        return cls(Packed.of(list(map(_joined, *columns))), len(columns)) if columns else cls()

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[Key]:
        return iter(self.at(np.arange(len(self))))

    def places(self, keys: "Keys") -> Integers:
        """Return the number of each of these keys, and add those that are new."""
        with self._lock:
            if not len(self):
                self.parts = keys.parts
            return self.texts.places(keys.texts.packed)

    def at(self, places: Integers) -> list[Key]:
        """Return the keys with these numbers."""
        texts = self.texts.packed.texts(places)
        return [(text,) for text in texts] if self.parts == 1 else list(map(_split, texts))

    def __reduce__(self) -> tuple[Any, ...]:
        return Keys.of, (list(self),)


def _joined(*parts: str) -> str:
    """Return one text for several; their lengths tell where each ends."""
    return f"{' '.join(str(len(part)) for part in parts)},{''.join(parts)}"


def _split(text: str) -> Key:
    lengths, _, rest = text.partition(",")
    ends = list(accumulate(map(int, lengths.split(" "))))
    return tuple(rest[begin:end] for begin, end in zip([0, *ends], ends, strict=False))
