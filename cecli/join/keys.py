"""The keys of two inputs, and the rows of both that share a key."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column
from cecli.columns.numbers import BLANKS, AnyScale
from cecli.core.chunk import Chunk, Coded, Position
from cecli.core.errors import RowError, shown
from cecli.core.texts import uncoded
from cecli.join.index import Keys, together
from cecli.join.sides import Numbered, Side
from cecli.preparations.labels import Categories
from cecli.readers.text.parsed import Parsed

# The role of the key.
ID = "id"
# Half of a UTF-16 surrogate pair is not a character, and cannot be stored as text.
NO_TEXT = "contains half of a surrogate pair, so it is not text"


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


class Sources:
    """Which file of an input has the row with a number."""

    def __init__(self) -> None:
        # The number of a row, from which on rows are of a file.
        self._starts: list[tuple[int, str]] = []

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(name for _, name in self._starts))

    def note(self, place: int, name: str) -> None:
        """Note that a file has the row with this number, and later ones."""
        if not self._starts or self._starts[-1][1] != name:
            self._starts.append((place, name))

    def of(self, place: int) -> str:
        """Return the file of a row."""
        return next(name for start, name in reversed(self._starts) if start <= place)


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
        self._sources, self._rows = Sources(), 0
        self._side, self._bad_rows, self._roles = side, bad_rows, frozenset(roles)

    @property
    def source(self) -> str:
        return " or ".join(self._sources.names)

    def duplicate(self, again: "Again") -> RowError:
        """Return the error for a row whose key occurred before."""
        return duplicate(self.position(again.place, again.line), again, self.whose)

    def position(self, place: int, line: int) -> Position:
        """Return where the row with this number is."""
        return Position(self._sources.of(place), line)

    def __iter__(self) -> Iterator[KeyedRows]:
        for numbered in self._side.chunks(self._bad_rows):
            chunk = numbered.chunk
            if chunk.remarks:
                self.remarked.append(chunk.where(np.zeros(len(chunk), dtype=np.bool_)))
            self.scales = dict(chunk.scales)
            self._sources.note(self._rows, chunk.source)
            self._rows += len(chunk)
            numbers = {role: x for role, x in chunk.numbers.items() if role in self._roles}
            texts = {role: text for role, text in chunk.texts.items() if role in self._roles}
            yield KeyedRows(keys_of(chunk), Parsed(chunk.lines, numbers, texts))
            if chunk.defect is not None:
                raise chunk.defect


def keys_of(chunk: Chunk) -> Keys:
    """Return the key of each row, which `OneKey` made."""
    return uncoded(chunk.texts[ID])


def key_columns(names: Sequence[str], prefix: str = ID, shared: Sequence[str] = ()) -> list[Column]:
    """Return the columns of a key, with a role each.

    Parameters
    ----------
    shared : names of columns with a role of their own, whose texts are coded for it.
    """
    return [
        Column(f"{prefix}[{place}]", name, None, is_key=name not in shared)
        for place, name in enumerate(names)
    ]


@dataclass(frozen=True)
class OneKey:
    """Make the texts of the columns of a key into one, which is different for other texts.

    A row in which one of them is missing, or is not text, is refused.
    """

    columns: Sequence[Column]
    bad_rows: BadRows

    def __call__(self, chunk: Chunk) -> Chunk:
        for column in self.columns:
            chunk = self._present(_as_text(chunk, column.role), column)
        roles = [column.role for column in self.columns]
        key = together([uncoded(chunk.texts[role]) for role in roles])
        texts = {role: text for role, text in chunk.texts.items() if role not in roles}
        return replace(chunk, texts={**texts, ID: key})

    def _present(self, chunk: Chunk, column: Column) -> Chunk:
        tokens = [token[0] for token in self.bad_rows.missing if token]
        beginnings = "".join([BLANKS, *tokens])
        text = uncoded(chunk.texts[column.role])
        missing = text.rows_where(self.bad_rows.is_missing, beginnings)
        return Categories(column.role, column.name, self.bad_rows).without(chunk, missing)


def _as_text(chunk: Chunk, role: str) -> Chunk:
    """Return the rows with a column as bytes, before the first that is not text."""
    text = chunk.texts[role]
    try:
        return chunk.with_texts(**{role: uncoded(text)})
    except UnicodeEncodeError:
        bad = np.array([any(map(_is_surrogate, name)) for name in text.names], dtype=np.bool_)
    names = tuple("" if is_bad else name for name, is_bad in zip(text.names, bad, strict=True))
    row = int(np.argmax(bad.take(text.codes)))
    what = f"the key {shown(text.of_row(row))} {NO_TEXT}"
    known = chunk.with_texts(**{role: uncoded(Coded(text.codes, names))})
    if not bad.take(text.codes).any():
        return known
    return known.until(row, RowError.at(*chunk.position(row), what))


def without_key(chunk: Chunk) -> Chunk:
    """Return a chunk without its keys, which take most of its memory."""
    return replace(chunk, texts={role: text for role, text in chunk.texts.items() if role != ID})


class Again(NamedTuple):
    """A row whose key occurred before.

    Attributes
    ----------
    place : the number of the row in its input.
    line, before : its line, and the earlier one.
    """

    place: int
    key: str
    line: int
    before: int


def duplicate(position: Position, again: Again, whose: str) -> RowError:
    """Return the error for a row whose key occurred before."""
    what = f"the key {shown(again.key)}{whose} occurs again, after line {again.before}"
    hint = "a key must identify one row: --id A,B takes several columns that do so together"
    return RowError.at(*position, what, hint)


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
    examples : key and position of at most EXAMPLES rows.
    """

    count: int
    examples: Sequence[tuple[str, Position]]

    def without(self, places: Set[Position]) -> "Alone":
        """Return the same without the rows at some places, which are among them."""
        left = [(key, place) for key, place in self.examples if place not in places]
        return Alone(self.count - len(places), left)


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
