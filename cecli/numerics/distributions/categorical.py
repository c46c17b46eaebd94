"""Distributions over K classes, one per row, given by values of shape (K, n)."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import AnyScale, Scale, Unscaled
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.distributions.bernoulli import (
    change,
    difference_of_logs,
    percent_surprisal,
)
from cecli.numerics.distributions.exponential import exp, expm1
from cecli.numerics.distributions.logarithm import SMALLEST_NORMAL, log, log1p
from cecli.numerics.distributions.shares import share_difference, sum_over_classes

Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class CategoricalProbabilities:
    """Stated by probabilities that add up to 1, or nearly so."""

    values: Floats

    @property
    def prob(self) -> Floats:
        return self.values

    @cached_property
    def surprisal(self) -> Floats:
        return np.asarray(0.0 - log(self.values))

    @property
    def preference(self) -> Floats:
        return self.values

    def difference(self, other: Any) -> Floats:
        return np.asarray(other.prob - self.prob)


@dataclass(frozen=True, eq=False)
class CategoricalPercentages:
    """Stated by percentages that add up to 100, or nearly so."""

    values: Floats

    @cached_property
    def prob(self) -> Floats:
        return np.asarray(self.values / 100.0)

    @cached_property
    def surprisal(self) -> Floats:
        return percent_surprisal(self.values, 100.0 - self.values)

    @property
    def preference(self) -> Floats:
        return self.values

    def difference(self, other: Any) -> Floats:
        if not isinstance(other, CategoricalPercentages):
            return np.asarray(other.prob - self.prob)
        return np.asarray((other.values - self.values) / 100.0)


class Unnormalized:
    """Stated up to a factor in each row, which is that of its first largest value."""

    values: Floats

    @property
    def _odds(self) -> Floats:
        """The probability of each class over that of the largest."""
        raise NotImplementedError

    @property
    def _log_odds(self) -> Floats:
        raise NotImplementedError

    @cached_property
    def prob(self) -> Floats:
        return np.asarray(self._odds / (1.0 + self._others))

    @cached_property
    def surprisal(self) -> Floats:
        """log1p(Σ odds of all classes but the largest) − ln odds, accurate near certainty."""
        return np.asarray(log1p(self._others) - self._log_odds)

    def surprisal_of_others(self) -> Floats:
        """Return −ln(1 − q) and −ln q of each class, shape (2, K, n).

        For the most likely class, 1 − q is the sum of the others, so that nothing cancels.
        """
        beside = 0.0 - log1p(0.0 - self.prob)
        beside[self._largest] = log1p(self._others) - log(self._others)
        return np.stack((beside, self.surprisal))

    @property
    def preference(self) -> Floats:
        return self.values

    @cached_property
    def _largest(self) -> tuple[Places, Places]:
        """The index of the first class with the largest value of each row."""
        places = np.argmax(self.values, axis=0)
        return places, np.arange(places.size)

    @cached_property
    def _others(self) -> Floats:
        odds = self._odds.copy()
        odds[self._largest] = 0.0
        return sum_over_classes(odds)


@dataclass(frozen=True, eq=False)
class CategoricalAmounts(Unnormalized):
    """Stated by amounts that are not negative, divided by their sum, which is positive.

    Each ratio keeps its digits until its logarithm: a share near 1 is not rounded.
    """

    values: Floats

    @cached_property
    def prob(self) -> Floats:
        return np.asarray(self.values / self.total)

    def difference(self, other: Any) -> Floats:
        if not isinstance(other, CategoricalAmounts):
            return np.asarray(other.prob - self.prob)
        return share_difference(self.values, self.total, other.values, other.total)

    @cached_property
    def total(self) -> Floats:
        """The sum of each row."""
        return sum_over_classes(self.values)

    @cached_property
    def _odds(self) -> Floats:
        return np.asarray(self.values / self.values[self._largest])

    @cached_property
    def _log_odds(self) -> Floats:
        odds = self._odds
        if (rare := odds < SMALLEST_NORMAL).any():
            return np.where(rare, log(self.values) - log(self.values[self._largest]), log(odds))
        return log(odds)


@dataclass(frozen=True, eq=False)
class CategoricalLogits(Unnormalized):
    """Stated by logarithms of probabilities up to a constant; softmax inverts them.

    −∞ stands for probability 0, and a single ∞ for probability 1.
    """

    values: Floats

    def difference(self, other: Any) -> Floats:
        if not isinstance(other, CategoricalLogits):
            return np.asarray(other.prob - self.prob)
        return difference_of_logs(self.prob, other.prob, self._log_ratio(other))

    @cached_property
    def _odds(self) -> Floats:
        """The odds of each class against the largest, e^(z − max z).

        The rounding error of the difference is known exactly (Knuth's TwoSum), and is made up for:
        it would be an error of the odds as large as that of the difference.
        """
        below, largest = self._log_odds, self.values[self._largest]
        with np.errstate(over="ignore", invalid="ignore"):
            z = below + largest
            rounded = (self.values - z) + ((z - below) - largest)
        return np.asarray(exp(below) * (1.0 + np.where(np.isfinite(rounded), rounded, 0.0)))

    @cached_property
    def _log_odds(self) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            below = self.values - self.values[self._largest]
        below[self._largest] = 0.0  # even if it is infinite
        return below

    def _log_ratio(self, other: "CategoricalLogits") -> Floats:
        """Return ln(q/p) of each class.

        If all logits moved by nearly the same amount c, it is ε − ln Σ p·e^ε with ε = δ − c, so
        that no logarithms of sums are subtracted.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            moved = other.values - self.values
            moved = moved - moved[self._largest]
        impossible = np.isneginf(self.values) & np.isneginf(other.values)
        moved = np.where(impossible, 0.0, moved)
        near = np.abs(moved).max(axis=0) < 1.0
        small = np.where(near, moved, 0.0)
        shift = log1p(sum_over_classes(self.prob * expm1(small)))
        return np.where(near, small - shift, change(other.surprisal, self.surprisal))


@dataclass(frozen=True, eq=False)
class CategoricalLogProbabilities:
    """Stated by logarithms of probabilities that add up to 1, or nearly so; −∞ for 0."""

    values: Floats

    @cached_property
    def prob(self) -> Floats:
        return np.asarray(exp(self.values))

    @cached_property
    def surprisal(self) -> Floats:
        return np.asarray(0.0 - self.values)

    @property
    def preference(self) -> Floats:
        return self.values

    def difference(self, other: Any) -> Floats:
        if not isinstance(other, CategoricalLogProbabilities):
            return np.asarray(other.prob - self.prob)
        return difference_of_logs(self.prob, other.prob, change(self.values, other.values))


KINDS: dict[AnyScale, Any] = {
    Unscaled.AMOUNT: CategoricalAmounts,
    Scale.PROBABILITY: CategoricalProbabilities,
    Scale.PERCENT: CategoricalPercentages,
    Scale.LOGIT: CategoricalLogits,
    Scale.LOG_PROBABILITY: CategoricalLogProbabilities,
}
