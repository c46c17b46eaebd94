"""Bernoulli distributions, one per row, as `Distributions` over the classes 0 and 1.

There is one class for each scale of the probability of class 1. None converts to another scale,
so that a logit of 40 or a probability of 1e−300 keeps its digits.
"""

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from cecli.columns.numbers import Scale
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.distributions.exponential import exp, expm1
from cecli.numerics.distributions.logarithm import log, log1p

try:
    # The same numbers, in one compiled loop.
    from cecli.numerics.distributions import elementary as elementary
except ImportError:
    elementary = None  # type: ignore[assignment]

LN2, LN100 = math.log(2.0), math.log(100.0)


@dataclass(frozen=True, eq=False)
class BernoulliProbabilities:
    """Stated by q = P(1), in [0, 1]."""

    values: Floats

    @cached_property
    def prob(self) -> Floats:
        prob = np.empty((2, *self.values.shape))
        np.subtract(1.0, self.values, out=prob[0])
        prob[1] = self.values
        return prob

    @cached_property
    def surprisal(self) -> Floats:
        """−log1p(−q) and −ln q; the former keeps all digits even if 1 − q rounds to 1."""
        if elementary is not None:
            return _of_classes(elementary.surprisal_of_probs, self.values)
        surprisal = np.empty((2, *self.values.shape))
        # Not −x: zero minus zero is 0.0, and never −0.0.
        np.subtract(0.0, log1p(-self.values), out=surprisal[0])
        np.subtract(0.0, log(self.values), out=surprisal[1])
        return surprisal

    @property
    def preference(self) -> Floats:
        return self.prob

    def difference(self, other: Any) -> Floats:
        if not isinstance(other, BernoulliProbabilities):
            return np.asarray(other.prob - self.prob)
        difference = other.values - self.values
        return np.stack((0.0 - difference, difference))


@dataclass(frozen=True, eq=False)
class BernoulliPercentages:
    """Stated by 100·q, in [0, 100]."""

    values: Floats

    @cached_property
    def prob(self) -> Floats:
        return np.stack((100.0 - self.values, self.values)) / 100.0

    @cached_property
    def surprisal(self) -> Floats:
        percent, rest = self.values, 100.0 - self.values
        return np.stack((percent_surprisal(rest, percent), percent_surprisal(percent, rest)))

    @property
    def preference(self) -> Floats:
        return self.prob

    def difference(self, other: Any) -> Floats:
        if not isinstance(other, BernoulliPercentages):
            return np.asarray(other.prob - self.prob)
        difference = (other.values - self.values) / 100.0
        return np.stack((0.0 - difference, difference))


@dataclass(frozen=True, eq=False)
class BernoulliLogits:
    """Stated by z = ln q − ln(1 − q), any number; −∞ and ∞ for q = 0 and q = 1."""

    values: Floats

    @cached_property
    def prob(self) -> Floats:
        z = self.values
        if elementary is not None:
            return _of_classes(elementary.prob_of_logits, z)
        smaller_odds = exp(-np.abs(z))
        larger, smaller = 1.0 / (1.0 + smaller_odds), smaller_odds / (1.0 + smaller_odds)
        return np.stack((np.where(z < 0.0, larger, smaller), np.where(z < 0.0, smaller, larger)))

    @cached_property
    def surprisal(self) -> Floats:
        """softplus(z) and softplus(−z), with softplus(x) = max(x, 0) + log1p(exp(−|x|))."""
        z = self.values
        if elementary is not None:
            return _of_classes(elementary.surprisal_of_logits, z)
        rest = log1p(exp(-np.abs(z)))
        return np.stack((np.maximum(z, 0.0) + rest, np.maximum(0.0 - z, 0.0) + rest))

    @property
    def preference(self) -> Floats:
        return np.stack((np.zeros_like(self.values), self.values))

    def difference(self, other: Any) -> Floats:
        """Return the difference; with δ that of the logits, q' − q = q'·(1 − q)·(1 − e^−δ)."""
        if not isinstance(other, BernoulliLogits):
            return np.asarray(other.prob - self.prob)
        delta = change(self.values, other.values)
        share = -expm1(-np.abs(delta))
        up, down = other.prob[1] * self.prob[0], other.prob[0] * self.prob[1]
        difference = share * np.where(delta < 0.0, -down, up)
        return np.stack((0.0 - difference, difference))


@dataclass(frozen=True, eq=False)
class BernoulliLogProbabilities:
    """Stated by l = ln q, never positive; −∞ for q = 0."""

    values: Floats

    @cached_property
    def prob(self) -> Floats:
        return np.stack((0.0 - expm1(self.values), exp(self.values)))

    @cached_property
    def surprisal(self) -> Floats:
        """−ln(1 − e^l), in the better of two forms, and −l.

        References
        ----------
        Mächler, M. (2012), Accurately computing log(1 − exp(−|a|)), R package Rmpfr.
        """
        log_prob = self.values
        complement = np.where(log_prob > -LN2, log(-expm1(log_prob)), log1p(-exp(log_prob)))
        return np.stack((0.0 - complement, 0.0 - log_prob))

    @property
    def preference(self) -> Floats:
        return self.prob

    def difference(self, other: Any) -> Floats:
        if not isinstance(other, BernoulliLogProbabilities):
            return np.asarray(other.prob - self.prob)
        difference = difference_of_logs(
            self.prob[1], other.prob[1], change(self.values, other.values)
        )
        return np.stack((0.0 - difference, difference))


def _of_classes(function: Callable[[Floats], Floats], values: Floats) -> Floats:
    """Return two functions of each number, shape (2, …), given what finds those of shape (n,)."""
    found = function(np.ascontiguousarray(values).reshape(-1))
    return found.reshape(2, *values.shape)


def percent_surprisal(percent: Floats, rest: Floats) -> Floats:
    """Return −ln(percent/100), accurate to the last digit near 0 and 100.

    Parameters
    ----------
    percent, rest : add up to 100; the smaller of the two has all its digits.
    """
    small = np.where(
        percent < 1e-300, log(percent) - LN100, log(np.maximum(percent, 1e-300) / 100.0)
    )
    large = log1p(rest / -100.0)
    return np.asarray(0.0 - np.where(percent > 50.0, large, small))


def change(before: Floats, after: Floats) -> Floats:
    """Return after − before, and 0 where both are the same infinity."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.where(after == before, 0.0, after - before)


def difference_of_logs(p: Floats, q: Floats, log_ratio: Floats) -> Floats:
    """Return q − p, given ln(q/p), by scaling one side."""
    share = -expm1(-np.abs(log_ratio))
    return np.asarray(share * np.where(log_ratio < 0.0, -p, q))


KINDS: dict[Scale, Any] = {
    Scale.PROBABILITY: BernoulliProbabilities,
    Scale.PERCENT: BernoulliPercentages,
    Scale.LOGIT: BernoulliLogits,
    Scale.LOG_PROBABILITY: BernoulliLogProbabilities,
}
