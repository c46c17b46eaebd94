"""The join of inputs that do not fit in memory: part by part, in temporary files.

Rows go to one of PARTS files by a hash of their keys, so that rows that share a key are in files of
the same number. One part after the other is joined in memory. Its pairs are in the order of the
first input, and so they are merged as they are read again: nothing is ever sorted.

References
----------
Kitsuregawa, Tanaka, Moto-oka (1983), Application of hash to data base machine and its architecture.
doi:10.1007/BF03037022
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import nsmallest
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cecli.core.chunk import Chunk, Integers, Position
from cecli.core.errors import CecliError
from cecli.core.table import BLOCK
from cecli.join.columns import Names, NarrowColumns, narrow
from cecli.join.index import Keys
from cecli.join.keys import (
    EXAMPLES,
    Again,
    Alone,
    KeyedSide,
    Match,
    Sources,
    duplicate,
    keys_of,
    without_key,
)
from cecli.join.memory import IndexedRows
from cecli.join.parts import PARTS, FoundPairs, InTurn, PartFiles, Piece, merged
from cecli.join.sides import Numbered
from cecli.join.spill import Spill


class Lone(NamedTuple):
    """A row without a partner."""

    place: int
    key: str
    line: int


class LoneRows:
    """How many rows of an input have no partner, and the first of them."""

    def __init__(self) -> None:
        self.count = 0
        self._first: list[Lone] = []

    def add(self, found: Iterable[Lone], count: int) -> None:
        """Add the number of such rows in a part, and the first of them."""
        self.count += count
        self._first = nsmallest(EXAMPLES, [*self._first, *found])

    def summary(self, position: Callable[[int, int], Position]) -> Alone:
        """Return them, given what tells the position of a place and a line."""
        found = [(lone.key, position(lone.place, lone.line)) for lone in self._first]
        return Alone(self.count, found)


class LinesInOrder:
    """Lines of rows, of which the first BLOCK come first, and in the order of their places."""

    def __init__(self, path: Path) -> None:
        self._first = np.empty((2, 0), dtype=np.int64)
        self._others = Spill[Integers](path)

    def add(self, places: Integers, lines: Integers) -> None:
        whole = np.concatenate([self._first, [places, lines]], axis=1)
        whole = whole[:, np.argsort(whole[0], kind="stable")]
        self._first = whole[:, :BLOCK]
        if whole.shape[1] > BLOCK:
            self._others.add(whole[1, BLOCK:])

    def __iter__(self) -> Iterator[Integers]:
        yield self._first[1]
        yield from self._others


class OutOfCore:
    """The rows of a side, in temporary files.

    Parameters
    ----------
    folder : for the files.
    names : the names of the texts, which all pieces share.
    pieces : all rows of the second input, in order.

    Raises
    ------
    CecliError
        If a row cannot be used, or the input cannot be read.
    """

    def __init__(
        self,
        folder: Path,
        side: KeyedSide,
        names: Names,
        pieces: Iterable[tuple[Keys, NarrowColumns]],
    ) -> None:
        self._side, self._names = side, names
        self._first, self._second = PartFiles(folder, "first"), PartFiles(folder, "second")
        self._chunks = Spill[Numbered](folder / "chunks")
        self._pairs = [Spill[FoundPairs](folder / f"pairs-{number}") for number in range(PARTS)]
        self._lines = LinesInOrder(folder / "lines")
        self._lone_first, self._lone_second = LoneRows(), LoneRows()
        self._sources = Sources()  # of the first input
        self._again: list[Again] = []
        try:
            self._divide(pieces)
        except CecliError:
            # A key that occurs again comes before what cannot be read.
            self._second.write()
            self._refuse_repeated(self._kept(number)[2] for number in range(PARTS))
            raise

    @property
    def remarked(self) -> Sequence[Chunk]:
        return self._side.remarked

    def _divide(self, pieces: Iterable[tuple[Keys, NarrowColumns]]) -> None:
        place = 0
        for keys, columns in pieces:
            self._nothing = columns.at(slice(0, 0))
            self._second.add(Piece(np.arange(place, place + len(keys)), keys, columns))
            place += len(keys)
        self._second.write()

    def _kept(self, number: int) -> tuple[IndexedRows, Integers, Again | None]:
        """Return the rows of a part up to the first whose key occurs again, and their places."""
        kept, places = IndexedRows(self._nothing), [np.empty(0, dtype=np.int64)]
        for piece in self._second.part(number):
            places.append(piece.places)
            again = kept.add(piece.keys, piece.columns)
            if again is not None:
                return kept, np.concatenate(places), _again(piece, *again)
        kept.close()
        return kept, np.concatenate(places), None

    def _refuse_repeated(self, found: Iterable[Again | None]) -> None:
        """Raise a RowError at the first row of the second input whose key occurs again."""
        first = min((again for again in found if again is not None), default=None)
        if first is not None:
            raise self._side.duplicate(first)

    def matches(self, first: Iterable[Numbered]) -> Iterator[Match]:
        failure: CecliError | None = None
        try:
            yield from self._set_aside(first)
        except CecliError as error:
            failure = error  # after the rows that were read before it
        self._first.write()
        self._refuse_repeated([self._join(number) for number in range(PARTS)])
        yield from self._merged()
        if failure is not None:
            raise failure

    def _set_aside(self, first: Iterable[Numbered]) -> Iterator[Match]:
        """Store all rows of the first input, yielding an empty match for each chunk."""
        for numbered in first:
            chunk = numbered.chunk
            if len(chunk):
                self._sources.note(int(numbered.rows[0]), chunk.source)
            lines = NarrowColumns(narrow(chunk.lines), {}, {})
            self._first.add(Piece(numbered.rows, keys_of(chunk), lines))
            kept = without_key(chunk)
            # A copy does not have the memoized results of the chunk.
            self._chunks.add(replace(numbered, chunk=replace(kept)))
            none = np.zeros(len(kept), dtype=np.bool_)
            nothing = replace(kept.where(none), remarks={}, defect=None)
            yield Match(nothing, none[:0], self._chunk(self._nothing))

    def _join(self, number: int) -> Again | None:
        """Write the pairs of a part; return the row of the second input whose key occurs again."""
        if self._first.part(number).is_empty and self._second.part(number).is_empty:
            return None
        kept, places, again = self._kept(number)
        if again is not None:
            return again
        for piece in self._first.part(number):
            lines = piece.columns.lines.astype(np.int64)
            found = kept.asked_by(piece.keys, lines)
            has_partner = found.places >= 0
            asking = piece.places[: len(has_partner)]
            partners = kept.rows.at(found.places[has_partner])
            self._pairs[number].add(FoundPairs(asking[has_partner], partners))
            rows = np.flatnonzero(~has_partner)
            some = map(int, rows[:EXAMPLES])
            lone = [Lone(int(asking[x]), piece.keys.of_row(x), int(lines[x])) for x in some]
            self._lone_first.add(lone, len(rows))
            if found.again is not None:
                self._again.append(_again(piece, *found.again))
                break
        alone = kept.alone()
        lines, some = kept.rows.lines.astype(np.int64), map(int, alone[:EXAMPLES])
        lone = [Lone(int(places[x]), kept.index.key(x), int(lines[x])) for x in some]
        self._lone_second.add(lone, len(alone))
        self._lines.add(places[alone], lines[alone])
        return None

    def _merged(self) -> Iterator[Match]:
        """Yield the stored rows of the first input with their partners, in order."""
        nothing = FoundPairs(np.empty(0, dtype=np.int64), self._nothing)
        parts = [InTurn(iter(pairs), nothing) for pairs in self._pairs if not pairs.is_empty]
        again = min(self._again, default=None)
        for numbered in self._chunks:
            chunk, places = numbered.chunk, numbered.rows
            if again is not None and again.place in places:
                row = int(np.searchsorted(places, again.place))
                chunk = chunk.until(row, duplicate(chunk.position(row), again, numbered.whose))
                places = places[:row]
            last = int(places[-1:].max(initial=-1))
            found = merged([part.up_to(last) for part in parts], nothing)
            has_partner = np.zeros(len(places), dtype=np.bool_)
            has_partner[np.searchsorted(places, found.places)] = True
            yield Match(chunk, has_partner, self._chunk(found.partners))

    def first_alone(self) -> Alone:
        return self._lone_first.summary(lambda place, line: Position(self._sources.of(place), line))

    def second_alone(self) -> Alone:
        return self._lone_second.summary(self._side.position)

    def chunks_alone(self) -> Iterator[Chunk]:
        for lines in self._lines:
            yield Chunk(self._side.source, lines, {})

    def _chunk(self, columns: NarrowColumns) -> Chunk:
        return self._names.chunk(columns, self._side.source, self._side.scales)


def _again(piece: Piece, row: int, before: int) -> Again:
    line = int(piece.columns.lines[row])
    return Again(int(piece.places[row]), piece.keys.of_row(row), line, before)
