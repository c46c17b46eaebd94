"""What a fitted model makes of predictions, and how it is restored from a fit's plain values."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np

from cecli.columns.numbers import Scale
from cecli.commands.fit.curve import (
    Event,
    Fitted,
    SoftmaxTemperature,
    SoftmaxVector,
    beta,
    platt,
    temperature,
)
from cecli.core.chunk import Chunk
from cecli.core.statistic import Statistic
from cecli.numerics import Floats
from cecli.numerics.distributions import bernoulli, categorical
from cecli.numerics.distributions.distributions import Distributions, written
from cecli.preparations.pair import q_of
from cecli.report.fit import FitPart, Model

T = TypeVar("T")
Dialogue = Generator[Statistic[Any], Any, T]


class Recalibration(Protocol):
    """What a fitted model makes of the predictions in a chunk."""

    def distributions(self, chunk: Chunk) -> Distributions:
        """Return the recalibrated predictions, one distribution a row."""
        ...


@dataclass(frozen=True, eq=False)
class Constant:
    """One prediction for all rows: the probability of the outcome, or those of K classes."""

    probs: tuple[float, ...]

    def distributions(self, chunk: Chunk) -> Distributions:
        if len(self.probs) == 1:
            return bernoulli.BernoulliProbabilities(np.full(len(chunk), self.probs[0]))
        return categorical.CategoricalProbabilities(
            np.repeat(np.array(self.probs)[:, None], len(chunk), 1)
        )


@dataclass(frozen=True, eq=False)
class Steps:
    """A step function of the prediction as it is written.

    Attributes
    ----------
    starts : ascending, the least prediction on each step; what is below the first is on it, too.
    probs : ascending, the probability on each step.
    """

    outcome: Event
    starts: Floats
    probs: Floats

    def distributions(self, chunk: Chunk) -> Distributions:
        places = np.searchsorted(self.starts, self.outcome.stated(chunk), side="right") - 1
        return bernoulli.BernoulliProbabilities(self.probs[np.maximum(places, 0)])


@dataclass(frozen=True, eq=False)
class OneVersusRest:
    """Recalibrations of each class against all others, divided by their sum.

    References
    ----------
    Zadrozny, B., Elkan, C. (2002), Transforming classifier scores into accurate multiclass
    probability estimates. doi:10.1145/775047.775151
    """

    parts: Sequence[Recalibration]

    def distributions(self, chunk: Chunk) -> Distributions:
        # As logits, the logarithms need no division, and keep their digits.
        logs = np.stack([0.0 - part.distributions(chunk).surprisal[1] for part in self.parts])
        # Where no class is possible, all are equally so.
        logs[:, np.isneginf(logs).all(axis=0)] = 0.0
        return categorical.CategoricalLogits(logs)


@dataclass(frozen=True, eq=False)
class Shifted:
    """Binary predictions in another population, where the odds of the outcome are e^shift higher.

    References
    ----------
    Saerens, M., Latinne, P., Decaestecker, C. (2002), Adjusting the outputs of a classifier to new
    a priori probabilities, equation 2.4. doi:10.1162/089976602753284446
    """

    before: Recalibration
    shift: float

    def distributions(self, chunk: Chunk) -> Distributions:
        logit = written(self.before.distributions(chunk), Scale.LOGIT)[0]
        return bernoulli.BernoulliLogits(logit + self.shift)


@dataclass(frozen=True, eq=False)
class AsTheyAre:
    """The predictions themselves."""

    def distributions(self, chunk: Chunk) -> Distributions:
        return q_of(chunk)


def recalibration_of(model: Model, parts: Sequence[FitPart], classes: int) -> Recalibration:
    """Return what a model with these parts does.

    Parameters
    ----------
    classes : how many columns of predictions there are.
    """
    if model is Model.CONSTANT:
        return Constant(tuple(part.parameters["base_rate"] for part in parts))
    if classes == 1:
        return _of_outcome(model, parts[0], Event())
    if model is Model.TEMPERATURE:
        return Fitted(SoftmaxTemperature(), (1.0 / parts[0].parameters["temperature"],))
    if model is Model.VECTOR:
        point = [part.parameters[name] for name in ("slope", "intercept") for part in parts]
        return Fitted(SoftmaxVector(len(parts)), tuple(point))
    return OneVersusRest(
        [_of_outcome(model, part, Event(place)) for place, part in enumerate(parts)]
    )


def _of_outcome(model: Model, part: FitPart, outcome: Event) -> Recalibration:
    if model is Model.ISOTONIC:
        return Steps(outcome, np.array(part.starts), np.array(part.probs))
    if model is Model.TEMPERATURE:
        return Fitted(temperature(outcome), (1.0 / part.parameters["temperature"],))
    curve = {Model.PLATT: platt, Model.BETA: beta}[model](outcome)
    return Fitted(curve, tuple(part.parameters[name] for name in curve.names))
