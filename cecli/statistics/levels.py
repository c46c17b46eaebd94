"""What happened at each distinct value of a score: Σw and Σwt, exact, in the values' order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from operator import lshift
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk, Floats
from cecli.errors import InputError
from cecli.numerics.exact import PRECISION

# So many rows that differ take about two gigabytes while they are sorted.
MOST = 1 << 24
LARGEST_WHOLE = 2.0**53
# Fewer are not looked through for repetitions.
LEAST = 1 << 16

Piece = tuple[Floats, Floats, Floats, Floats]


@dataclass(frozen=True, eq=False)
class LevelsState:
    """The distinct (score, target, weight) triples of some rows, and how many rows have each.

    Attributes
    ----------
    pieces : arrays of these four, of shape (m,) each; no triple is repeated within a piece.
    compacted : how many triples there were when repetitions were last removed.
    """

    source: str
    pieces: tuple[Piece, ...] = ()
    compacted: int = 0

    def merge(self, other: Self) -> Self:
        """Return the triples of both.

        Raises
        ------
        InputError
            If there are more than 16 million different ones.
        """
        pieces = self.pieces + other.pieces
        size = sum(len(piece[0]) for piece in pieces)
        known = max(self.compacted, other.compacted)
        if size <= max(LEAST, 2 * known):
            return type(self)(self.source, pieces, known)
        whole = compact(pieces)
        if len(whole[0]) > MOST:
            raise InputError(
                f"has more than {MOST:,} different rows to be sorted in memory",
                self.source,
                "round the predictions to 6 digits, fit a part of the rows, or fit "
                "--model beta, which needs no memory",
            )
        return type(self)(self.source, (whole,), len(whole[0]))

    def table(self) -> tuple[Floats, Iterator[tuple[int, int]]]:
        """Return the distinct scores, ascending, and Σw and Σwt of each: exact, in one unit."""
        if not self.pieces:
            return np.empty(0), iter(())
        score, target, weight, count = compact(self.pieces)
        starts = np.flatnonzero(_is_new(score))
        if _are_whole(target) and _are_whole(weight):
            rows = np.cumsum(weight * count), np.cumsum(weight * target * count)
            if rows[0][-1] < LARGEST_WHOLE:
                ends = np.append(starts[1:], len(score)) - 1
                whole = (np.diff(x[ends], prepend=0.0).astype(np.int64).tolist() for x in rows)
                return score[starts], zip(*whole, strict=True)
        return score[starts], _sums(starts.tolist(), target, weight, count)


def _sums(
    starts: list[int], target: Floats, weight: Floats, count: Floats
) -> Iterator[tuple[int, int]]:
    """Yield Σw and Σwt of the rows from each start on, in one unit."""
    *targets, one = _integers(np.append(target, 1.0))
    rows = zip(_integers(weight), targets, count.astype(np.int64).tolist(), strict=True)
    for start, end in pairwise([*starts, len(weight)]):
        total = happened = 0
        for w, t, rows_alike in islice(rows, end - start):
            total += w * one * rows_alike
            happened += w * t * rows_alike
        yield total, happened


def _integers(values: Floats) -> Iterator[int]:
    """Yield values as integers, in the largest power of two that makes integers of all of them."""
    mantissas, exponents = np.frexp(values)
    used = exponents[values != 0.0]
    shifts = np.maximum(exponents - (used.min() if used.size else 0), 0)
    whole = np.ldexp(mantissas, PRECISION).astype(np.int64)
    return map(lshift, whole.tolist(), shifts.tolist())


@dataclass(frozen=True)
class Levels:
    """The levels of a score, with a target in [0, 1]: functions from a chunk to a float64 a row."""

    score: Callable[[Chunk], Floats]
    target: Callable[[Chunk], Floats]
    source: str

    def empty(self) -> LevelsState:
        return LevelsState(self.source)

    def summarize(self, chunk: Chunk) -> LevelsState:
        if not len(chunk):
            return self.empty()
        ones = np.ones(len(chunk))
        weight = ones if chunk.weight is None else chunk.weight
        # −0.0 and 0.0 are one score.
        rows = (self.score(chunk) + 0.0, self.target(chunk) + 0.0, weight, ones)
        return LevelsState(self.source, (compact([rows]),))


def compact(pieces: "tuple[Piece, ...] | list[Piece]") -> Piece:
    """Return the triples of some pieces in their order, none repeated, with their rows added up."""
    score, target, weight, count = (np.concatenate(arrays) for arrays in zip(*pieces, strict=True))
    order = np.lexsort((weight, target, score))
    score, target, weight, count = (x[order] for x in (score, target, weight, count))
    starts = np.flatnonzero(_is_new(score) | _is_new(target) | _is_new(weight))
    return score[starts], target[starts], weight[starts], np.add.reduceat(count, starts)


def _is_new(values: Floats) -> NDArray[np.bool_]:
    """Return which values differ from the one before."""
    is_new = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=is_new[1:])
    return is_new


def _are_whole(values: Floats) -> bool:
    return bool((values == np.floor(values)).all()) and float(values.max()) < LARGEST_WHOLE
