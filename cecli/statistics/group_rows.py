"""Rows of groups before they are summed, and what is summed over them."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.numerics import Floats
from cecli.numerics.sums.digits import COMPILED_FACTORS, Digits
from cecli.statistics.mean import has_infinite


class Term(NamedTuple):
    """What is summed over the rows of each group: a power of the weight times some scores.

    Attributes
    ----------
    power : of the weight, from 0 to 2; 0 counts rows.
    scores : the places of the scores that are multiplied, at most two.
    """

    power: int
    scores: tuple[int, ...] = ()


# A score of some rows, shape (n,), finite; None if it is 0 in all of them.
Score = Floats | None
# Rows in each group from which on it is faster to bring the rows into the order of their groups.
LONG = 1 << 10
WITH_WEIGHTS = 4  # factors: the square of the weight, and two scores


def finite_and_infinite(
    chunk: Chunk, scores: Sequence[Callable[[Chunk], Floats]]
) -> tuple[Score, ...]:
    """Return some scores with 0 for infinite values, then for each score 1 where it is infinite."""
    finite: list[Score] = []
    infinite: list[Score] = []
    for score in scores:
        x = chunk.once(score)
        if not has_infinite(x):
            finite.append(x)
            infinite.append(None)
        else:
            is_infinite = np.isinf(x)
            finite.append(np.where(is_infinite, 0.0, x))
            infinite.append(is_infinite.astype(np.float64))
    return (*finite, *infinite)


class GroupOrder:
    """Arrays of rows in the order of their groups.

    Parameters
    ----------
    places : shape (n,), the group of each row, in range(size).

    Attributes
    ----------
    rows : the rows in the order, shape (n,).
    starts : where each group begins in it, and the number n, shape (size + 1,).
    """

    def __init__(self, places: Integers, size: int) -> None:
        # Numbers of 16 bits are sorted by their digits.
        self.rows = places.astype(np.int16).argsort(kind="stable")
        self.starts = np.append(0, np.cumsum(np.bincount(places, minlength=size)))
        self._known: dict[int, tuple[Floats, Floats]] = {}

    def rows_as_digits(self, first: int, levels: int) -> Integers:
        """Return the rows of each group as digits from a level on, shape (levels, size)."""
        digits = np.zeros((levels, len(self.starts) - 1), dtype=np.int64)
        digits[-first] = np.diff(self.starts)
        return digits

    def __call__(self, x: Floats) -> Floats:
        """Return an array in the order; that of one that was seen before is kept."""
        if id(x) not in self._known:
            self._known[id(x)] = x, x.take(self.rows)
        return self._known[id(x)][1]


class Unsummed(Protocol):
    """Rows that wait until their sums are added to those of other rows."""

    @property
    def places(self) -> NDArray[np.integer[Any]]:
        """The numbers of their keys."""
        ...

    @property
    def size(self) -> int:
        """The number of plain rows that take as much memory."""
        ...

    @property
    def kind(self) -> Hashable:
        """What is alike for those that can be joined."""
        ...

    def renumbered(self, places: Integers) -> Self:
        """Return the same rows, with the new number of each key."""
        ...

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the rows of all parts, which are of one kind."""
        ...

    def sums(self, terms: Sequence[Term], size: int) -> tuple[Digits, ...]:
        """Return the sums of the terms for each of so many keys; equal sums are one object."""
        ...


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows that wait to be summed.

    Attributes
    ----------
    places : shape (n,), the number of each row's key.
    weight : shape (n,); None if every row counts once.
    scores : what terms are made of.
    are_counts : whether the weights say for how many equal rows each row stands.
    """

    places: Integers
    weight: Floats | None
    scores: tuple[Score, ...]
    are_counts: bool = False

    @property
    def size(self) -> int:
        return self.places.size

    @property
    def kind(self) -> Hashable:
        return Rows, self.weight is None

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        if len(parts) == 1:
            return parts[0]
        weights = [part.weight for part in parts if part.weight is not None]
        scores = []
        for column in zip(*(part.scores for part in parts), strict=True):
            present = [
                np.zeros(part.places.size) if score is None else score
                for part, score in zip(parts, column, strict=True)
            ]
            is_zero = all(score is None for score in column)
            scores.append(None if is_zero else np.concatenate(present))
        return cls(
            np.concatenate([part.places for part in parts]),
            np.concatenate(weights) if weights else None,
            tuple(scores),
            parts[0].are_counts,
        )

    def renumbered(self, places: Integers) -> Self:
        return replace(self, places=places.take(self.places))

    def sums(self, terms: Sequence[Term], size: int) -> tuple[Digits, ...]:
        found = []
        is_long = LONG * size <= len(self.places)
        in_order = GroupOrder(self.places, size) if is_long else None
        # A factor of 1 changes no product.
        is_one = [score is not None and bool((score == 1.0).all()) for score in self.scores]
        known = {} if in_order is None else self._weighted_moments(in_order, is_one)
        for power, scores in terms:
            of_scores = [self.scores[place] for place in scores if not is_one[place]]
            factors = _without_squares([*self._weights(power), *of_scores])
            key = tuple(map(id, factors))
            if key not in known:
                known[key] = self._sum(factors, size, in_order)
            found.append(known[key])
        return tuple(found)

    def _weighted_moments(
        self, in_order: GroupOrder, is_one: Sequence[bool]
    ) -> dict[tuple[int, ...], Digits]:
        """Return the sums of the products of weights and one score, by the factors' identities."""
        known: dict[tuple[int, ...], Digits] = {}
        weight = self.weight
        if weight is None or self.are_counts:
            return known
        for x, is_left_out in zip(self.scores, is_one, strict=True):
            if x is None or is_left_out:
                continue
            moments = Digits.weighted_moments_of_stretches(
                in_order.starts, in_order(x), in_order(weight)
            )
            factors = ([weight, x], [weight, weight, x], [weight, weight, x, x])
            known.update({tuple(map(id, f)): m for f, m in zip(factors, moments, strict=True)})
        return known

    def _weights(self, power: int) -> list[Score]:
        """Return the factors by which a row counts: each of its equal rows has weight 1."""
        if self.weight is None:
            return []
        return [self.weight] * (1 if self.are_counts else power)

    def _sum(self, factors: Sequence[Score], size: int, in_order: GroupOrder | None) -> Digits:
        present = [factor for factor in factors if factor is not None]
        if len(present) < len(factors):
            return Digits(size, {})
        if not present:
            return Digits.of_counts(np.bincount(self.places, minlength=size))
        if in_order is not None and len(present) <= COMPILED_FACTORS:
            return Digits.products_of_stretches(in_order.starts, *map(in_order, present))
        if in_order is not None and len(present) == WITH_WEIGHTS:
            weight, _, x, y = map(in_order, present)
            return Digits.weighted_products_of_stretches(in_order.starts, x, y, weight)
        return Digits.products_by(self.places, size, *present)


def _without_squares(factors: list[Score]) -> list[Score]:
    """Return factors with the same product: the square of 0 and of 1 is itself."""
    *others, last = factors or [None]
    if not others or last is None or others[-1] is not last:
        return factors
    return others if ((last == 0.0) | (last == 1.0)).all() else factors
