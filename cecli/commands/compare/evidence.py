"""The losses of two models on the same rows, and their differences."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.commands.compare.conclusion import Tests
from cecli.commands.compare.inference import FixedSize, Inference, p_value
from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.delta import Draws, interval
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.distributions import stated
from cecli.preparations.rows import p_of
from cecli.report.result import Interval, Measure, Result
from cecli.statistics.first_rows import FirstRows
from cecli.statistics.mean import Mean, MeanState

# The role of the predictions of the model with which all others are compared.
BASELINE = "prob"


@dataclass(frozen=True)
class Loss:
    """The cross-entropy of each row, by the predictions under one role."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        scale = chunk.scales.get(self.role, Scale.PROBABILITY)
        return divergences.cross_entropy(p_of(chunk), stated(chunk.numbers[self.role], scale))


@dataclass(frozen=True)
class Difference:
    """How much more a model loses than the baseline in each row; 0 where a loss is infinite."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        baseline, model = _losses(chunk, self.role)
        finite = np.isfinite(baseline) & np.isfinite(model)
        return np.asarray(np.where(finite, model, 0.0) - np.where(finite, baseline, 0.0))


@dataclass(frozen=True)
class Relates:
    """1 for the rows where the model's loss is less than the baseline's, equal, or greater.

    Two infinite losses are equal.
    """

    role: str
    relation: Callable[[Floats, Floats], NDArray[np.bool_]]

    def __call__(self, chunk: Chunk) -> Floats:
        baseline, model = _losses(chunk, self.role)
        return self.relation(model, baseline).astype(np.float64)


@dataclass(frozen=True)
class InfiniteLoss:
    """Whether in a row these of the two, and no other, lose infinitely much."""

    role: str
    of_baseline: bool
    of_model: bool

    def __call__(self, chunk: Chunk) -> NDArray[np.bool_]:
        baseline, model = _losses(chunk, self.role)
        infinite = np.isinf(baseline), np.isinf(model)
        return np.asarray((infinite[0] == self.of_baseline) & (infinite[1] == self.of_model))


def _losses(chunk: Chunk, role: str) -> tuple[Floats, Floats]:
    return chunk.once(Loss(BASELINE)), chunk.once(Loss(role))


@dataclass(frozen=True)
class BothInfinite:
    """Infinite for the rows where both lose infinitely much, else 0: their mean counts them."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        baseline, model = _losses(chunk, self.role)
        return np.where(np.isinf(baseline) & np.isinf(model), np.inf, 0.0)


class Paired:
    """What is to be known of the rows to compare a model with the baseline.

    Parameters
    ----------
    role : of the model's predictions.

    Attributes
    ----------
    both_infinite, model_infinite, baseline_infinite : the first rows of these kinds, for people.
    """

    def __init__(self, role: str) -> None:
        self.baseline, self.model = Mean(Loss(BASELINE)), Mean(Loss(role))
        self.difference = Mean(Difference(role))
        self.better = Mean(Relates(role, np.less))
        self.equal = Mean(Relates(role, np.equal))
        self.worse = Mean(Relates(role, np.greater))
        self.both = Mean(BothInfinite(role))
        self.both_infinite = FirstRows(InfiniteLoss(role, of_baseline=True, of_model=True))
        self.model_infinite = FirstRows(InfiniteLoss(role, of_baseline=False, of_model=True))
        self.baseline_infinite = FirstRows(InfiniteLoss(role, of_baseline=True, of_model=False))

    @property
    def means(self) -> tuple[Mean, ...]:
        """All that the numbers of a comparison are made of."""
        return (
            self.baseline, self.model, self.difference, self.better, self.equal, self.worse,
            self.both,
        )  # fmt: skip

    @property
    def uncertain(self) -> tuple[Mean, ...]:
        """Those that have a standard error."""
        return (self.baseline, self.model, self.difference)


INFINITE = "an infinite difference has no distribution"
BOTH_INFINITE = "in some rows both lose infinitely much, and infinity minus infinity is no number"
EACH_INFINITE = "each loses infinitely much in rows where the other does not"


@dataclass(frozen=True)
class Criteria:
    """By what differences are judged.

    Attributes
    ----------
    draws : what is independent: rows, or clusters of them.
    margin : the difference that is still no matter, in nats; None where there is no such.
    """

    inference: Inference
    draws: Draws
    margin: float | None = None


