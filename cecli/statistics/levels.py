"""What happened at each distinct value of a score: Σw and Σwt, exact, in the values' order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from cecli.chunk import Chunk, Floats
from cecli.errors import InputError
from cecli.numerics.exact import exact_dot, to_units

# So many rows that differ take about a gigabyte while they are sorted.
MOST = 1 << 24
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

    def table(self) -> tuple[Floats, list[int], list[int]]:
        """Return the distinct scores, ascending, with Σw and Σwt in units of `numerics.exact`."""
        if not self.pieces:
            return np.empty(0), [], []
        score, target, weight, count = compact(self.pieces)
        starts = np.flatnonzero(np.diff(score, prepend=np.nan) != 0.0)
        if _are_whole(target) and _are_whole(weight):
            rows = np.cumsum(weight * count), np.cumsum(weight * target * count)
            if rows[0][-1] < 2.0**53:
                ends = np.append(starts[1:], len(score)) - 1
                weights, totals = (np.diff(x[ends], prepend=0.0).tolist() for x in rows)
                return score[starts], list(map(to_units, weights)), list(map(to_units, totals))
        ends = np.append(starts[1:], len(score))
        spans = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
        weights = [exact_dot(weight[span], count[span]) for span in spans]
        totals = [exact_dot(weight[span], target[span], count[span]) for span in spans]
        return score[starts], weights, totals


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
    is_new = np.ones(len(score), dtype=np.bool_)
    is_new[1:] = (np.diff(score) != 0) | (np.diff(target) != 0) | (np.diff(weight) != 0)
    starts = np.flatnonzero(is_new)
    return score[starts], target[starts], weight[starts], np.add.reduceat(count, starts)


def _are_whole(values: Floats) -> bool:
    return bool((values == np.floor(values)).all()) and float(values.max()) < 2.0**53
