"""What is no curve: a constant, a step function, classes against the rest, another base rate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cecli.chunk import Chunk, Floats
from cecli.metrics.pair import q_of
from cecli.models import Recalibration
from cecli.models.outcome import Outcome
from cecli.numerics import bernoulli, categorical
from cecli.numerics.distributions import Distributions, written
from cecli.scales import Scale


@dataclass(frozen=True, eq=False)
class Constant:
    """One prediction for all rows: the probability of the outcome, or those of K classes."""

    probs: tuple[float, ...]

    def distributions(self, chunk: Chunk) -> Distributions:
        if len(self.probs) == 1:
            return bernoulli.Probabilities(np.full(len(chunk), self.probs[0]))
        return categorical.Probabilities(np.repeat(np.array(self.probs)[:, None], len(chunk), 1))


@dataclass(frozen=True, eq=False)
class Steps:
    """A step function of the prediction as it is written.

    Attributes
    ----------
    starts : ascending, the least prediction on each step; what is below the first is on it, too.
    probs : ascending, the probability on each step.
    """

    outcome: Outcome
    starts: Floats
    probs: Floats

    def distributions(self, chunk: Chunk) -> Distributions:
        places = np.searchsorted(self.starts, self.outcome.stated(chunk), side="right") - 1
        return bernoulli.Probabilities(self.probs[np.maximum(places, 0)])


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
        return categorical.Logits(logs)


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
        return bernoulli.Logits(logit + self.shift)


@dataclass(frozen=True, eq=False)
class AsTheyAre:
    """The predictions themselves."""

    def distributions(self, chunk: Chunk) -> Distributions:
        return q_of(chunk)
