"""The values of one column."""

from collections.abc import Iterable
from math import inf
from typing import Self

import numpy as np

from cecli.columns.hints import MISSING_WORDS
from cecli.columns.numbers import numbers_of
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass

# If a column has more distinct values than this, they are neither kept nor counted.
MOST_DISTINCT = 1000
FIRST = 3
# Missing values without an option.
UNSAID = frozenset({"", "nan"})
MISSING = UNSAID | MISSING_WORDS


@dataclass(frozen=True)
class ProfileState:
    """Counts of rows, of missing values and of numbers; the range of numbers; the values.

    Attributes
    ----------
    tokens : the texts that stand for missing values.
    values : the distinct values; None if there are too many.
    first : the values of the first rows.
    """

    rows: int = 0
    missing: int = 0
    numbers: int = 0
    low: float = inf
    high: float = -inf
    tokens: frozenset[str] = frozenset()
    values: frozenset[str] | None = frozenset()
    first: tuple[str, ...] = ()

    def merge(self, other: Self) -> Self:
        values = None
        if self.values is not None and other.values is not None:
            values = few(self.values | other.values)
        return type(self)(
            self.rows + other.rows,
            self.missing + other.missing,
            self.numbers + other.numbers,
            min(self.low, other.low),
            max(self.high, other.high),
            self.tokens | other.tokens,
            values,
            (self.first + other.first)[:FIRST],
        )

    @property
    def kind(self) -> str:
        """The kind of the values: "empty", "numbers", "truth values", "text" or a mixture."""
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
        return profile_of(chunk.texts[self.role])


def profile_of(text: Coded) -> ProfileState:
    """Return the profile of the texts of some rows."""
    counts = np.bincount(text.codes, minlength=len(text.names)).tolist()
    missing: list[tuple[str, int]] = []
    values: list[tuple[str, int]] = []
    for name, n in zip(map(str.strip, text.names), counts, strict=True):
        if n:
            (missing if is_missing(name) else values).append((name, n))
    found = numbers_of([name for name, _ in values])
    there = [x for x in found if x is not None]
    return ProfileState(
        rows=len(text.codes),
        missing=sum(n for _, n in missing),
        numbers=sum(n for x, (_, n) in zip(found, values, strict=True) if x is not None),
        low=min(there, default=inf),
        high=max(there, default=-inf),
        tokens=frozenset(name for name, _ in missing),
        values=few(name for name, _ in values),
        first=tuple(text.names[code] for code in text.codes[:FIRST].tolist()),
    )


def few(values: Iterable[str]) -> frozenset[str] | None:
    """Return the distinct values, or None if there are too many."""
    distinct = frozenset(values)
    return distinct if len(distinct) <= MOST_DISTINCT else None


def is_missing(text: str) -> bool:
    """Return whether a stripped cell stands for a missing value."""
    return text.lower() in MISSING
