"""The second input of a join in memory, with its rows found by hashes of their keys."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk, Coded, Integers
from cecli.core.table import BLOCK
from cecli.join.keys import (
    EXAMPLES,
    Alone,
    KeyedRows,
    KeyedSide,
    Keys,
    Match,
    duplicate,
    keys_of,
    without_key,
)
from cecli.join.sides import Numbered

Hashes = NDArray[np.uint64]


class KeyIndex:
    """The places of distinct keys.

    Attributes
    ----------
    keys : in the order of their places.
    again : the place of the first repeated key, and the place of its first occurrence; None if all
        keys are distinct. The index cannot be searched unless it is None.
    """

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.again: tuple[int, int] | None = None
        self._seed = 0
        # Keys sorted by their hashes are found by bisection.
        while self._shares_a_hash():
            self._seed += 1

    def _shares_a_hash(self) -> bool:
        """Sort by hash; return whether different keys share a hash."""
        hashes = _hashes(self.keys, self._seed)
        # A stable sort keeps equal keys in their order.
        self._places = np.argsort(hashes, kind="stable")
        self._sorted = hashes[self._places]
        equal = np.flatnonzero(self._sorted[1:] == self._sorted[:-1])
        before, after = self._places[equal], self._places[equal + 1]
        is_same = self.keys[before] == self.keys[after]
        if not is_same.all():
            return True
        if len(after):
            place = int(after.min())
            run = np.searchsorted(self._sorted, hashes[place])
            self.again = place, int(self._places[run])
        return False

    def places(self, keys: Keys) -> Integers:
        """Return the places of some keys, −1 for a key that does not occur."""
        if not len(self.keys):
            return np.full(len(keys), -1)
        hashes = _hashes(keys, self._seed)
        # Searching in sorted order keeps the neighbourhood in the cache.
        order = np.argsort(hashes)
        found = np.empty(len(keys), dtype=np.int64)
        found[order] = np.searchsorted(self._sorted, hashes[order])
        found[found == len(self._sorted)] = 0
        places = self._places[found]
        places[self.keys[places] != keys] = -1
        return places


class InMemory:
    """All rows of a side, in memory.

    Raises
    ------
    RowError
        If a key occurs twice.
    """

    def __init__(self, side: KeyedSide, kept: KeyedRows) -> None:
        self.remarked: Sequence[Chunk] = side.remarked
        rows = kept.rows
        self._rows = Chunk(side.source, rows.lines, rows.numbers, rows.texts, scales=side.scales)
        self._index = KeyIndex(kept.keys)
        if self._index.again is not None:
            place, before = self._index.again
            key = str(self._index.keys[place])
            raise duplicate(self._rows, place, key, int(rows.lines[before]), side.whose)
        # For each row, the line of its partner in the first input; 0 if it has none.
        self._found_for = np.zeros(len(rows.lines), dtype=np.int64)
        self._alone, self._examples = 0, list[tuple[str, int]]()

    def matches(self, first: Iterable[Numbered]) -> Iterator[Match]:
        for numbered in first:
            chunk = numbered.chunk
            keys = keys_of(chunk)
            places = self._index.places(keys)
            again = self._first_again(places)
            if again is not None:
                known = int(self._found_for[places[again]])
                if not known:
                    known = int(chunk.lines[np.argmax(places == places[again])])
                error = duplicate(chunk, again, str(keys[again]), known, numbered.whose)
                chunk = chunk.until(again, error)
                places = places[:again]
            has_partner = places >= 0
            places = places[has_partner]
            self._found_for[places] = chunk.lines[has_partner]
            self._note_alone(keys, chunk.lines, np.flatnonzero(~has_partner))
            yield Match(without_key(chunk), has_partner, self._at(places))

    def _first_again(self, places: Integers) -> int | None:
        """Return the first row whose partner already has another partner, or None."""
        found = np.flatnonzero(places >= 0)
        again = self._found_for[places[found]] > 0
        repeated = np.ones(len(found), dtype=np.bool_)
        repeated[np.unique(places[found], return_index=True)[1]] = False
        again |= repeated
        return int(found[np.argmax(again)]) if again.any() else None

    def _note_alone(self, keys: Keys, lines: Integers, rows: Integers) -> None:
        self._alone += len(rows)
        for row in map(int, rows[: EXAMPLES - len(self._examples)]):
            self._examples.append((str(keys[row]), int(lines[row])))

    def _at(self, places: Integers) -> Chunk:
        rows = self._rows
        return Chunk(
            rows.source,
            rows.lines[places],
            {role: values[..., places] for role, values in rows.numbers.items()},
            {role: Coded(text.codes[places], text.names) for role, text in rows.texts.items()},
            scales=rows.scales,
        )

    def first_alone(self) -> Alone:
        return Alone(self._alone, self._examples)

    def second_alone(self) -> Alone:
        places = np.flatnonzero(self._found_for == 0)
        keys, lines = self._index.keys, self._rows.lines
        examples = [(str(keys[place]), int(lines[place])) for place in places[:EXAMPLES]]
        return Alone(len(places), examples)

    def chunks_alone(self) -> Iterator[Chunk]:
        yield Chunk(self._rows.source, self._rows.lines[self._found_for == 0], {})


def _hashes(keys: Keys, seed: int) -> Hashes:
    from pandas.util import hash_array

    hashes = np.empty(len(keys), dtype=np.uint64)
    # Objects take several times the memory, so they are made a block at a time.
    for start in range(0, len(keys), BLOCK):
        some = slice(start, start + BLOCK)
        objects = keys[some].astype(object)
        hashes[some] = hash_array(objects, hash_key=f"{seed:016}", categorize=False)
    return hashes
