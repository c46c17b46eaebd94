"""The second input in memory, with its rows found by their keys."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from cecli.core.chunk import Chunk, Integers, Position
from cecli.core.dataclasses import dataclass
from cecli.join.columns import Names, NarrowColumns, in_one
from cecli.join.index import KeyIndex, Keys, note
from cecli.join.keys import (
    EXAMPLES,
    Again,
    Alone,
    KeyedRows,
    KeyedSide,
    Match,
    duplicate,
    keys_of,
    without_key,
)
from cecli.join.sides import Numbered

# The bytes for each row that tell which row asked for it.
ASKED = 8


@dataclass(frozen=True, eq=False)
class Found:
    """The places of rows asked for, up to the first row that asks again.

    Attributes
    ----------
    places : shape (n,), −1 for none.
    again : the row that asks for what was asked for before, and the line that did; None if all ask
        for the first time.
    """

    places: Integers
    again: tuple[int, int] | None


class IndexedRows:
    """Rows with distinct keys. All are added before the first is asked for.

    Parameters
    ----------
    pieces : without rows, for the columns of no rows.
    """

    def __init__(self, *pieces: NarrowColumns) -> None:
        self.index = KeyIndex()
        self._pieces = list(pieces)
        self._nbytes = 0

    @property
    def nbytes(self) -> int:
        """The approximate memory that they take, in bytes."""
        return self._nbytes + self.index.nbytes + ASKED * len(self.index)

    def add(self, keys: Keys, columns: NarrowColumns) -> tuple[int, int] | None:
        """Add rows; return the first whose key was there before, and the line that had it."""
        again = self.index.add(keys)
        self._pieces.append(columns)
        self._nbytes += columns.nbytes
        if again is None:
            return None
        row, place = again
        return row, int(np.concatenate([piece.lines for piece in self._pieces])[place])

    def given_back(self) -> Iterator[tuple[Keys, NarrowColumns]]:
        """Yield the rows as they were added, releasing each piece."""
        place = 0
        for piece in self._drained():
            yield self.index.keys(place, place + len(piece)), piece
            place += len(piece)

    def _drained(self) -> Iterator[NarrowColumns]:
        self._pieces.reverse()
        while self._pieces:
            yield self._pieces.pop()

    def close(self) -> None:
        """End adding."""
        self.rows = in_one(self._pieces)
        # For each row, the line that asked for it; 0 if none did.
        self._line_of = np.zeros(len(self.rows), dtype=np.int64)

    def asked_by(self, keys: Keys, lines: Integers) -> Found:
        """Return the places of the keys of some lines."""
        places = self.index.places(keys)
        row = note(places, lines, self._line_of)
        if row is None:
            return Found(places, None)
        return Found(places[:row], (row, int(self._line_of[places[row]])))

    def alone(self) -> Integers:
        """Return the places of the rows that no line asked for."""
        return np.flatnonzero(self._line_of == 0)


class InMemory:
    """All rows of a side, in memory.

    Attributes
    ----------
    names : those of their texts.
    """

    def __init__(self, side: KeyedSide) -> None:
        self.names = Names()
        self.kept = IndexedRows()
        self._side = side
        self._alone, self._examples = 0, list[tuple[str, Position]]()

    @property
    def rows(self) -> int:
        """The number of rows added so far."""
        return len(self.kept.index)

    @property
    def remarked(self) -> Sequence[Chunk]:
        return self._side.remarked

    def add(self, piece: KeyedRows) -> None:
        """Add rows.

        Raises
        ------
        RowError
            If a key occurs twice.
        """
        place = self.rows
        again = self.kept.add(piece.keys, self.names.columns(piece.rows))
        if again is not None:
            row, before = again
            line = int(piece.rows.lines[row])
            raise self._side.duplicate(Again(place + row, piece.keys.of_row(row), line, before))

    def matches(self, first: Iterable[Numbered]) -> Iterator[Match]:
        self.kept.close()
        for numbered in first:
            chunk = numbered.chunk
            keys = keys_of(chunk)
            found = self.kept.asked_by(keys, chunk.lines)
            if found.again is not None:
                row, before = found.again
                again = Again(row, keys.of_row(row), int(chunk.lines[row]), before)
                chunk = chunk.until(row, duplicate(chunk.position(row), again, numbered.whose))
            has_partner = found.places >= 0
            self._note_alone(keys, chunk, np.flatnonzero(~has_partner))
            second = self.kept.rows.at(found.places[has_partner])
            yield Match(without_key(chunk), has_partner, self._chunk(second))

    def _chunk(self, columns: NarrowColumns) -> Chunk:
        return self.names.chunk(columns, self._side.source, self._side.scales)

    def _note_alone(self, keys: Keys, chunk: Chunk, rows: Integers) -> None:
        self._alone += len(rows)
        for row in map(int, rows[: EXAMPLES - len(self._examples)]):
            self._examples.append((keys.of_row(row), chunk.position(row)))

    def first_alone(self) -> Alone:
        return Alone(self._alone, self._examples)

    def second_alone(self) -> Alone:
        places = self.kept.alone()
        lines = self.kept.rows.lines
        examples = [
            (self.kept.index.key(place), self._side.position(place, int(lines[place])))
            for place in map(int, places[:EXAMPLES])
        ]
        return Alone(len(places), examples)

    def chunks_alone(self) -> Iterator[Chunk]:
        lines = self.kept.rows.lines[self.kept.alone()].astype(np.int64)
        yield Chunk(self._side.source, lines, {})
