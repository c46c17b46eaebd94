"""The keys of two inputs, and the rows of both that have the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import BadRows
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.errors import RowError, shown
from cecli.join.sides import Numbered, Side
from cecli.readers.text.parsed import Parsed, joined

# The role of the key.
ID = "id"
# Half of a pair of UTF-16 stands for no character, and cannot be stored as text.
NO_TEXT = "holds half of a surrogate pair: it is no text"
# For each line there are a hash, the place that it stands for, and the line of the partner.
SEARCHED = 4
# Shape (n,): of text that takes 16 bytes up to a length of 15, and not an object a row.
Keys = NDArray[Any]


@dataclass(frozen=True, eq=False)
class KeyedRows:
    """Some rows, apart from their keys.

    Attributes
    ----------
    keys : the key of each row.
    rows : their lines, and what a pair needs of their numbers and texts.
    """

    keys: Keys
    rows: Parsed

    @property
    def size(self) -> int:
        """About how many bytes they take, with what it takes to find them by their keys."""
        numbers = sum(values.nbytes for values in self.rows.numbers.values())
        codes = sum(text.codes.nbytes for text in self.rows.texts.values())
        lengths = np.strings.str_len(self.keys)
        long = int(lengths[lengths >= self.keys.itemsize].sum())
        return self.keys.nbytes + long + SEARCHED * self.rows.lines.nbytes + numbers + codes


def in_one(pieces: Sequence[KeyedRows]) -> KeyedRows:
    """Return consecutive rows as one."""
    keys = np.concatenate([piece.keys for piece in pieces])
    return KeyedRows(keys, joined([piece.rows for piece in pieces]))


class KeyedSide:
    """All rows of a side: they go by once.

    Attributes
    ----------
    name : of the input, for messages.
    remarked : no rows, with what was remarked on those that went by.
    source : where these came from.
    scales : how their numbers state probabilities.
    """

    def __init__(self, side: Side, bad_rows: BadRows, roles: Sequence[str]) -> None:
        self.name = side.table.name
        self.remarked: list[Chunk] = []
        self.scales: dict[str, Scale] = {}
        self._sources: dict[str, None] = {}
        self._side, self._bad_rows, self._roles = side, bad_rows, frozenset(roles)

    @property
    def source(self) -> str:
        return " or ".join(self._sources)

    def __iter__(self) -> Iterator[KeyedRows]:
        for numbered in self._side.chunks(self._bad_rows):
            chunk = numbered.chunk
            if chunk.defect is not None:
                raise chunk.defect
            if chunk.remarks:
                self.remarked.append(chunk.where(np.zeros(len(chunk), dtype=np.bool_)))
            self.scales = dict(chunk.scales)
            self._sources[chunk.source] = None
            numbers = {role: x for role, x in chunk.numbers.items() if role in self._roles}
            texts = {role: text for role, text in chunk.texts.items() if role in self._roles}
            yield KeyedRows(keys_of(chunk), Parsed(chunk.lines, numbers, texts))


def keys_of(chunk: Chunk) -> Keys:
    """Return the key of each row.

    Raises
    ------
    RowError
        If one is no text.
    """
    text = chunk.texts[ID]
    keys = list(map(text.names.__getitem__, text.codes.tolist()))
    try:
        return np.array(keys, dtype=np.dtypes.StringDType())
    except (TypeError, UnicodeEncodeError):  # numpy says the one
        row = next(row for row, key in enumerate(keys) if any(map(_is_surrogate, key)))
        raise RowError.at(*chunk.position(row), f"the key {shown(keys[row])} {NO_TEXT}") from None


def without_key(chunk: Chunk) -> Chunk:
    """Return a chunk without what takes up most of its memory."""
    return replace(chunk, texts={role: text for role, text in chunk.texts.items() if role != ID})


def duplicate(chunk: Chunk, row: int, key: str, line: int) -> RowError:
    """Return the error for a row whose key was in a line before."""
    what = f"the key {shown(key)} occurs again, after line {line}"
    hint = "a key stands for one row: which columns together tell rows apart?"
    return RowError.at(*chunk.position(row), what, hint)


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


# So many keys are named in an error.
EXAMPLES = 3


@dataclass(frozen=True, eq=False)
class Match:
    """Some rows of the first input, up to the first defect, and their partners.

    Attributes
    ----------
    has_partner : shape (n,), for each row of the first.
    second : the partners, in the order of the rows that have one.
    """

    first: Chunk
    has_partner: NDArray[np.bool_]
    second: Chunk


@dataclass(frozen=True)
class Alone:
    """How many rows have no partner, and the first of them.

    Attributes
    ----------
    examples : key and line of at most EXAMPLES rows.
    """

    count: int
    examples: Sequence[tuple[str, int]]


class Partners(Protocol):
    """All rows of the second input, to be found by their keys, each by one row of the first."""

    @property
    def remarked(self) -> Sequence[Chunk]:
        """No rows, with what was remarked on those of the second input."""
        ...

    def matches(self, first: Iterable[Numbered]) -> Iterator[Match]:
        """Yield the rows of the first input with their partners, in order.

        A match of no rows may come when there is no news but that work goes on. Rows end at the
        first whose key was asked for before.
        """
        ...

    def first_alone(self) -> Alone:
        """Return which rows of the first input have no partner, once all have gone by."""
        ...

    def second_alone(self) -> Alone:
        """Return which rows of the second were found for none."""
        ...

    def chunks_alone(self) -> Iterator[Chunk]:
        """Yield the rows of the second that were found for none: nothing but their lines."""
        ...
