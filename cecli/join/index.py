"""The places of distinct keys, found by their bytes."""

import zlib
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Integers
from cecli.core.texts import LazilyCoded, of_lengths, of_texts

try:
    # The same, compiled.
    from cecli.join import key_table as key_table
except ImportError:
    key_table = None  # type: ignore[assignment]

Keys = LazilyCoded
Raw = tuple[NDArray[np.uint8], Integers, Integers]


def _raw(keys: Keys) -> Raw:
    """Return keys as the compiled part takes them."""
    begins, ends = np.ascontiguousarray(keys.begins), np.ascontiguousarray(keys.ends)
    return keys.buffer, begins, ends


class KeyIndex:
    """The places of distinct keys: 0 for the one that was added first.

    Where it was compiled, keys are found by hashes of 64 bits, and a key is found only if all of
    its bytes are equal.
    """

    def __init__(self) -> None:
        self._table = _Table() if key_table is None else key_table.Table()

    def __len__(self) -> int:
        return len(self._table)

    @property
    def nbytes(self) -> int:
        """The memory that it takes, in bytes."""
        return int(self._table.nbytes)

    def add(self, keys: Keys) -> tuple[int, int] | None:
        """Add keys, each at the next place.

        Returns
        -------
        the first row whose key was added before, and the place of that key; None if all are new.
        The rows before it are added.
        """
        again: tuple[int, int] | None = self._table.add(*_raw(keys))
        return again

    def places(self, keys: Keys) -> Integers:
        """Return the places of some keys, shape (n,): −1 for a key that does not occur."""
        places: Integers = self._table.find(*_raw(keys))
        return places

    def key(self, place: int) -> str:
        """Return the key at a place."""
        return str(self._table.key(place), "utf-8")

    def keys(self, start: int, stop: int) -> Keys:
        """Return the keys at consecutive places."""
        return Keys(*self._table.keys(start, stop))


# The approximate size of a key in a dictionary, besides its bytes.
ENTRY = 150


class _Table:
    """What the compiled table does, in a dictionary."""

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}
        self._keys: list[bytes] = []
        self.nbytes = 0

    def __len__(self) -> int:
        return len(self._keys)

    def add(
        self, buffer: NDArray[np.uint8], begins: Integers, ends: Integers
    ) -> tuple[int, int] | None:
        for row, key in enumerate(Keys(buffer, begins, ends).texts()):
            if key in self._places:
                return row, self._places[key]
            self._places[key] = len(self._keys)
            self._keys.append(key)
            self.nbytes += ENTRY + len(key)
        return None

    def find(self, buffer: NDArray[np.uint8], begins: Integers, ends: Integers) -> Integers:
        keys = Keys(buffer, begins, ends).texts()
        return np.array([self._places.get(key, -1) for key in keys], dtype=np.int64)

    def keys(self, start: int, stop: int) -> Raw:
        found = of_texts(self._keys[start:stop])
        return found.buffer, found.begins, found.ends

    def key(self, place: int) -> bytes:
        return self._keys[place]


def parts_of(keys: Keys, bits: int) -> NDArray[np.uint8]:
    """Return to which of 2^bits parts each key belongs, shape (n,); equal keys to the same."""
    if key_table is not None:
        parts: NDArray[np.uint8] = key_table.parts_of(*_raw(keys), bits)
        return parts
    hashes = map(partial(_part, bits), keys.texts())
    return np.fromiter(hashes, dtype=np.uint8, count=len(keys))


def _part(bits: int, key: bytes) -> int:
    return zlib.crc32(key) >> (32 - bits)


def packed(keys: Keys) -> Keys:
    """Return the same keys, one behind the other."""
    if key_table is None:
        return of_texts(keys.texts())
    return of_lengths(key_table.copied(*_raw(keys)).tobytes(), keys.ends - keys.begins)


def together(columns: Sequence[Keys]) -> Keys:
    """Return several columns of texts as one, in which other texts are always another text.

    `, ` is between them, and a backslash before each comma and backslash in them.
    """
    if len(columns) == 1:
        return columns[0]
    if key_table is not None:
        return Keys(*key_table.together([_raw(column) for column in columns]))
    escaped = [map(_escaped, column.texts()) for column in columns]
    return of_texts(list(map(b", ".join, zip(*escaped, strict=True))))


def _escaped(text: bytes) -> bytes:
    return text.replace(b"\\", rb"\\").replace(b",", rb"\,")


def note(places: Integers, lines: Integers, line_of: Integers) -> int | None:
    """Note for the key at each place the line of the row that asked for it, in line_of[place].

    Returns
    -------
    the first row whose key was asked for before, or None; the rows before it are noted. A place of
    −1 is passed over.
    """
    if key_table is not None:
        again: int | None = key_table.note(places, lines, line_of)
        return again
    for row in np.flatnonzero(places >= 0).tolist():
        if line_of[places[row]]:
            return int(row)
        line_of[places[row]] = lines[row]
    return None
