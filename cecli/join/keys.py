"""The keys of two inputs, and the rows of both that share a key."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column
from cecli.columns.numbers import AnyScale
from cecli.core.chunk import Chunk, Coded
from cecli.core.errors import RowError, shown
from cecli.join.sides import Numbered, Side
from cecli.readers.text.parsed import Parsed, joined

# The role of the key.
ID = "id"
# Half of a UTF-16 surrogate pair is not a character, and cannot be stored as text.
NO_TEXT = "contains half of a surrogate pair, so it is not text"
# Integers per row of an index: its line, its hash, the hash's place, and the partner's line.
SEARCHED = 4
# Shape (n,): numpy strings, which take 16 bytes up to a length of 15, instead of objects.
Keys = NDArray[Any]


@dataclass(frozen=True, eq=False)
class KeyedRows:
    """Some rows, separated from their keys.

    Attributes
    ----------
    keys : the key of each row.
    rows : their lines, and the numbers and texts that pairs need.
    """

    keys: Keys
    rows: Parsed

    @property
    def size(self) -> int:
        """The approximate size in bytes, including the index that finds rows by key."""
        numbers = sum(values.nbytes for values in self.rows.numbers.values())
        codes = sum(text.codes.nbytes for text in self.rows.texts.values())
        lengths = np.strings.str_len(self.keys)
        long = int(lengths[lengths >= self.keys.itemsize].sum())
        return self.keys.nbytes + long + SEARCHED * self.rows.lines.nbytes + numbers + codes


def in_one(pieces: Sequence[KeyedRows]) -> KeyedRows:
    """Return consecutive pieces as one."""
    keys = np.concatenate([piece.keys for piece in pieces])
    return KeyedRows(keys, joined([piece.rows for piece in pieces]))


class KeyedSide:
    """All rows of a side, which can be iterated once.

    Attributes
    ----------
    name, whose : the name of the input, and whose keys it has, for messages.
    remarked : empty chunks with the remarks on the rows read so far.
    source : the sources of these rows.
    scales : the scales of their probabilities.
    """

    def __init__(self, side: Side, bad_rows: BadRows, roles: Sequence[str]) -> None:
        self.name, self.whose = side.table.name, side.whose
        self.remarked: list[Chunk] = []
        self.scales: dict[str, AnyScale] = {}
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
        If a key is not valid text.
    """
    text = chunk.texts[ID]
    keys = list(map(text.names.__getitem__, text.codes.tolist()))
    try:
        return np.array(keys, dtype=np.dtypes.StringDType())
    except (TypeError, UnicodeEncodeError):  # which one depends on numpy
        row = next(row for row, key in enumerate(keys) if any(map(_is_surrogate, key)))
        raise RowError.at(*chunk.position(row), f"the key {shown(keys[row])} {NO_TEXT}") from None


def key_columns(names: Sequence[str], prefix: str = ID) -> list[Column]:
    """Return the columns of a key, with a role each."""
    return [Column(f"{prefix}[{place}]", name, None) for place, name in enumerate(names)]


@dataclass(frozen=True)
class OneKey:
    """Make the texts of the columns of a key into one, which is different for other texts."""

    roles: Sequence[str]

    def __call__(self, chunk: Chunk) -> Chunk:
        parts = [chunk.texts[role] for role in self.roles]
        texts = {role: text for role, text in chunk.texts.items() if role not in self.roles}
        key = parts[0] if len(parts) == 1 else _together(parts)
        return replace(chunk, texts={**texts, ID: key})


def _together(parts: Sequence[Coded]) -> Coded:
    sizes = [max(len(part.names), 1) for part in parts]
    rows = np.ravel_multi_index([part.codes for part in parts], sizes)
    different, codes = np.unique(rows, return_inverse=True)
    escaped = [[name.replace("\\", r"\\").replace(",", r"\,") for name in p.names] for p in parts]
    columns = [
        [names[code] for code in places.tolist()]
        for names, places in zip(escaped, np.unravel_index(different, sizes), strict=True)
    ]
    return Coded(codes.astype(np.int64), tuple(map(", ".join, zip(*columns, strict=True))))


def without_key(chunk: Chunk) -> Chunk:
    """Return a chunk without its keys, which take most of its memory."""
    return replace(chunk, texts={role: text for role, text in chunk.texts.items() if role != ID})


def duplicate(chunk: Chunk, row: int, key: str, line: int, whose: str) -> RowError:
    """Return the error for a row whose key occurred on an earlier line."""
    what = f"the key {shown(key)}{whose} occurs again, after line {line}"
    hint = "a key must identify one row: --id A,B takes several columns that do so together"
    return RowError.at(*chunk.position(row), what, hint)


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


# The most keys that an error names.
EXAMPLES = 3


@dataclass(frozen=True, eq=False)
class Match:
    """Some rows of the first input, up to the first defect, and their partners.

    Attributes
    ----------
    has_partner : shape (n,), whether each row of `first` has a partner.
    second : the partners, in the order of the rows that have one.
    """

    first: Chunk
    has_partner: NDArray[np.bool_]
    second: Chunk


@dataclass(frozen=True)
class Alone:
    """The number of rows without a partner, and the first of them.

    Attributes
    ----------
    examples : key and line of at most EXAMPLES rows.
    """

    count: int
    examples: Sequence[tuple[str, int]]


class Partners(Protocol):
    """All rows of the second input, for lookup by key, each by at most one row of the first."""

    @property
    def remarked(self) -> Sequence[Chunk]:
        """Empty chunks with the remarks on the rows of the second input."""
        ...

    def matches(self, first: Iterable[Numbered]) -> Iterator[Match]:
        """Yield the rows of the first input with their partners, in order.

        An empty match only reports progress. Rows end before the first whose key was looked up
        before.
        """
        ...

    def first_alone(self) -> Alone:
        """Return the rows of the first input without a partner, once all have been matched."""
        ...

    def second_alone(self) -> Alone:
        """Return the rows of the second input without a partner, likewise."""
        ...

    def chunks_alone(self) -> Iterator[Chunk]:
        """Yield the rows of the second input without a partner, with only their lines."""
        ...
