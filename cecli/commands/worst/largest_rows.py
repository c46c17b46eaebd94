"""The rows with the largest values of a score, and their fields."""

from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk, Coded, Integers
from cecli.core.dataclasses import dataclass, field, replace
from cecli.numerics import Floats
from cecli.statistics.mean import Score

# Return the values to keep of each row: a number, one number per class, or a text.
Values = Callable[[Chunk], Floats | Coded]
Objects = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class LargestRowsState:
    """At most `limit` rows, the largest score first; equal scores are in input order.

    Attributes
    ----------
    score, lines, sources : shape (n,).
    cells : the kept values by name, shape (n,) or (K, n); texts are objects. Empty for no rows.
    """

    limit: int
    score: Floats = field(default_factory=lambda: np.empty(0))
    lines: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    sources: Objects = field(default_factory=lambda: np.empty(0, dtype=object))
    cells: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.score)

    def merge(self, other: Self) -> Self:
        if not len(other) or (len(self) == self.limit and other.score[0] <= self.score[-1]):
            return self
        if not len(self):
            return other
        score = np.concatenate([self.score, other.score])
        rows = _largest(score, self.limit)
        return type(self)(
            self.limit,
            score[rows],
            np.concatenate([self.lines, other.lines])[rows],
            np.concatenate([self.sources, other.sources])[rows],
            {
                name: np.concatenate([values, other.cells[name]], axis=-1)[..., rows]
                for name, values in self.cells.items()
            },
        )

    def moved(self, lines: int) -> Self:
        return replace(self, lines=self.lines + lines)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, LargestRowsState)
            and self.limit == other.limit
            and self.cells.keys() == other.cells.keys()
            and np.array_equal(self.score, other.score)
            and np.array_equal(self.lines, other.lines)
            and np.array_equal(self.sources, other.sources)
            and all(np.array_equal(x, other.cells[name]) for name, x in self.cells.items())
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class LargestRows:
    """The rows with the largest unweighted scores.

    Attributes
    ----------
    limit : maximum number of rows, at least 1.
    fields : the values to keep of each row, by name.
    """

    score: Score
    limit: int
    fields: tuple[tuple[str, Values], ...]

    def empty(self) -> LargestRowsState:
        return LargestRowsState(self.limit)

    def summarize(self, chunk: Chunk) -> LargestRowsState:
        if not len(chunk):
            return self.empty()
        score = chunk.once(self.score)
        rows = _largest(score, self.limit)
        return LargestRowsState(
            self.limit,
            score[rows],
            chunk.lines[rows],
            _objects([chunk.source] * len(rows)),
            {name: _cells(values(chunk), rows) for name, values in self.fields},
        )


def _largest(score: Floats, limit: int) -> NDArray[np.intp]:
    """Return the positions of the largest values, in the order of a state."""
    rows = np.arange(len(score))
    if limit < len(score):
        # Finding the smallest value to keep is faster than sorting all values.
        rows = np.flatnonzero(score >= np.partition(score, -limit)[-limit])
    order: NDArray[np.intp] = rows[np.argsort(0.0 - score[rows], kind="stable")][:limit]
    return order


def _cells(values: Floats | Coded, rows: NDArray[np.intp]) -> NDArray[Any]:
    if isinstance(values, Coded):
        return _objects([values.names[code] for code in values.codes[rows].tolist()])
    return values[..., rows]


def _objects(texts: list[str]) -> Objects:
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found
