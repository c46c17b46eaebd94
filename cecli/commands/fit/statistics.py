"""The statistics that a fit needs: likelihoods, ranges and levels."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice, pairwise
from math import inf
from operator import add, lshift
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.commands.fit.likelihood.terms import Terms
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, field
from cecli.core.errors import InputError
from cecli.numerics import Floats
from cecli.numerics.sums.exact import PRECISION, exact_dots, exact_sums, from_units
from cecli.statistics.mean import WeightState, weight_of

Point = tuple[float, ...]


@dataclass(frozen=True)
class LikelihoodState:
    """Sums over the rows, as integers in units of `numerics.exact`: loss, gradient, Hessian.

    `sums` is empty before the first chunk.
    """

    size: int
    weights: WeightState = field(default_factory=WeightState)
    sums: tuple[int, ...] = ()

    def merge(self, other: Self) -> Self:
        if not self.sums or not other.sums:
            return other if not self.sums else self
        return type(self)(
            self.size,
            self.weights.merge(other.weights),
            tuple(map(add, self.sums, other.sums)),
        )

    @property
    def loss(self) -> Fraction:
        """Minus the log-likelihood, in nats, exact."""
        return from_units(self.sums[0]) if self.sums else Fraction(0)

    @property
    def gradient(self) -> Floats:
        """Shape (k,), each entry rounded once."""
        return np.array([float(from_units(x)) for x in self.sums[1 : 1 + self.size]])

    @property
    def hessian(self) -> Floats:
        """Shape (k, k), each entry rounded once."""
        matrix = np.zeros((self.size, self.size))
        upper = np.triu_indices(self.size)
        matrix[upper] = [float(from_units(x)) for x in self.sums[1 + self.size :]]
        return matrix + np.triu(matrix, 1).T


@dataclass(frozen=True)
class Likelihood:
    """The loss, gradient and Hessian of the rows at a point in the space of parameters.

    Attributes
    ----------
    terms : returns the contributions of each row at a point.
    sums : returns their sums over the rows, in units of `numerics.exact`, by a quicker way; None
        where there is none.
    """

    terms: Callable[[Chunk, Point], Terms]
    point: Point
    sums: Callable[[Chunk, Point], Sequence[int] | None] | None = None

    def empty(self) -> LikelihoodState:
        return LikelihoodState(len(self.point))

    def summarize(self, chunk: Chunk) -> LikelihoodState:
        if not len(chunk):
            return self.empty()
        sums = None if self.sums is None else self.sums(chunk, self.point)
        if sums is None:
            terms = self.terms(chunk, self.point)
            values = np.concatenate([terms.loss[None], terms.gradient, terms.hessian])
            sums = exact_sums(values) if chunk.weight is None else exact_dots(chunk.weight, values)
        return LikelihoodState(len(self.point), chunk.once(weight_of), tuple(sums))


@dataclass(frozen=True)
class RangesState:
    """The least and the largest value in rows with a target above 0, and with one below 1."""

    low: float = inf
    high: float = -inf
    other_low: float = inf
    other_high: float = -inf

    def merge(self, other: Self) -> Self:
        return type(self)(
            min(self.low, other.low),
            max(self.high, other.high),
            min(self.other_low, other.other_low),
            max(self.other_high, other.other_high),
        )

    @property
    def has_both(self) -> bool:
        """Whether the event happened in some rows and did not in others."""
        return self.low <= self.high and self.other_low <= self.other_high

    @property
    def is_constant(self) -> bool:
        """Whether all rows have the same value."""
        return min(self.low, self.other_low) >= max(self.high, self.other_high)


@dataclass(frozen=True)
class Ranges:
    """The ranges of a score, by a target in [0, 1]: functions from a chunk to one float64 a row."""

    score: Callable[[Chunk], Floats]
    target: Callable[[Chunk], Floats]

    def empty(self) -> RangesState:
        return RangesState()

    def summarize(self, chunk: Chunk) -> RangesState:
        score, target = self.score(chunk), self.target(chunk)
        return RangesState(*_range(score[target > 0.0]), *_range(score[target < 1.0]))


def _range(values: Floats) -> tuple[float, float]:
    if not values.size:
        return inf, -inf
    # Adding 0.0 turns −0.0 into 0.0, so that the order of rows does not show.
    return float(values.min()) + 0.0, float(values.max()) + 0.0


# Sorting this many different rows takes about two gigabytes.
MOST = 1 << 24
LARGEST_WHOLE = 2.0**53
# Repetitions among fewer triples are not removed.
LEAST = 1 << 16

Piece = tuple[Floats, Floats, Floats, Floats]


@dataclass(frozen=True, eq=False)
class LevelsState:
    """The distinct (score, target, weight) triples of some rows, and how many rows have each.

    Attributes
    ----------
    pieces : arrays of these four, of shape (m,) each; no triple is repeated within a piece.
    compacted : the number of triples after repetitions were last removed.
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
                f"has more than {MOST:,} different rows, too many to sort in memory",
                self.source,
                "round the predictions to 6 digits, fit fewer rows, or use --model beta, which "
                "does not sort rows",
            )
        return type(self)(self.source, (whole,), len(whole[0]))

    def table(self) -> tuple[Floats, Iterator[tuple[int, int]]]:
        """Return the distinct scores, ascending, and the exact Σw and Σwt of each, in one unit."""
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
    """Yield values as integer multiples of the largest power of two that divides all of them."""
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
        # Adding 0.0 turns −0.0 into 0.0.
        rows = (self.score(chunk) + 0.0, self.target(chunk) + 0.0, weight, ones)
        return LevelsState(self.source, (compact([rows]),))


def compact(pieces: "tuple[Piece, ...] | list[Piece]") -> Piece:
    """Return the sorted triples of some pieces without repetitions, with their counts summed."""
    score, target, weight, count = (np.concatenate(arrays) for arrays in zip(*pieces, strict=True))
    order = np.lexsort((weight, target, score))
    score, target, weight, count = (x[order] for x in (score, target, weight, count))
    starts = np.flatnonzero(_is_new(score) | _is_new(target) | _is_new(weight))
    return score[starts], target[starts], weight[starts], np.add.reduceat(count, starts)


def _is_new(values: Floats) -> NDArray[np.bool_]:
    """Return which values differ from the previous one."""
    is_new = np.ones(len(values), dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=is_new[1:])
    return is_new


def _are_whole(values: Floats) -> bool:
    return bool((values == np.floor(values)).all()) and float(values.max()) < LARGEST_WHOLE
