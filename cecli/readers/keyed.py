"""The rows of an input that are kept in memory, to be found by their keys."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cecli.bad_rows import BadRows
from cecli.chunk import Chunk, Coded, Integers
from cecli.errors import InputError, RowError, shown
from cecli.readers.parsed import Parsed, joined
from cecli.readers.sides import Side

if TYPE_CHECKING:
    import pandas as pd

# The role of the key.
ID = "id"
# So many rows, of keys of ordinary length, take about 3 GB.
MOST_ROWS = 10_000_000


class Keyed:
    """All rows of a side, each of which has a key of its own.

    Attributes
    ----------
    chunk : the rows that can be used.
    remarked : no rows, with what was remarked on others.
    """

    def __init__(self, side: Side, bad_rows: BadRows) -> None:
        pieces: list[Parsed] = []
        keys: list[NDArray[Any]] = []
        sources: dict[str, None] = {}
        self.remarked: list[Chunk] = []
        rows, scales = 0, {}
        for numbered in side.chunks(bad_rows):
            chunk = numbered.chunk
            if chunk.defect is not None:
                raise chunk.defect
            if chunk.remarks:
                self.remarked.append(chunk.where(np.zeros(len(chunk), dtype=np.bool_)))
            texts = {role: text for role, text in chunk.texts.items() if role != ID}
            pieces.append(Parsed(chunk.lines, chunk.numbers, texts))
            keys.append(_keys(chunk.texts[ID]))
            sources[chunk.source] = None
            rows, scales = rows + len(chunk), dict(chunk.scales)
            if rows > MOST_ROWS:
                raise _too_many(side.table.name)
        if not pieces:
            raise InputError("has a header and no data rows", side.table.name)
        whole = joined(pieces)
        self._index: pd.Index[Any] = _index_of(keys)
        names = Coded(np.arange(rows, dtype=np.int64), tuple(self._index))
        self.chunk = Chunk(
            " or ".join(sources),
            whole.lines,
            whole.numbers,
            {**whole.texts, ID: names},
            scales=scales,
        )
        self._refuse_duplicates()
        # The line of the row of the other input that each was found for; 0 for none.
        self._found_for = np.zeros(len(self.chunk), dtype=np.int64)

    def _refuse_duplicates(self) -> None:
        repeated = self._index.duplicated()
        if repeated.any():
            row = int(np.argmax(repeated))
            first = int(np.argmax(self._index == self._index[row]))
            raise _duplicate(self.chunk, row, int(self.chunk.lines[first]))

    def places(self, other: Chunk) -> Integers:
        """Return where the rows with the keys of some others are; −1 for none.

        Raises
        ------
        RowError
            If a key was asked for before.
        """
        text = other.texts[ID]
        names: Any = np.array(text.names, dtype=object)
        places = self._index.get_indexer(names).take(text.codes).astype(np.int64)
        found = np.flatnonzero(places >= 0)
        again = _repeated(places[found]) | (self._found_for[places[found]] > 0)
        if again.any():
            row = int(found[np.argmax(again)])
            same = np.flatnonzero(places == places[row])
            known = int(self._found_for[places[row]]) or int(other.lines[same[0]])
            raise _duplicate(other, row, known)
        self._found_for[places[found]] = other.lines[found]
        return places

    def rows(self, places: Integers) -> Chunk:
        """Return these rows."""
        chunk = self.chunk
        return Chunk(
            chunk.source,
            chunk.lines[places],
            {role: values[..., places] for role, values in chunk.numbers.items()},
            {
                role: Coded(text.codes[places], text.names)
                for role, text in chunk.texts.items()
                if role != ID
            },
            scales=chunk.scales,
        )

    def without_partner(self) -> NDArray[np.bool_]:
        """Return which rows were found for no other."""
        return np.asarray(self._found_for == 0)


def key_of(chunk: Chunk, row: int) -> str:
    """Return the key of a row."""
    text = chunk.texts[ID]
    return text.names[int(text.codes[row])]


def _keys(text: Coded) -> NDArray[Any]:
    """Return the key of each row."""
    return np.array(text.names, dtype=object).take(text.codes)


def _index_of(keys: Sequence[NDArray[Any]]) -> "pd.Index[Any]":
    import pandas as pd

    index: pd.Index[Any] = pd.Index(np.concatenate(keys), dtype=object)
    return index


def _repeated(values: Integers) -> NDArray[np.bool_]:
    """Return which values stand somewhere before as well."""
    repeated = np.ones(len(values), dtype=np.bool_)
    repeated[np.unique(values, return_index=True)[1]] = False
    return repeated


def _duplicate(chunk: Chunk, row: int, line: int) -> RowError:
    what = f"the key {shown(key_of(chunk, row))} occurs again, after line {line}"
    hint = "a key stands for one row: which columns together tell rows apart?"
    return RowError.at(*chunk.position(row), what, hint)


def _too_many(name: str) -> InputError:
    return InputError(
        f"has more than {MOST_ROWS:,} rows, too many to be joined in memory",
        name,
        "sort both inputs by the key, and compare them by position, without --id; or join them "
        "first, with DuckDB for instance, and compare two columns of one file",
    )
