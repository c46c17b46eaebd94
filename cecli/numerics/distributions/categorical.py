"""Distributions over K classes, one per row, given by values of shape (K, n)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.numerics import Floats
from cecli.numerics.distributions.bernoulli import (
    difference_of_logs,
    percent_surprisal,
)
from cecli.numerics.distributions.logarithm import log, log1p
from cecli.numerics.distributions.shares import sum_over_classes

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
        return percent_surprisal(self.values)

    @property
    def preference(self) -> Floats:
        return self.values

    def difference(self, other: Any) -> Floats:
        if not isinstance(other, CategoricalPercentages):
            return np.asarray(other.prob - self.prob)
        return np.asarray((other.values - self.values) / 100.0)


@dataclass(frozen=True, eq=False)
class CategoricalLogits:
    """Stated by logarithms of probabilities up to a constant; softmax inverts them."""

    values: Floats

    @cached_property
    def prob(self) -> Floats:
        return np.asarray(self._odds / (1.0 + self._others))

    @cached_property
    def surprisal(self) -> Floats:
        """(max z − z) + log1p(Σ e^(z' − max z) over all classes but the largest)."""
        return np.asarray(log1p(self._others) - self._below_largest)

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

    def difference(self, other: Any) -> Floats:
        if not isinstance(other, CategoricalLogits):
            return np.asarray(other.prob - self.prob)
        return difference_of_logs(self.prob, other.prob, self._log_ratio(other))

    @cached_property
    def _largest(self) -> tuple[Places, Places]:
        """The index of the first class with the largest logit of each row."""
        places = np.argmax(self.values, axis=0)
        return places, np.arange(places.size)

    @cached_property
    def _below_largest(self) -> Floats:
        with np.errstate(over="ignore"):
            return np.asarray(self.values - self.values[self._largest])

    @cached_property
    def _odds(self) -> Floats:
        """The odds of each class against the largest, e^(z − max z).

        The rounding error of the difference is known exactly (Knuth's TwoSum), and is made up for:
        it would be an error of the odds as large as that of the difference.
        """
        below, largest = self._below_largest, self.values[self._largest]
        with np.errstate(over="ignore", invalid="ignore"):
            z = below + largest
            rounded = (self.values - z) + ((z - below) - largest)
        return np.exp(below) * (1.0 + np.where(np.isfinite(rounded), rounded, 0.0))

    @cached_property
    def _others(self) -> Floats:
        odds = self._odds.copy()
        odds[self._largest] = 0.0
        return sum_over_classes(odds)

    def _log_ratio(self, other: "CategoricalLogits") -> Floats:
        """Return ln(q/p) of each class.

        If all logits moved by nearly the same amount c, it is ε − ln Σ p·e^ε with ε = δ − c, so
        that no logarithms of sums are subtracted.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            moved = other.values - self.values
            moved = moved - moved[self._largest]
        near = np.abs(moved).max(axis=0) < 1.0
        small = np.where(near, moved, 0.0)
        shift = log1p(sum_over_classes(self.prob * np.expm1(small)))
        return np.where(near, small - shift, self.surprisal - other.surprisal)


@dataclass(frozen=True, eq=False)
class CategoricalLogProbabilities:
    """Stated by logarithms of probabilities that add up to 1, or nearly so."""

    values: Floats

    @cached_property
    def prob(self) -> Floats:
        return np.asarray(np.exp(self.values))

    @cached_property
    def surprisal(self) -> Floats:
        return np.asarray(0.0 - self.values)

    @property
    def preference(self) -> Floats:
        return self.values

    def difference(self, other: Any) -> Floats:
        if not isinstance(other, CategoricalLogProbabilities):
            return np.asarray(other.prob - self.prob)
        return difference_of_logs(self.prob, other.prob, other.values - self.values)


KINDS: dict[Scale, Any] = {
    Scale.PROBABILITY: CategoricalProbabilities,
    Scale.PERCENT: CategoricalPercentages,
    Scale.LOGIT: CategoricalLogits,
    Scale.LOG_PROBABILITY: CategoricalLogProbabilities,
}
