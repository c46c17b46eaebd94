"""Weighted sums for each class, and the classes that occur."""

from collections.abc import Callable
from fractions import Fraction
from math import inf
from operator import add
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.columns.hints import missing_hint
from cecli.core.chunk import Chunk, Position
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import RowError, named, shown
from cecli.numerics import Floats
from cecli.numerics.sums.exact import exact_dots, exact_sums, from_units

ClassScore = Callable[[Chunk], Floats]


@dataclass(frozen=True)
class ClassSumsState:
    """Σwx of each class, as integers in units of `numerics.sums.exact`, and its infinite terms.

    Both are empty before the first chunk, because the number of classes is unknown.
    """

    sums: tuple[int, ...] = ()
    infinite: tuple[int, ...] = ()

    def merge(self, other: Self) -> Self:
        if not self.sums or not other.sums:
            return other if not self.sums else self
        return type(self)(
            tuple(map(add, self.sums, other.sums)), tuple(map(add, self.infinite, other.infinite))
        )

    @property
    def totals(self) -> list[Fraction | float]:
        """Σwx of each class: exact, or infinite."""
        return [
            inf if infinite else from_units(units)
            for units, infinite in zip(self.sums, self.infinite, strict=True)
        ]

    @property
    def finite_totals(self) -> list[Fraction]:
        """Σwx of each class, with infinite terms counted as zero."""
        return list(map(from_units, self.sums))


@dataclass(frozen=True)
class ClassSums:
    """The weighted sum for each class of a score of shape (K, n), none of it −∞."""

    score: ClassScore

    def empty(self) -> ClassSumsState:
        return ClassSumsState()

    def summarize(self, chunk: Chunk) -> ClassSumsState:
        score = chunk.once(self.score)
        infinite = np.isinf(score)
        if infinite.any():
            score = np.where(infinite, 0.0, score)
        sums = exact_sums(score) if chunk.weight is None else exact_dots(chunk.weight, score)
        return ClassSumsState(tuple(sums), tuple(map(chunk.rows_where, infinite)))


@dataclass(frozen=True)
class ClassRowsState:
    """The number of rows of each class; empty before the first chunk."""

    counts: tuple[int, ...] = ()

    def merge(self, other: Self) -> Self:
        if not self.counts or not other.counts:
            return other if not self.counts else self
        return type(self)(tuple(map(add, self.counts, other.counts)))


@dataclass(frozen=True)
class ClassRows:
    """The number of rows for which a flag of shape (K, n) is true, for each class."""

    flag: Callable[[Chunk], NDArray[np.bool_]]

    def empty(self) -> ClassRowsState:
        return ClassRowsState()

    def summarize(self, chunk: Chunk) -> ClassRowsState:
        return ClassRowsState(tuple(map(chunk.rows_where, chunk.once(self.flag))))


BINARY = 2


@dataclass(frozen=True)
class ClassesState:
    """Each class that occurred with the position of its first row, in order of occurrence."""

    column: str
    first: tuple[tuple[str, Position], ...] = ()

    def merge(self, other: Self) -> Self:
        """Return the classes of both.

        Raises
        ------
        RowError
            If there are more than two.
        """
        known: dict[str, Position] = {}
        for name, position in (*self.first, *other.first):
            if name not in known and len(known) == BINARY:
                raise _third_class(self.column, list(known), name, position)
            known.setdefault(name, position)
        return type(self)(self.column, tuple(known.items()))

    def moved(self, lines: int) -> Self:
        first = tuple((name, position.moved(lines)) for name, position in self.first)
        return replace(self, first=first)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.first]


@dataclass(frozen=True)
class Classes:
    """The classes of the label column, at most two in a binary task."""

    column: str

    def empty(self) -> ClassesState:
        return ClassesState(self.column)

    def summarize(self, chunk: Chunk) -> ClassesState:
        # Three are enough: merging reports the first that is one too many.
        label = chunk.texts["label"]
        first = tuple(
            (label.names[code], chunk.position(row, "label"))
            for code, row in label.first_rows()[: BINARY + 1]
        )
        return ClassesState(self.column, first)


def _third_class(column: str, known: list[str], name: str, position: Position) -> RowError:
    pair = " and ".join(map(shown, known))
    return RowError.at(
        *position,
        what=f"column {named(column)}: {shown(name)} is a third class, after {pair}; "
        "a binary score allows two",
        hint=_hint([*known, name]),
        reason="third-class",
    ).about(column, name)


def _hint(names: list[str]) -> str:
    if len({name.strip().casefold() for name in names}) <= BINARY:
        return "some labels differ only in case or spaces: spell them the same way"
    if missing := next(filter(None, map(missing_hint, reversed(names))), ""):
        return missing
    return "is this the label column? --label COL chooses another"
