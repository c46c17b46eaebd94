"""Weighted sums of what there is of each class: its targets, its predictions, its costs."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from operator import add
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk, Floats
from cecli.numerics.exact import exact_dots, exact_sums, from_units

ClassScore = Callable[[Chunk], Floats]


@dataclass(frozen=True)
class ClassSumsState:
    """Σwx of each class, as integers in units of `numerics.exact`, and its infinite terms.

    Both are empty where no chunk has told the number of classes yet.
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
        """The same with infinite terms counted as zero."""
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
        return ClassSumsState(tuple(sums), tuple(map(int, np.count_nonzero(infinite, axis=-1))))


@dataclass(frozen=True)
class ClassRowsState:
    """How many rows concern each class; empty before the first chunk."""

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
        counts = np.count_nonzero(chunk.once(self.flag), axis=-1)
        return ClassRowsState(tuple(map(int, counts)))
