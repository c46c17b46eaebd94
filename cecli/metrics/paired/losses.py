"""The losses of two models on the same rows, and what their predictions say of the difference."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.metrics.paired.few_values import FewValues
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.distributions import Distributions, stated
from cecli.numerics.distributions.log_ratios import log_ratio_moments
from cecli.preparations.rows import p_of, q_of
from cecli.statistics.first_rows import FirstRows
from cecli.statistics.mean import Mean, Score

# The role of the baseline's predictions; all other models are compared with the baseline.
BASELINE = "prob"


def role_of(number: int) -> str:
    """Return the role of the predictions of the n-th model, from 2 on."""
    return f"{BASELINE} {number}"


@dataclass(frozen=True)
class Predictions:
    """Returns the predicted distributions of one role."""

    role: str

    def __call__(self, chunk: Chunk) -> Distributions:
        if self.role == BASELINE:
            return q_of(chunk)
        scale = chunk.scales.get(self.role, Scale.PROBABILITY)
        return stated(chunk.numbers[self.role], scale)


@dataclass(frozen=True)
class Loss:
    """Returns the cross-entropy of each row, for the predictions of one role.

    Rows without a target are tokens: their numbers are log-probabilities of what was observed.
    """

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        if "target" not in chunk.numbers:
            return np.asarray(0.0 - chunk.numbers[self.role])
        return divergences.cross_entropy(p_of(chunk), chunk.once(Predictions(self.role)))


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


@dataclass(frozen=True)
class Outlook:
    """Returns the mean, variance and fourth moment of each row's difference, outcome unknown.

    Notes
    -----
    Let the outcome of a row be drawn from q̄ = (q_A + q_B)/2, as neither model is known to be
    right. If it is class k, the difference is d_k = ln q_A,k − ln q_B,k. So its mean is
    m = Σ q̄_k d_k and its variance Σ q̄_k (d_k − m)²; of two classes q̄(1 − q̄)δ² with
    δ = logit q_B − logit q_A.

    A row has its own difference and no variance if its label is soft, since the outcome is then no
    draw of one class; if a class has probability 0 for just one of the models, since the mean would
    be infinite; and if it is a token, since the probabilities of other tokens are not known.
    """

    role: str

    def __call__(self, chunk: Chunk) -> tuple[Floats, Floats, Floats]:
        own = chunk.once(Difference(self.role))
        if "target" not in chunk.numbers:
            return own, np.zeros_like(own), np.zeros_like(own)
        baseline, model = (chunk.once(Predictions(role)) for role in (BASELINE, self.role))
        mean, variance, fourth = log_ratio_moments(baseline, model)
        certain = p_of(chunk).prob.max(axis=0) == 1.0
        usable = certain & np.isfinite(mean) & np.isfinite(fourth)
        return (
            np.where(usable, mean, own),
            np.where(usable, variance, 0.0),
            np.where(usable, fourth, 0.0),
        )


@dataclass(frozen=True)
class PredictedDifference:
    """Returns the mean of each row's difference by the predictions alone: see `Outlook`."""

    role: str
    baseline: ClassVar[str] = BASELINE

    def __call__(self, chunk: Chunk) -> Floats:
        return chunk.once(Outlook(self.role))[0]


@dataclass(frozen=True)
class DifferenceVariance:
    """Returns the variance of each row's difference by the predictions alone: see `Outlook`."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        return chunk.once(Outlook(self.role))[1]


@dataclass(frozen=True)
class PredictedFourth:
    """Returns w² times the fourth moment of each row's difference, given the predictions.

    So its mean has the sum over rows with w⁴.
    """

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        fourth = chunk.once(Outlook(self.role))[2]
        weight = chunk.weight if chunk.count is None else None
        with np.errstate(over="ignore"):
            return fourth if weight is None else np.asarray(weight * (weight * fourth))


@dataclass(frozen=True)
class WeightedDifference:
    """Returns the term wd of each row in the total of the differences.

    A row with a count is some rows of weight 1, and has one of their terms.
    """

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        difference = chunk.once(Difference(self.role))
        weight = chunk.weight if chunk.count is None else None
        return difference if weight is None else np.asarray(weight * difference)


@dataclass(frozen=True)
class Energy:
    """Returns wd² of each row, so that its mean has the sums Σw²·d² and Σw⁴·d⁴."""

    role: str

    def __call__(self, chunk: Chunk) -> Floats:
        with np.errstate(over="ignore"):
            return np.asarray(
                chunk.once(WeightedDifference(self.role)) * chunk.once(Difference(self.role))
            )


@dataclass(frozen=True)
class InPlaceOfBaseline:
    """Returns the rows with another model's predictions, and losses, as the baseline's."""

    role: str

    def __call__(self, chunk: Chunk) -> Chunk:
        numbers = {**chunk.numbers, BASELINE: chunk.numbers[self.role]}
        scale = chunk.scales.get(self.role, Scale.PROBABILITY)
        exchanged = replace(chunk, numbers=numbers, scales={**chunk.scales, BASELINE: scale})
        return exchanged.knowing(Loss(BASELINE), chunk.once(Loss(self.role)))


@dataclass(frozen=True)
class Against:
    """Returns a score of a model and the baseline, for another model in the baseline's place."""

    score: Score
    baseline: str

    def __call__(self, chunk: Chunk) -> Floats:
        return chunk.once(InPlaceOfBaseline(self.baseline)).once(self.score)


class Paired:
    """The statistics that compare a model with the baseline, or with another model.

    Parameters
    ----------
    role : of the model's predictions.
    baseline : the role of the predictions that it is compared with.

    Attributes
    ----------
    both_infinite, model_infinite, baseline_infinite : the first rows with such losses, for notices.
    expected, variance, fourth : moments of the difference by the predictions alone, before
        outcomes are known.
    energy, few : the squares and fourth powers of the differences; these, if they are few.
    """

    def __init__(self, role: str, baseline: str = BASELINE) -> None:
        def of(score: Score) -> Score:
            return score if baseline == BASELINE else Against(score, baseline)

        self.baseline, self.model = Mean(Loss(baseline)), Mean(Loss(role))
        self.difference = Mean(of(Difference(role)))
        self.better, self.equal, self.worse = (
            Mean(of(Relates(role, relation))) for relation in (np.less, np.equal, np.greater)
        )
        self.both = Mean(of(BothInfinite(role)))
        self.expected = Mean(of(PredictedDifference(role)))
        self.variance = Mean(of(DifferenceVariance(role)))
        self.fourth = Mean(of(PredictedFourth(role)))
        self.energy = Mean(of(Energy(role)))
        self.few = FewValues(of(WeightedDifference(role)))
        self.both_infinite = FirstRows(InfiniteLoss(role, of_baseline=True, of_model=True))
        self.model_infinite = FirstRows(InfiniteLoss(role, of_baseline=False, of_model=True))
        self.baseline_infinite = FirstRows(InfiniteLoss(role, of_baseline=True, of_model=False))

    @property
    def means(self) -> tuple[Mean, ...]:
        """The means from which the numbers of a comparison are computed."""
        of_rows = (self.better, self.equal, self.worse, self.both)
        return (self.baseline, self.model, self.difference, *of_rows)

    @property
    def uncertain(self) -> tuple[Mean, ...]:
        """The means that have a standard error."""
        return (self.baseline, self.model, self.difference, self.expected, self.better)


@dataclass(frozen=True)
class Candidate:
    """A model to compare with the baseline: the role of its predictions, and its name."""

    role: str
    name: str

    @property
    def paired(self) -> Paired:
        return Paired(self.role)
