"""What kind of values a column of text has."""

from dataclasses import dataclass, replace
from math import inf
from typing import Self

import numpy as np

from cecli.columns.numbers import number
from cecli.core.chunk import Chunk

# More different values than these are only known to be many.
MOST_DISTINCT = 1000
FIRST = 3
MISSING_WORDS = frozenset({"", "nan", "na", "n/a", "null", "none"})


@dataclass(frozen=True)
class ProfileState:
    """Counts of rows, of missing values and of numbers; the range of numbers; the values.

    Attributes
    ----------
    values : the different ones; None where they are too many.
    first : those of the first rows.
    """

    rows: int = 0
    missing: int = 0
    numbers: int = 0
    low: float = inf
    high: float = -inf
    values: frozenset[str] | None = frozenset()
    first: tuple[str, ...] = ()

    def merge(self, other: Self) -> Self:
        values = None
        if self.values is not None and other.values is not None:
            values = self.values | other.values
            values = values if len(values) <= MOST_DISTINCT else None
        return type(self)(
            self.rows + other.rows,
            self.missing + other.missing,
            self.numbers + other.numbers,
            min(self.low, other.low),
            max(self.high, other.high),
            values,
            (self.first + other.first)[:FIRST],
        )

    @property
    def kind(self) -> str:
        """What the values are, in a word."""
        present = self.rows - self.missing
        if not present:
            return "empty"
        if self.numbers == present:
            return "numbers"
        if self.values is not None and {v.lower() for v in self.values} <= {"true", "false"}:
            return "truth values"
        return "text" if not self.numbers else "text and numbers"


@dataclass(frozen=True)
class Profile:
    """The values of one text role."""

    role: str

    def empty(self) -> ProfileState:
        return ProfileState()

    def summarize(self, chunk: Chunk) -> ProfileState:
        text = chunk.texts[self.role]
        counts = np.bincount(text.codes, minlength=len(text.names)).tolist()
        state = self.empty()
        for name, count in zip(text.names, counts, strict=True):
            if count:
                state = state.merge(_of_one(name.strip(), count))
        return replace(state, first=tuple(text.names[code] for code in text.codes[:FIRST].tolist()))


def _of_one(text: str, count: int) -> ProfileState:
    if text.lower() in MISSING_WORDS:
        return ProfileState(count, count)
    value = number(text)
    if value is None:
        return ProfileState(count, values=frozenset({text}))
    return ProfileState(count, 0, count, value, value, frozenset({text}))
