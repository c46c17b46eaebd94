"""The rows of an input in temporary files: those that share a key in files of the same number."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cecli.core.chunk import Integers, Rows
from cecli.core.dataclasses import dataclass, field, replace
from cecli.core.texts import in_one as keys_in_one
from cecli.join.columns import NarrowColumns, in_one
from cecli.join.index import Keys, packed, parts_of
from cecli.join.spill import Spill

BITS = 6
PARTS = 1 << BITS
# Rows wait until they have so many bytes, so that each part gets enough of them at a time.
ENOUGH = 16 << 20


@dataclass(frozen=True, eq=False)
class Piece:
    """Some rows of an input.

    Attributes
    ----------
    places : shape (n,), increasing: the number of each row in its input.
    """

    places: Integers
    keys: Keys
    columns: NarrowColumns

    @property
    def nbytes(self) -> int:
        return 3 * self.places.nbytes + len(self.keys.buffer) + self.columns.nbytes

    def at(self, rows: Rows) -> "Piece":
        return Piece(self.places[rows], self.keys.at(rows), self.columns.at(rows))


def _joined(pieces: Sequence[Piece]) -> Piece:
    return Piece(
        np.concatenate([piece.places for piece in pieces]),
        keys_in_one([piece.keys for piece in pieces]),
        in_one([piece.columns for piece in pieces]),
    )


@dataclass
class PartFiles:
    """The rows of an input, each in the file of its part."""

    folder: Path
    name: str
    _waiting: list[Piece] = field(default_factory=list)
    _size: int = 0

    def part(self, number: int) -> Spill[Piece]:
        """Return the rows of a part, in order."""
        return Spill(self.folder / f"{self.name}-{number}")

    def add(self, piece: Piece) -> None:
        self._waiting.append(piece)
        self._size += piece.nbytes
        if self._size > ENOUGH:
            self.write()

    def write(self) -> None:
        """Write the rows that wait."""
        if not self._waiting:
            return
        whole = _joined(self._waiting)
        self._waiting, self._size = [], 0
        parts = parts_of(whole.keys, BITS)
        rows = whole.at(np.argsort(parts, kind="stable"))
        rows = replace(rows, keys=packed(rows.keys))
        ends = np.cumsum(np.bincount(parts, minlength=PARTS)).tolist()
        for number, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
            if start < end:
                self.part(number).add(rows.at(slice(start, end)))


class FoundPairs(NamedTuple):
    """The places of some rows of the first input, increasing, and their partners."""

    places: Integers
    partners: NarrowColumns

    def at(self, rows: Rows) -> "FoundPairs":
        return FoundPairs(self.places[rows], self.partners.at(rows))


def _pairs_in_one(pieces: Sequence[FoundPairs]) -> FoundPairs:
    places = np.concatenate([piece.places for piece in pieces])
    return FoundPairs(places, in_one([piece.partners for piece in pieces]))


class InTurn:
    """FoundPairs in order, taken up to one place after the other.

    Parameters
    ----------
    nothing : no pairs.
    """

    def __init__(self, pieces: Iterator[FoundPairs], nothing: FoundPairs) -> None:
        self._pieces, self._next = pieces, nothing
        self._is_over = False

    def up_to(self, last: int) -> FoundPairs:
        """Remove and return the pairs up to place `last`."""
        if self._is_over and not len(self._next.places):
            return self._next
        taken = [self._next]
        while not self._is_over and taken[-1].places[-1:].max(initial=-1) <= last:
            piece = next(self._pieces, None)
            self._is_over = piece is None
            taken += [] if piece is None else [piece]
        whole = taken[0] if len(taken) == 1 else _pairs_in_one(taken)
        cut = int(np.searchsorted(whole.places, last, side="right"))
        self._next = whole.at(slice(cut, None))
        return whole.at(slice(0, cut))


def merged(pieces: Sequence[FoundPairs], nothing: FoundPairs) -> FoundPairs:
    """Return all pairs in one order."""
    whole = _pairs_in_one([piece for piece in pieces if len(piece.places)] or [nothing])
    return whole.at(np.argsort(whole.places, kind="stable"))
