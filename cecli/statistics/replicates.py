"""Weighted sums of scores over the resamples of a bootstrap.

One pass is enough. In each replicate, every row counts Poisson(1) times. That number follows from
the row's position, or from its cluster's name if the rows of a cluster are drawn together. So a
state is a sum over rows like any other, and as exact. The copies for which a row stands count
Poisson(k) times, unless the rows of a cluster are drawn together.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, field
from cecli.core.table import INPUT, ROW
from cecli.numerics import Floats, Words
from cecli.numerics.resampling import (
    DrawnSums,
    drawn_sums,
    drawn_sums_of_copies,
    outputs,
    streams,
)
from cecli.statistics.classes import ClassSums
from cecli.statistics.mean import Mean


class RowKeys(Protocol):
    """Returns one word for each row of a chunk; rows with equal words are drawn together."""

    @property
    def copies_together(self) -> bool:
        """Whether the copies for which a row stands are drawn together, like rows of one key."""
        ...

    def __call__(self, chunk: Chunk) -> Words: ...


@dataclass(frozen=True)
class ByPlace:
    """A key for each row, from the index of its input and its index in that input."""

    copies_together: ClassVar[bool] = False

    def __call__(self, chunk: Chunk) -> Words:
        inputs, rows = (chunk.numbers[role].astype(np.uint64) for role in (INPUT, ROW))
        return outputs(outputs(np.zeros(1, dtype=np.uint64), inputs), rows)


by_place = ByPlace()


@dataclass(frozen=True)
class ByText:
    """A key for each row, equal for rows with the same text in a role.

    Notes
    -----
    The 8-byte blake2b digest of the text's UTF-8 bytes, little-endian.
    """

    role: str
    copies_together: ClassVar[bool] = True

    def __call__(self, chunk: Chunk) -> Words:
        text = chunk.texts[self.role]
        digests = b"".join(
            blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            for name in text.names
        )
        keys = np.frombuffer(digests, dtype="<u8").astype(np.uint64)
        return np.asarray(keys.take(text.codes))


@dataclass(frozen=True, eq=False)
class ReplicatesState:
    """Sums of each replicate, over the rows with a finite score.

    Attributes
    ----------
    sums : shape (1 + scores, replicates): Σmw, and Σmwx of each score; None before the first
        chunk, because the number of classes is unknown.
    infinite : shape (scores, replicates), number of draws of rows with an infinite score.
    drawn_apart : the two smallest distinct keys of the rows; with fewer there is nothing to draw.
    """

    sums: DrawnSums | None = None
    infinite: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    drawn_apart: tuple[int, ...] = ()

    def merge(self, other: Self) -> Self:
        if self.sums is None or other.sums is None:
            return other if self.sums is None else self
        least = sorted({*self.drawn_apart, *other.drawn_apart})[:2]
        return type(self)(self.sums + other.sums, self.infinite + other.infinite, tuple(least))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ReplicatesState)
            and self.drawn_apart == other.drawn_apart
            and self.sums == other.sums
            and np.array_equal(self.infinite, other.infinite)
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class DrawnRows:
    """Rows whose sums are not drawn yet; arrays of shape (n,).

    Attributes
    ----------
    keys : rows with equal keys are drawn together.
    weight, count : as in `Chunk`.
    scores : never −∞.
    """

    keys: Words
    weight: Floats | None
    count: Floats | None
    scores: tuple[Floats, ...]

    def at(self, rows: slice | Integers) -> Self:
        """Return some of the rows."""
        weight, count = (None if x is None else x[rows] for x in (self.weight, self.count))
        return type(self)(self.keys[rows], weight, count, tuple(x[rows] for x in self.scores))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the rows of all parts."""
        return cls(
            np.concatenate([part.keys for part in parts]),
            _joined([part.weight for part in parts], parts),
            _joined([part.count for part in parts], parts),
            tuple(map(np.concatenate, zip(*(part.scores for part in parts), strict=True))),
        )


def _joined(columns: Sequence[Floats | None], parts: Sequence[DrawnRows]) -> Floats | None:
    """Return a column of all parts; where it is missing, every row counts once."""
    if all(x is None for x in columns):
        return None
    both = zip(columns, parts, strict=True)
    return np.concatenate([np.ones(part.keys.size) if x is None else x for x, part in both])


@dataclass(frozen=True)
class Replicates:
    """The sums of some scores in each replicate of a Poisson bootstrap.

    Attributes
    ----------
    keys : function from a chunk to one word per row; rows with equal words are drawn together.
    means, classes : of the scores; a score of K classes counts as K.
    number, seed : number of replicates, and the seed of their draws.

    References
    ----------
    See `cecli.numerics.resampling`.
    """

    keys: RowKeys
    means: tuple[Mean, ...]
    classes: tuple[ClassSums, ...]
    number: int
    seed: int

    def empty(self) -> ReplicatesState:
        return ReplicatesState()

    def summarize(self, chunk: Chunk) -> ReplicatesState:
        return self.sums(self.rows(chunk)) if len(chunk) else self.empty()

    def rows(self, chunk: Chunk) -> DrawnRows:
        """Return all that the sums need of a chunk's rows."""
        return DrawnRows(self.keys(chunk), chunk.weight, chunk.count, tuple(self._scores(chunk)))

    def sums(self, rows: DrawnRows) -> ReplicatesState:
        """Return the state of some rows, at least one."""
        lost = [np.isinf(score) for score in rows.scores]
        finite = [
            np.where(infinite, 0.0, score) if infinite.any() else score
            for score, infinite in zip(rows.scores, lost, strict=True)
        ]
        columns = [np.ones(rows.keys.size), *finite]
        flags = [infinite.astype(np.float64) for infinite in lost]
        sums = self._drawn(rows, columns, flags)[:, : self.number]
        lost_sums = sums[len(columns) :, :]
        times = (lost_sums.wholes >> -lost_sums.exponents.astype(object)[:, None]).astype(np.int64)
        return ReplicatesState(sums[: len(columns), :], times, self._drawn_apart(rows))

    def _drawn(self, rows: DrawnRows, columns: list[Floats], flags: list[Floats]) -> DrawnSums:
        """Return the sums of weighted columns, and of flags of rows, in each replicate."""
        pairs = streams(self.seed, -(-self.number // 2))
        weight, count = rows.weight, rows.count
        if count is not None and not self.keys.copies_together:
            return drawn_sums_of_copies(rows.keys, pairs, [*columns, *flags], count)
        weighted = [(x,) if weight is None else (weight, x) for x in columns]
        flagged = [(x,) if count is None else (count, x) for x in flags]
        return drawn_sums(rows.keys, pairs, [*weighted, *flagged])

    def _drawn_apart(self, rows: DrawnRows) -> tuple[int, ...]:
        """Return the two smallest distinct keys of what is drawn."""
        keys = rows.keys
        if rows.count is not None and not self.keys.copies_together:
            # The second copy of a row has a key of its own.
            seconds = outputs(keys[rows.count > 1.0], np.zeros(1, dtype=np.uint64))
            keys = np.concatenate([keys, seconds])
        return _least_two(keys)

    def _scores(self, chunk: Chunk) -> Iterator[Floats]:
        for mean in self.means:
            yield chunk.once(mean.score)
        for classes in self.classes:
            yield from chunk.once(classes.score)


def _least_two(keys: Words) -> tuple[int, ...]:
    least = keys.min()
    others = keys[keys != least]
    return (int(least), int(others.min())) if others.size else (int(least),)
