"""Sums over the events of each row of a file, where a row has several."""

from typing import Self

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.sums.exact import exact_dot
from cecli.statistics.mean import ProductState, Score, row_weight


def first_events(chunk: Chunk) -> Integers:
    """Return the places of the first event of each row. The events of a row are neighbours."""
    is_first = np.ones(len(chunk), dtype=np.bool_)
    np.not_equal(chunk.lines[1:], chunk.lines[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


@dataclass(frozen=True)
class RowTotal:
    """Returns Σwx over the events of each row, rounded, without infinite terms.

    Attributes
    ----------
    score : x; None for 1.
    """

    score: Score | None

    def __call__(self, chunk: Chunk) -> Floats:
        values = chunk.once(row_weight)
        if self.score is not None:
            x = chunk.once(self.score)
            values = values * np.where(np.isinf(x), 0.0, x)
        totals: Floats = np.add.reduceat(values, chunk.once(first_events)) if len(chunk) else values
        return totals


@dataclass(frozen=True)
class RowProducts:
    """The sum over the rows of a file of the product of two totals, exact but for their rounding.

    Attributes
    ----------
    x, y : the scores of the totals; None for the weight.
    """

    x: Score | None
    y: Score | None

    def empty(self) -> ProductState:
        return ProductState()

    def summarize(self, chunk: Chunk) -> ProductState:
        totals = [chunk.once(RowTotal(self.x)), chunk.once(RowTotal(self.y))]
        if chunk.count is not None:
            totals.append(chunk.count[chunk.once(first_events)])
        return ProductState(exact_dot(*totals))


@dataclass(frozen=True)
class FileRowsState:
    """The number of rows."""

    number: int = 0

    def merge(self, other: Self) -> Self:
        return type(self)(self.number + other.number)


@dataclass(frozen=True)
class FileRows:
    """The number of rows of files, each as often as its count says."""

    def empty(self) -> FileRowsState:
        return FileRowsState()

    def summarize(self, chunk: Chunk) -> FileRowsState:
        is_first = np.zeros(len(chunk), dtype=np.bool_)
        is_first[chunk.once(first_events)] = True
        return FileRowsState(chunk.rows_where(is_first))


FILE_ROWS = FileRows()
