"""Texts most of which differ, as keys do: kept as bytes, and coded only when they must be."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Coded, Integers, Rows

Bytes = NDArray[np.uint8]


class LazilyCoded(Coded):
    """A text column as UTF-8 in one buffer: row i holds buffer[begins[i] : ends[i]].

    Wherever codes and names are asked for, it is a coded column like any other.

    Parameters
    ----------
    buffer : shape (b,), with at least one byte after the last text.
    begins, ends : shape (n,) each.
    """

    is_coded: ClassVar[bool] = False

    buffer: Bytes
    begins: Integers
    ends: Integers

    def __init__(self, buffer: Bytes, begins: Integers, ends: Integers) -> None:
        vars(self).update(buffer=buffer, begins=begins, ends=ends)

    @cached_property
    def codes(self) -> Integers:
        return self._coded[0]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return self._coded[1]

    @cached_property
    def _coded(self) -> tuple[Integers, tuple[str, ...]]:
        codes: dict[bytes, int] = {}
        coded = [codes.setdefault(text, len(codes)) for text in self.texts()]
        return np.array(coded, dtype=np.int64), tuple(text.decode() for text in codes)

    def __len__(self) -> int:
        return len(self.begins)

    def at(self, rows: Rows) -> "LazilyCoded":
        return LazilyCoded(self.buffer, self.begins[rows], self.ends[rows])

    def of_row(self, row: int) -> str:
        return self.buffer[self.begins[row] : self.ends[row]].tobytes().decode()

    def __reduce__(self) -> "tuple[object, tuple[bytes, Integers]]":
        """Pickle the texts of the rows, and no others in the buffer."""
        lengths = self.ends - self.begins
        if (self.begins[1:] == self.ends[:-1]).all():
            buffer = self.buffer[self.begins[:1].sum() : self.ends[-1:].sum()]
        else:
            starts = np.cumsum(lengths) - lengths
            places = np.repeat(self.begins - starts, lengths) + np.arange(lengths.sum())
            buffer = self.buffer[places]
        few = lengths.astype(np.min_scalar_type(int(lengths.max(initial=0))))
        return of_lengths, (buffer.tobytes(), few)

    def texts(self) -> list[bytes]:
        """Return the bytes of each row."""
        whole = self.buffer.tobytes()
        places = zip(self.begins.tolist(), self.ends.tolist(), strict=True)
        return [whole[begin:end] for begin, end in places]

    def rows_where(self, holds: Callable[[str], bool], beginnings: str) -> NDArray[np.bool_]:
        """Return for which rows holds(text) is true.

        Parameters
        ----------
        holds : true at most for an empty text, and for texts that begin with one of `beginnings`.
        """
        may_begin = np.zeros(256, dtype=np.bool_)
        may_begin[[character.encode()[0] for character in beginnings]] = True
        flags = may_begin[self.buffer[self.begins]] | (self.begins == self.ends)
        for row in np.flatnonzero(flags).tolist():
            flags[row] = holds(self.of_row(row))
        found: NDArray[np.bool_] = flags
        return found


def uncoded(text: Coded) -> LazilyCoded:
    """Return a text column as bytes.

    Raises
    ------
    UnicodeEncodeError
        If a text has half of a surrogate pair.
    """
    if isinstance(text, LazilyCoded):
        return text
    found = of_texts([name.encode() for name in text.names])
    return found.at(text.codes)


def of_texts(texts: Sequence[bytes]) -> LazilyCoded:
    """Return a column of texts, one a row."""
    return of_lengths(b"".join(texts), np.array(list(map(len, texts)), dtype=np.int64))


def of_lengths(texts: bytes, lengths: NDArray[np.integer[Any]]) -> LazilyCoded:
    """Return a column of texts that follow each other."""
    ends = np.cumsum(lengths, dtype=np.int64)
    return LazilyCoded(np.frombuffer(texts + b"\0", dtype=np.uint8), ends - lengths, ends)


def in_one(columns: Sequence[Coded]) -> LazilyCoded:
    """Return the texts of consecutive rows as one column."""
    pieces = [uncoded(column) for column in columns]
    starts = np.cumsum([0, *(len(piece.buffer) for piece in pieces)])
    return LazilyCoded(
        np.concatenate([piece.buffer for piece in pieces]),
        np.concatenate([x.begins + start for x, start in zip(pieces, starts, strict=False)]),
        np.concatenate([x.ends + start for x, start in zip(pieces, starts, strict=False)]),
    )
