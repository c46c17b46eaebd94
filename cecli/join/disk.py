"""The join of inputs that do not fit in memory, with chunks set aside in a file."""

import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk
from cecli.core.errors import InputError
from cecli.join.database import HINT, LINE, Columns, Database, TableForm
from cecli.join.keys import (
    EXAMPLES,
    Alone,
    KeyedRows,
    KeyedSide,
    Match,
    duplicate,
    keys_of,
    without_key,
)
from cecli.join.sides import Numbered


class SetAside:
    """A file of chunks, which come back in order, in a private folder."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        with self._explained():
            self._file = open(os.path.join(folder, "chunks"), "w+b")  # noqa: SIM115 (see close)

    def close(self) -> None:
        self._file.close()

    def add(self, numbered: Numbered) -> None:
        # A copy does not have the memoized results of the chunk.
        with self._explained():
            pickle.dump(replace(numbered, chunk=replace(numbered.chunk)), self._file, protocol=5)

    def __iter__(self) -> Iterator[Numbered]:
        with self._explained():
            self._file.flush()
            end = self._file.tell()
            self._file.seek(0)
        while self._file.tell() < end:
            numbered: Numbered = pickle.load(self._file)
            yield numbered

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn an OSError while the file is written into an InputError."""
        try:
            yield
        except OSError as error:
            what = f"temporary files cannot be written: {error.strerror or error}"
            raise InputError(what, self._folder, HINT) from error


FIRST, SECOND = "first_input", "second_input"
# The key of each row of an input, and the number by which rows are ordered.
KEYED = {"key": "VARCHAR", "place": "BIGINT"}
REPEATED = """
    CREATE OR REPLACE TABLE repeated AS
    SELECT key, min(place) AS place FROM {table} GROUP BY key HAVING count(*) > 1
"""
# The first row with a repeated key, and the place of the key's first occurrence.
AGAIN = """
    SELECT again.place, again.line, key, repeated.place
    FROM repeated JOIN {table} AS again USING (key)
    WHERE again.place > repeated.place {condition}
    ORDER BY again.place LIMIT 1
"""
LINE_AT = "SELECT line FROM {table} WHERE place = {place}"
ASKED = "asked"
PAIRS = f"""
    SELECT {FIRST}.place AS {ASKED}, {SECOND}.* EXCLUDE (key, place)
    FROM {FIRST} JOIN {SECOND} USING (key) ORDER BY {ASKED}
"""
ALONE = "SELECT {columns} FROM {table} ANTI JOIN {other} USING (key)"