class Evidence:
    """The same rows under the baseline and a model, of which there is one row at least.

    Attributes
    ----------
    state : the differences, where both losses are finite.
    draws : the same over what is independent.
    only_model, only_baseline : in how many rows these alone lose infinitely much.
    """

    def __init__(self, criteria: Criteria, paired: Paired, states: States) -> None:
        self._criteria, self._paired, self._states = criteria, paired, states
        self.state: MeanState = states[paired.difference]
        self.draws = criteria.draws.draws(paired.difference, states)
        self._both = states[paired.both].infinite_rows
        self.only_model = states[paired.model].infinite_rows - self._both
        self.only_baseline = states[paired.baseline].infinite_rows - self._both

    @property
    def undefined(self) -> str:
        """Why the mean difference is undefined; empty where it is not."""
        if self._both:
            return BOTH_INFINITE
        return EACH_INFINITE if self.only_model and self.only_baseline else ""

    @property
    def difference(self) -> float:
        """The mean difference, where it is defined."""
        if self.only_model:
            return inf
        return -inf if self.only_baseline else float(self.state.finite_mean)

    @property
    def untestable(self) -> str:
        """Why there are no p-values; empty where there are."""
        if self.undefined or self.only_model or self.only_baseline:
            return self.undefined or INFINITE
        if self.draws.weights.rows == 1:
            return f"one {self._criteria.draws.draw} has no standard error"
        return ""

    @cached_property
    def tests(self) -> Tests | None:
        """The p-values; None where there are none."""
        if self.untestable:
            return None
        inference, margin = self._criteria.inference, self._criteria.margin
        p = p_value(inference, self.draws)
        if margin is None:
            return Tests(p)
        below = inference.p_below(self.draws, margin)
        return Tests(p, below, max(below, inference.p_above(self.draws, -margin)))

    def results(self, adjusted: Tests | None, tested: int) -> tuple[Result, ...]:
        """Return the difference, its p-values, both losses, and shares of rows, in nats.

        Parameters
        ----------
        adjusted : the p-values where so many comparisons are tested together.
        """
        return (
            self._difference(),
            *self._p_values(adjusted, tested),
            *self._losses(),
            *self._shares(),
        )

    def _difference(self) -> Result:
        inference = self._criteria.inference
        none = Interval(None, None, None, inference.level)
        return Result(
            "difference",
            "mean of loss(model) - loss(baseline): negative where the model is better",
            None if self.undefined else self.difference,
            Measure.INFORMATION,
            none if self.untestable else inference.interval(self.draws),
            self.undefined,
        )

    def _p_values(self, adjusted: Tests | None, tested: int) -> list[Result]:
        words = self._criteria.inference.distribution(self.draws)[1]
        rows = [
            ("p_value", f"of no difference, two-sided ({words})", "difference"),
            ("p_noninferiority", "of a loss greater by the margin or more", "noninferiority"),
            ("p_equivalence", "of differing by the margin or more: TOST", "equivalence"),
        ]
        results = []
        for name, meaning, test in rows[: 1 if self._criteria.margin is None else 3]:
            why = self.untestable
            results.append(Result(name, meaning, getattr(self.tests, test, None), undefined=why))
            if tested > 1:
                value = getattr(adjusted, test, None)
                meaning = f"the same, adjusted for {tested:,} comparisons (Holm)"
                results.append(Result(f"{name}_adjusted", meaning, value, undefined=why))
        return results

    def _losses(self) -> list[Result]:
        sides = (("baseline", self._paired.baseline), ("model", self._paired.model))
        return [
            Result(
                f"cross_entropy_{side}",
                f"log loss of the {side}",
                float(self._states[mean].mean),
                Measure.INFORMATION,
                self._one_look(mean),
            )
            for side, mean in sides
        ]

    def _one_look(self, mean: Mean) -> Interval | None:
        """Return the interval of a loss, unless intervals are to hold at any time."""
        if not isinstance(self._criteria.inference, FixedSize):
            return None
        value = float(self._states[mean].mean)
        return interval(value, {mean: 1}, self._states, self._criteria.draws)

    def _shares(self) -> list[Result]:
        shares: list[tuple[str, str, Mean]] = [
            ("share_better", "share of rows where the model loses less", self._paired.better),
            ("share_equal", "share of rows where both lose the same", self._paired.equal),
            ("share_worse", "share of rows where the model loses more", self._paired.worse),
        ]
        return [Result(name, what, float(self._states[mean].mean)) for name, what, mean in shares]
