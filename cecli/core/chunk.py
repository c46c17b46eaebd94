"""Chunk: the checked arrays of consecutive rows, and where they came from."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, ClassVar, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import AnyScale
from cecli.core.dataclasses import dataclass, field, replace
from cecli.core.errors import RowError
from cecli.numerics import Floats
from cecli.numerics.sums.exact import exact_sum, from_units

Integers = NDArray[np.int64]
# Some of the rows: those flagged, those with these places, or consecutive ones.
Rows = NDArray[np.bool_] | Integers | slice
# So many rows, or if need be so many more, usually have all codes of a column.
SOON = (32, 512)
# The line of rows that have none, such as those of a table that is spread over machines.
NO_LINE = 0
# The role of the line, in another input, of what was joined to a row.
ORIGIN = "origin"
T = TypeVar("T")


class Position(NamedTuple):
    """A row's place: the input's name, and the physical line (or the row, in a table).

    The line is `NO_LINE` if rows have none.
    """

    source: str
    line: int

    @property
    def place(self) -> str:
        """The place as "file:line"; empty if it has no line."""
        return self.said(f"{self.source}:{{}}")

    def said(self, words: str) -> str:
        """Return words with this line, such as " on line {}"; nothing if it has none."""
        return "" if self.line == NO_LINE else words.replace("{}", str(self.line))

    def moved(self, lines: int) -> "Position":
        """Return the place moved down by a number of lines."""
        return Position(self.source, self.line + lines)


@dataclass(frozen=True, eq=False)
class Coded:
    """A text column, dictionary-coded: row i holds names[codes[i]].

    `is_coded` is false for a subclass that does not have its codes yet.
    """

    is_coded: ClassVar[bool] = True

    codes: Integers
    names: tuple[str, ...]

    def at(self, rows: Rows) -> "Coded":
        """Return the texts of some rows."""
        return Coded(self.codes[rows], self.names)

    def of_row(self, row: int) -> str:
        """Return the text of a row."""
        return self.names[int(self.codes[row])]

    def first_rows(self) -> list[tuple[int, int]]:
        """Return each code that occurs and its first row, ordered by first row."""
        return first_rows(self.codes, len(self.names))


def joined_texts(pieces: Sequence[Coded]) -> Coded:
    """Return the texts of consecutive rows as one column; of no rows without pieces."""
    if len(pieces) == 1:
        return pieces[0]
    places: dict[str, int] = {}
    codes = [np.empty(0, dtype=np.int64)]
    for piece in pieces:
        recode = [places.setdefault(name, len(places)) for name in piece.names]
        codes.append(np.array(recode, dtype=np.int64).take(piece.codes))
    return Coded(np.concatenate(codes), tuple(places))


def first_rows(codes: Integers, size: int) -> list[tuple[int, int]]:
    """Return each code that occurs and its first row, ordered by first row.

    Parameters
    ----------
    codes : shape (n,), each in range(size).
    """
    # Usually all codes occur in the first few rows, so the others need not be searched. If a code
    # is assigned several rows, the last one stays.
    for few in SOON:
        some = codes[:few].tolist()
        soon = dict(zip(reversed(some), range(len(some) - 1, -1, -1), strict=True))
        if len(soon) == size:
            return sorted(soon.items(), key=itemgetter(1))
    rows = np.full(size, -1)
    rows[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    used = np.flatnonzero(rows >= 0)
    return [(int(code), int(rows[code])) for code in used[np.argsort(rows[used])]]


@dataclass(frozen=True, eq=False)
class Chunk:
    """Consecutive rows of one input: at most BLOCK, so that they stay in the cache.

    Attributes
    ----------
    source : the input's name, as the user gave it.
    lines : shape (n,), the line of each row.
    numbers : one float64 array for each role ("prob", "target", "weight", …), finite and inside
        the role's domain, of shape (n,), or (K, n) if the role has a column for each class.
    texts : one `Coded` for each text role ("label", …).
    scales : the scales of roles whose numbers are not plain probabilities.
    origins : the other input of the roles that were joined to these rows; the numbers under
        `ORIGIN` are their lines in it.
    defect : why nothing after these rows can be used; None if more may follow.
    remarks : the lines on which a reader or a preparation remarked, by code ("blank-line", …).
        Remarked lines need not be rows of the chunk.
    """

    source: str
    lines: Integers
    numbers: Mapping[str, Floats]
    texts: Mapping[str, Coded] = field(default_factory=dict)
    remarks: Mapping[str, Integers] = field(default_factory=dict)
    scales: Mapping[str, AnyScale] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    defect: RowError | None = None
    _memory: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.lines)

    @cached_property
    def count(self) -> Floats | None:
        """For how many equal rows each row stands, or None if each stands for itself."""
        return self.numbers.get("count")

    @cached_property
    def weight(self) -> Floats | None:
        """How much each row counts: its count, or its weight; None if every row counts once.

        Sums that are linear in the weight need not know which of the two it is.
        """
        return self.numbers.get("weight", self.count)

    @cached_property
    def rows(self) -> int:
        """The number of rows, each as often as its count says."""
        return len(self) if self.count is None else int(from_units(exact_sum(self.count)))

    def rows_where(self, flags: NDArray[np.bool_]) -> int:
        """Return the number of rows with a flag, shape (n,), each as often as its count says."""
        if self.count is None:
            return int(np.count_nonzero(flags))
        return int(from_units(exact_sum(self.count[flags])))

    def once(self, compute: Callable[["Chunk"], T]) -> T:
        """Return compute(self), computed at most once for a chunk.

        Scores are functions of a chunk. Statistics share them through this method.
        """
        if compute not in self._memory:
            self._memory[compute] = compute(self)
        result: T = self._memory[compute]
        return result

    def knowing(self, compute: Callable[["Chunk"], Any], result: Any) -> "Chunk":
        """Return this chunk, once it was told the result of compute(self)."""
        self._memory[compute] = result
        return self

    def position(self, row: int, role: str = "") -> Position:
        """Return the place of a row, or of the value that a role has in it."""
        if role not in self.origins:
            return Position(self.source, int(self.lines[row]))
        return Position(self.origins[role], int(self.numbers[ORIGIN][row]))

    def with_numbers(self, **numbers: Floats) -> "Chunk":
        """Return this chunk with number columns added or replaced."""
        return replace(self, numbers={**self.numbers, **numbers})

    def with_texts(self, **texts: Coded) -> "Chunk":
        """Return this chunk with text columns added or replaced."""
        return replace(self, texts={**self.texts, **texts})

    def with_remark(self, code: str, rows: NDArray[np.bool_]) -> "Chunk":
        """Return this chunk with a remark on the lines of some of its rows."""
        known = self.remarks.get(code, self.lines[:0])
        lines = np.sort(np.concatenate([known, self.lines[rows]]))
        return replace(self, remarks={**self.remarks, code: lines})

    def until(self, row: int, defect: RowError) -> "Chunk":
        """Return the rows before `row`, at which a defect was found."""
        return replace(self.where(np.arange(len(self)) < row), defect=defect)

    def pieces(self, size: int) -> "Iterator[Chunk]":
        """Yield the rows in chunks of this size at most: the first has all remarks."""
        if len(self) <= size:
            yield self
            return
        for start in range(0, len(self), size):
            rows = slice(start, start + size)
            yield replace(
                self,
                lines=self.lines[rows],
                numbers={r: np.ascontiguousarray(x[..., rows]) for r, x in self.numbers.items()},
                texts={role: text.at(rows) for role, text in self.texts.items()},
                remarks=self.remarks if start == 0 else {},
                defect=self.defect if start + size >= len(self) else None,
            )

    def where(self, keep: NDArray[np.bool_]) -> "Chunk":
        """Return the rows for which keep is true, with all remarks."""
        return replace(
            self,
            lines=self.lines[keep],
            numbers={role: values[..., keep] for role, values in self.numbers.items()},
            texts={role: text.at(keep) for role, text in self.texts.items()},
        )


# A transformation of a chunk between reader and statistics.
Preparation = Callable[[Chunk], Chunk]
