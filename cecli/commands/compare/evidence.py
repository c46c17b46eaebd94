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
from cecli.intervals.delta import Draws
from cecli.intervals.formula import Formula
from cecli.metrics.cross_entropy import CROSS_ENTROPY_DEFINITION
from cecli.metrics.metric import mean_metric
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.distributions import stated
from cecli.preparations.rows import p_of
from cecli.report.result import Interval, Measure, Result
from cecli.statistics.first_rows import FirstRows
from cecli.statistics.mean import Mean, MeanState

# The role of the baseline's predictions; all other models are compared with the baseline.
BASELINE = "prob"


@dataclass(frozen=True)
class Loss:
    """Returns the cross-entropy of each row, for the predictions of one role."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        scale = chunk.scales.get(self.role, Scale.PROBABILITY)
        return divergences.cross_entropy(p_of(chunk), stated(chunk.numbers[self.role], scale))


@dataclass(frozen=True)
class Difference:
    """Returns the model's loss minus the baseline's in each row; 0 if either is infinite."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        baseline, model = _losses(chunk, self.role)
        finite = np.isfinite(baseline) & np.isfinite(model)
        return np.asarray(np.where(finite, model, 0.0) - np.where(finite, baseline, 0.0))


@dataclass(frozen=True)
class Relates:
    """Returns 1 for rows in which the model's loss has a relation to the baseline's, else 0.

    Two infinite losses are equal.
    """

    role: str
    relation: Callable[[Floats, Floats], NDArray[np.bool_]]

    def __call__(self, chunk: Chunk) -> Floats:
        baseline, model = _losses(chunk, self.role)
        return self.relation(model, baseline).astype(np.float64)


@dataclass(frozen=True)
class InfiniteLoss:
    """Returns whether exactly these of the two losses are infinite, for each row."""

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
    """Returns infinity for rows in which both losses are infinite, else 0: a mean counts them."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        baseline, model = _losses(chunk, self.role)
        return np.where(np.isinf(baseline) & np.isinf(model), np.inf, 0.0)


class Paired:
    """The statistics that compare a model with the baseline.

    Parameters
    ----------
    role : of the model's predictions.

    Attributes
    ----------
    both_infinite, model_infinite, baseline_infinite : the first rows in which both losses, only
        the model's or only the baseline's are infinite, for notices.
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
        """The means from which the numbers of a comparison are computed."""
        return (
            self.baseline, self.model, self.difference, self.better, self.equal, self.worse,
            self.both,
        )  # fmt: skip

    @property
    def uncertain(self) -> tuple[Mean, ...]:
        """The means that have a standard error."""
        return (self.baseline, self.model, self.difference)


INFINITE = "the difference is infinite"
BOTH_INFINITE = "both losses are infinite in some rows, and infinity minus infinity is undefined"
EACH_INFINITE = "each model has infinite losses in rows where the other's loss is finite"


@dataclass(frozen=True)
class Criteria:
    """The criteria by which differences are judged.

    Attributes
    ----------
    draws : the independent units: rows, or clusters of them.
    margin : the largest difference that does not matter, in nats; None if there is no margin.
    """

    inference: Inference
    draws: Draws
    margin: float | None = None


class Evidence:
    """The losses of the baseline and of a model on the same rows, of which there is at least one.

    Attributes
    ----------
    state : the differences of the rows in which both losses are finite.
    draws : the same differences per independent unit.
    only_model, only_baseline : number of rows in which only this loss is infinite.
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
        """Why the mean difference is undefined; empty if it is defined."""
        if self._both:
            return BOTH_INFINITE
        return EACH_INFINITE if self.only_model and self.only_baseline else ""

    @property
    def difference(self) -> float:
        """The mean difference, if it is defined."""
        if self.only_model:
            return inf
        return -inf if self.only_baseline else float(self.state.finite_mean)

    @property
    def untestable(self) -> str:
        """Why there are no p-values; empty if there are."""
        if self.undefined or self.only_model or self.only_baseline:
            return self.undefined or INFINITE
        if self.draws.weights.rows == 1:
            return f"a standard error needs at least two {self._criteria.draws.draw}s"
        return ""

    @cached_property
    def tests(self) -> Tests | None:
        """The p-values; None if there are none."""
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
        adjusted : the p-values adjusted for all comparisons that are tested together.
        tested : the number of these comparisons.
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
            "mean of loss(model) - loss(baseline): negative if the model is better",
            None if self.undefined else self.difference,
            Measure.INFORMATION,
            none if self.untestable else inference.interval(self.draws),
            self.undefined,
        )

    def _p_values(self, adjusted: Tests | None, tested: int) -> list[Result]:
        words = self._criteria.inference.distribution(self.draws)[1]
        rows = [
            ("p_value", f"hypothesis: no difference; two-sided ({words})", "difference"),
            ("p_noninferiority", "hypothesis: worse by the margin or more", "noninferiority"),
            ("p_equivalence", "hypothesis: differs by the margin or more (TOST)", "equivalence"),
        ]
        results = []
        for name, meaning, test in rows[: 1 if self._criteria.margin is None else 3]:
            why = self.untestable
            results.append(Result(name, meaning, getattr(self.tests, test, None), undefined=why))
            if tested > 1:
                value = getattr(adjusted, test, None)
                meaning = f"{name} adjusted for {tested:,} comparisons (Holm)"
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
        """Return the interval of a loss; None for anytime-valid inference."""
        if not isinstance(self._criteria.inference, FixedSize):
            return None
        metric = mean_metric(CROSS_ENTROPY_DEFINITION, "", mean.score)
        value = float(self._states[mean].mean)
        return Formula(self._criteria.draws).interval(metric, value, self._states)

    def _shares(self) -> list[Result]:
        shares: list[tuple[str, str, Mean]] = [
            ("share_better", "share of rows where the model's loss is less", self._paired.better),
            ("share_equal", "share of rows where both losses are equal", self._paired.equal),
            ("share_worse", "share of rows where the model's loss is greater", self._paired.worse),
        ]
        return [Result(name, what, float(self._states[mean].mean)) for name, what, mean in shares]