class OutOfCore:
    """The rows of a side, in a database.

    Parameters
    ----------
    first : stores the rows of the first input.
    pieces : all rows of the second input, in order.

    Raises
    ------
    RowError
        If a key occurs twice.
    """

    def __init__(
        self, database: Database, first: SetAside, side: KeyedSide, pieces: Iterable[KeyedRows]
    ) -> None:
        self._database, self._first, self._side = database, first, side
        remaining = iter(pieces)
        start = next(remaining)
        self._form = TableForm(start.rows)
        database.create(SECOND, KEYED | dict(self._form.types))
        rows = 0
        for piece in chain([start], remaining):
            places = np.arange(rows, rows + len(piece.keys))
            keyed = {"key": piece.keys.astype(object), "place": places}
            database.append(SECOND, keyed | dict(self._form.columns(piece.rows)))
            rows += len(piece.keys)
        # The columns of no pairs.
        self._nothing = {ASKED: np.empty(0, dtype=np.int64)} | dict(self._form.nothing)
        self.remarked: Sequence[Chunk] = side.remarked
        for _, line, key, before in self._again(SECOND, ""):
            raise duplicate(self._of_lines(np.array([line])), 0, key, before, side.whose)

    def _again(self, table: str, condition: str) -> list[tuple[int, int, str, int]]:
        """Return place, line, key and earlier line of the first repeated key, if there is one."""
        self._database.execute(REPEATED.format(table=table))
        if self._database.rows("SELECT count(*) FROM repeated") == [(0,)]:
            return []
        found = self._database.rows(AGAIN.format(table=table, condition=condition))
        return [
            (place, line, key, self._database.rows(LINE_AT.format(table=table, place=before))[0][0])
            for place, line, key, before in found
        ]

    def matches(self, first: Iterable[Numbered]) -> Iterator[Match]:
        yield from self._set_aside(first)
        again = self._again(FIRST, f"AND key IN (SELECT key FROM {SECOND})")
        pairs = _InTurn(self._database.batches(PAIRS), self._nothing)
        for numbered in self._first:
            chunk, places = numbered.chunk, numbered.rows
            for place, _, key, before in again:
                if place in places:
                    row = int(np.searchsorted(places, place))
                    error = duplicate(chunk, row, key, before, numbered.whose)
                    chunk = chunk.until(row, error)
                    places = places[:row]
            found = pairs.up_to(int(places[-1])) if len(places) else self._nothing
            has_partner = np.zeros(len(places), dtype=np.bool_)
            has_partner[np.searchsorted(places, found[ASKED])] = True
            yield Match(chunk, has_partner, self._chunk(found))

    def _set_aside(self, first: Iterable[Numbered]) -> Iterator[Match]:
        """Store all rows of the first input, yielding an empty match for each chunk."""
        self._database.create(FIRST, KEYED | {LINE: "BIGINT"})
        for numbered in first:
            chunk = numbered.chunk
            keys = keys_of(chunk).astype(object)
            columns = {"key": keys, "place": numbered.rows, LINE: chunk.lines}
            self._database.append(FIRST, columns)
            kept = without_key(chunk)
            self._first.add(replace(numbered, chunk=kept))
            none = np.zeros(len(kept), dtype=np.bool_)
            nothing = replace(kept.where(none), remarks={}, defect=None)
            yield Match(nothing, none[:0], self._chunk(self._nothing))

    def first_alone(self) -> Alone:
        return self._alone(FIRST, SECOND)

    def second_alone(self) -> Alone:
        return self._alone(SECOND, FIRST)

    def _alone(self, table: str, other: str) -> Alone:
        ((count,),) = self._database.rows(
            ALONE.format(columns="count(*)", table=table, other=other)
        )
        listed = ALONE.format(columns="key, line", table=table, other=other)
        examples = f"{listed} ORDER BY place LIMIT {EXAMPLES}"
        return Alone(count, self._database.rows(examples) if count else ())

    def chunks_alone(self) -> Iterator[Chunk]:
        query = ALONE.format(columns=LINE, table=SECOND, other=FIRST)
        for batch in self._database.batches(f"{query} ORDER BY place"):
            yield self._of_lines(batch[LINE])

    def _of_lines(self, lines: NDArray[np.int64]) -> Chunk:
        return Chunk(self._side.source, lines, {})

    def _chunk(self, columns: Columns) -> Chunk:
        return self._form.chunk(columns, self._side.source, self._side.scales)


class _InTurn:
    """Batches of pairs, taken row range by row range.

    Parameters
    ----------
    nothing : a batch without rows.
    """

    def __init__(self, batches: Iterator[Columns], nothing: Columns) -> None:
        self._batches, self._next = batches, nothing
        self._is_over = False

    def up_to(self, last: int) -> Columns:
        """Remove and return the pairs of the rows up to number `last`."""
        pieces = [self._next]
        while not self._is_over and pieces[-1][ASKED][-1:].max(initial=-1) <= last:
            batch = next(self._batches, None)
            self._is_over = batch is None
            pieces += [] if batch is None else [batch]
        whole = {name: np.concatenate([piece[name] for piece in pieces]) for name in self._next}
        cut = int(np.searchsorted(whole[ASKED], last, side="right"))
        self._next = {name: values[cut:] for name, values in whole.items()}
        return {name: values[:cut] for name, values in whole.items()}
