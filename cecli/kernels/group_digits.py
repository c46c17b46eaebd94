"""What the compiled pass over binary predictions has of each group, and rows that wait for it."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.kernels.binary_pass import limits
from cecli.metrics.accuracy import hit
from cecli.metrics.balanced import positive_cost
from cecli.metrics.base_rate import prediction_entropy, prob, target
from cecli.metrics.brier import brier
from cecli.metrics.cross_entropy import cross_entropy, no_entropy
from cecli.metrics.predicted_variance import (
    brier_variance,
    entropy_by_prob,
    loss_covariance,
    loss_variance,
    one,
    outcome_variance,
)
from cecli.numerics import Floats
from cecli.numerics.sums.digits import Digits
from cecli.statistics.group_rows import Term

try:
    from cecli.kernels import group_loops as group_loops
except ImportError:
    group_loops = None  # type: ignore[assignment]

Score = Callable[[Chunk], Floats]
# Rows that wait take so much less memory than those with all their scores. And the pass is faster,
# the more rows a group has.
ROWS_AS_ONE = 8
# The digits of a group take as much memory as so many rows with all their scores.
ROWS_AS_DIGITS = 8


class PassSum(NamedTuple):
    """A sum that the pass has of each group.

    Attributes
    ----------
    name : as in `group_loops.LINES`.
    of_positives : whether it is over the rows of target 1 alone.
    """

    name: str
    of_positives: bool = False


def _with_squares(name: str, *, of_positives: bool = False) -> tuple[PassSum, PassSum]:
    return PassSum(name, of_positives), PassSum(f"{name} squared", of_positives)


ROWS, POSITIVES, HITS = PassSum("rows"), PassSum("rows", of_positives=True), PassSum("hits")
OF_COST = _with_squares("loss", of_positives=True)
# The sums of a score and of its squares; None for one that is 0.
OF_SCORES: Mapping[Score, tuple[PassSum, PassSum] | None] = {
    cross_entropy: _with_squares("loss"),
    no_entropy: None,
    target: (POSITIVES, POSITIVES),
    positive_cost: OF_COST,
    prob: _with_squares("prob"),
    prediction_entropy: _with_squares("entropy"),
    brier: _with_squares("squared_error"),
    hit: (HITS, HITS),
    outcome_variance: _with_squares("outcome_variance"),
    one: (ROWS, ROWS),
}
OF_PRODUCTS: Mapping[tuple[Score, ...], PassSum] = {
    (loss_variance, one): PassSum("loss_variance"),
    (loss_covariance, one): PassSum("loss_covariance"),
    (brier_variance, one): PassSum("brier_variance"),
    (entropy_by_prob, one): PassSum("entropy_by_prob"),
    (cross_entropy, target): OF_COST[0],
    (cross_entropy, positive_cost): OF_COST[1],
    (positive_cost, target): OF_COST[0],
    (target, prob): PassSum("prob", of_positives=True),
}


@cache
def lines_of(
    terms: tuple[Term, ...], scores: tuple[Score, ...]
) -> tuple[PassSum | None, ...] | None:
    """Return the sum that each term is, for rows of weight 1; None for one that is 0.

    None of them if the pass lacks one.
    """
    try:
        return tuple(_line(term, scores) for term in terms)
    except KeyError:
        return None


def _line(term: Term, scores: Sequence[Score]) -> PassSum | None:
    if not term.scores:
        return ROWS
    if max(term.scores) >= len(scores):
        return None  # the rows in which a score is infinite
    first, *others = (scores[place] for place in term.scores)
    if others and others != [first]:
        return OF_PRODUCTS[first, *others]
    of_score = OF_SCORES[first]
    return None if of_score is None else of_score[len(others)]


def sums_by(
    scale: Scale, codes: Integers, groups: int, target: Floats, stated: Floats
) -> "group_loops.SumsByGroup | None":
    """Return the sums of groups of rows, whose predictions are stated on a scale."""
    by_scale = {
        Scale.PROBABILITY: group_loops.binary_sums_by,
        Scale.LOGIT: group_loops.binary_sums_of_logits_by,
    }
    return by_scale[scale](codes, groups, target, stated, limits(scale))


@dataclass(frozen=True, eq=False)
class GroupDigits:
    """The sums of some rows, by group.

    Attributes
    ----------
    scores : that the places of terms mean.
    places : the number of each group's key, shape (groups,).
    digits, rare : as in `group_loops.SumsByGroup`.
    """

    scores: tuple[Score, ...]
    places: Integers
    digits: Integers
    rare: Integers

    @classmethod
    def of(cls, found: "group_loops.SumsByGroup", scores: tuple[Score, ...], size: int) -> Self:
        """Return what the pass found of so many groups."""
        return cls(scores, np.arange(size), found.digits, found.rare)

    @property
    def size(self) -> int:
        return ROWS_AS_DIGITS * self.places.size

    @property
    def kind(self) -> Hashable:
        return GroupDigits, self.scores

    def renumbered(self, places: Integers) -> Self:
        return replace(self, places=places.take(self.places))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        first, *others = parts
        if not others:
            return first
        size = max(int(part.places.max()) for part in parts) + 1
        digits = np.zeros((*first.digits.shape[:2], size), dtype=np.int64)
        for part in parts:
            digits[:, :, part.places] += part.digits
        rare = np.concatenate([part.rare_among(size) for part in parts])
        return cls(first.scores, np.arange(size), digits, rare)

    def rare_among(self, size: int) -> Integers:
        """Return the digits of rare values with the groups as numbers of so many."""
        happened, group = np.divmod(self.rare[:, 1], self.places.size)
        found = self.rare.copy()
        found[:, 1] = happened * size + self.places[group]
        return found

    def sums(self, terms: Sequence[Term], size: int) -> tuple[Digits, ...]:
        lines = lines_of(tuple(terms), self.scores) or ()
        known = {line: self._digits(line, size) for line in dict.fromkeys(lines)}
        return tuple(known[line] for line in lines)

    def _digits(self, line: PassSum | None, size: int) -> Digits:
        if line is None:
            return Digits(size, {})
        first, lines, level = group_loops.LINES[line.name]
        of_targets = self.digits[first : first + lines]
        found = of_targets[:, 1] if line.of_positives else of_targets.sum(axis=1)
        levels = {}
        for k in np.flatnonzero(found.any(axis=1)).tolist():
            levels[level + k] = np.zeros(size, dtype=np.int64)
            levels[level + k][self.places] = found[k]
        total = Digits(size, levels)
        return total + self._rare_digits(line, size) if self.rare.size else total.carried()

    def _rare_digits(self, line: PassSum, size: int) -> Digits:
        name = line.name.removesuffix(" squared")
        if name not in group_loops.WITH_SQUARES:
            return Digits(size, {})
        number = 2 * group_loops.WITH_SQUARES.index(name) + (name != line.name)
        happened, group = np.divmod(self.rare[:, 1], self.places.size)
        wanted = (self.rare[:, 0] == number) & ((happened == 1) | (not line.of_positives))
        levels: dict[int, Integers] = {}
        for level in np.unique(self.rare[wanted, 2]).tolist():
            some = wanted & (self.rare[:, 2] == level)
            levels[level] = np.zeros(size, dtype=np.int64)
            np.add.at(levels[level], self.places[group[some]], self.rare[some, 3])
        return Digits(size, levels)


@dataclass(frozen=True, eq=False)
class BinaryRows:
    """Rows of binary predictions with finite losses, whose sums are not known yet.

    Attributes
    ----------
    scores : that the places of terms mean.
    scale : of the predictions.
    places : the number of each row's key, int32, shape (n,): keys are far fewer than it counts.
    happened, stated : the target and the prediction, shape (n,).
    """

    scores: tuple[Score, ...]
    scale: Scale
    places: NDArray[np.integer[Any]]
    happened: NDArray[np.bool_]
    stated: Floats

    @property
    def size(self) -> int:
        return self.places.size // ROWS_AS_ONE

    @property
    def kind(self) -> Hashable:
        return BinaryRows, self.scores, self.scale

    def renumbered(self, places: Integers) -> Self:
        return replace(self, places=places.take(self.places).astype(np.int32))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        columns = zip(*((part.places, part.happened, part.stated) for part in parts), strict=True)
        return cls(parts[0].scores, parts[0].scale, *map(np.concatenate, columns))

    def sums(self, terms: Sequence[Term], size: int) -> tuple[Digits, ...]:
        places, targets = self.places.astype(np.int64), self.happened.astype(np.float64)
        found = sums_by(self.scale, places, size, targets, self.stated)
        assert found is not None  # no loss is infinite
        return GroupDigits.of(found, self.scores, size).sums(terms, size)
