"""Integers as bytes, the same for the same values, and read without trust in what they say.

All lengths are little-endian and checked against the bytes that are left before memory is taken.
"""

from collections.abc import Sequence
from struct import Struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
# The bytes of zeros at the end of an integer, and of its other bytes.
SPAN = Struct("<HH")
COUNT, SIZE = Struct("<I"), Struct("<Q")
WORD = 8
# All sums together have no more bytes.
MOST_BYTES = 64 << 20
# No sum has more bytes, and no state more sums: a few bytes could stand for much memory.
LONGEST, MOST_INTEGERS = 2048, 1 << 18


class DamagedError(ValueError):
    """Bytes that are not what they should be, and how they differ."""


class Cursor:
    """Bytes that are read from front to back."""

    def __init__(self, content: memoryview) -> None:
        self._content, self._place = content, 0

    @property
    def left(self) -> int:
        """The number of bytes that are left."""
        return len(self._content) - self._place

    def take(self, size: int) -> memoryview:
        """Return the next bytes.

        Raises
        ------
        DamagedError
            If there are fewer.
        """
        start, end = self._place, self._place + size
        if end > len(self._content):
            raise DamagedError(f"it ends {end - len(self._content):,} bytes too early")
        self._place = end
        return self._content[start:end]

    def one(self, kind: Struct) -> int:
        """Return the next integer of a kind."""
        found: int = kind.unpack(self.take(kind.size))[0]
        return found

    def refuse_rest(self) -> None:
        """Raise a DamagedError if bytes are left."""
        if self.left:
            raise DamagedError(f"{self.left:,} bytes follow its end")


def written_integers(values: Sequence[int]) -> bytes:
    """Return some integers of any size as bytes.

    Sums in units far below the last bit of every value have thousands of zeros at their end, which
    are only counted.

    Examples
    --------
    >>> read_integers(Cursor(memoryview(written_integers([0, -1, 5 << 4296]))))[2] == 5 << 4296
    True
    """
    spans, digits = [], []
    for value in values:
        zeros = ((value & -value).bit_length() - 1) // 8 if value else 0
        rest = value >> (8 * zeros)
        size = (rest if rest >= 0 else ~rest).bit_length() // 8 + 1 if value else 0
        spans.append(SPAN.pack(zeros, size))
        digits.append(rest.to_bytes(size, "little", signed=True))
    return b"".join([COUNT.pack(len(values)), *spans, *digits])


def read_integers(cursor: Cursor) -> list[int]:
    """Return integers that `written_integers` made bytes of.

    Raises
    ------
    DamagedError
        If there are too few bytes, or the integers would be too many or too large.
    """
    count = cursor.one(COUNT)
    if count > MOST_INTEGERS:
        raise DamagedError(f"it has {count:,} sums")
    spans = list(SPAN.iter_unpack(cursor.take(SPAN.size * count)))
    lengths = [sum(span) for span in spans]
    if max(lengths, default=0) > LONGEST or sum(lengths) > MOST_BYTES:
        raise DamagedError("its sums are too large")
    digits = bytes(cursor.take(sum(size for _, size in spans)))
    found, place = [], 0
    for zeros, size in spans:
        end = place + size
        found.append(int.from_bytes(digits[place:end], "little", signed=True) << (8 * zeros))
        place = end
    return found


def written_array(values: Integers) -> bytes:
    """Return an array of integers, in as few bytes each as the largest needs.

    Parameters
    ----------
    values : shape (n,); n is not written.
    """
    largest = int((values ^ (values >> 63)).max(initial=0))
    width = largest.bit_length() // 8 + 1
    octets = np.ascontiguousarray(values, dtype="<i8").view(np.uint8).reshape(-1, WORD)
    return bytes([width]) + octets[:, :width].tobytes()


def read_array(cursor: Cursor, size: int) -> Integers:
    """Return an array of `size` integers that `written_array` made bytes of.

    Raises
    ------
    DamagedError
        If there are too few bytes, or an integer has more than eight.
    """
    width = cursor.take(1)[0]
    if not 1 <= width <= WORD:
        raise DamagedError(f"an integer has {width} bytes")
    octets = np.frombuffer(cursor.take(width * size), dtype=np.uint8).reshape(size, width)
    found = np.zeros((size, WORD), dtype=np.uint8)
    found[:, WORD - width :] = octets
    # Shifting to the right repeats the sign.
    words: Any = found.view("<i8").reshape(size).astype(np.int64)
    return np.asarray(words >> (8 * (WORD - width)))


def written_texts(texts: Sequence[bytes]) -> bytes:
    """Return some texts in UTF-8 as bytes; their number is not written."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return written_array(lengths) + b"".join(texts)


def read_texts(cursor: Cursor, size: int) -> tuple[bytes, ...]:
    """Return `size` texts that `written_texts` made bytes of.

    Raises
    ------
    DamagedError
        If there are too few bytes, or a length is negative.
    """
    lengths = read_array(cursor, size)
    if (lengths < 0).any():
        raise DamagedError("a text has a negative length")
    return tuple(bytes(cursor.take(length)) for length in lengths.tolist())
