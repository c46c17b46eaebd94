"""The losses of two models on the same rows, and their differences."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk, Floats
from cecli.metrics.pair import p_of
from cecli.numerics import divergences
from cecli.numerics.distributions import stated
from cecli.scales import Scale
from cecli.statistics.first_rows import FirstRows
from cecli.statistics.mean import Mean

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
