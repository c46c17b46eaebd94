"""Models whose parameters enter linearly: logistic ones of one outcome, softmax ones of K."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Protocol

import numpy as np

from cecli.chunk import Chunk, Floats
from cecli.metrics.pair import p_of, q_of
from cecli.models.outcome import Outcome
from cecli.numerics import bernoulli, categorical
from cecli.numerics.distributions import Distributions
from cecli.numerics.likelihood import Terms, bernoulli_terms, linear, tempered_terms, vector_terms

Point = tuple[float, ...]
Features = Callable[[Outcome, Chunk], Floats]


class Curve(Protocol):
    """A family of recalibrations, of which a point in the space of parameters chooses one."""

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters."""
        ...

    @property
    def identity(self) -> Point:
        """The parameters that leave predictions as they are."""
        ...

    @property
    def lower(self) -> Point:
        """The least value of each parameter."""
        ...

    @property
    def free(self) -> tuple[int, ...]:
        """The parameters that may all be moved by one amount without changing anything."""
        ...

    def terms(self, chunk: Chunk, point: Point) -> Terms:
        """Return what each row adds to the loss at a point, and to its derivatives."""
        ...

    def distributions(self, chunk: Chunk, point: Point) -> Distributions:
        """Return the recalibrated predictions."""
        ...


@dataclass(frozen=True)
class Logistic:
    """σ(Σ parameter·feature), features being functions of the predicted probability."""

    names: tuple[str, ...]
    identity: Point
    lower: Point
    features: Features
    outcome: Outcome

    @property
    def free(self) -> tuple[int, ...]:
        return ()

    def terms(self, chunk: Chunk, point: Point) -> Terms:
        features = self.features(self.outcome, chunk)
        return bernoulli_terms(linear(point, features), features, self.outcome.target(chunk))

    def distributions(self, chunk: Chunk, point: Point) -> Distributions:
        return bernoulli.Logits(linear(point, self.features(self.outcome, chunk)))


def _logit(outcome: Outcome, chunk: Chunk) -> Floats:
    return outcome.logit(chunk)[None]


def _logit_and_one(outcome: Outcome, chunk: Chunk) -> Floats:
    logit = outcome.logit(chunk)
    return np.stack((logit, np.ones_like(logit)))


def _logarithms_and_one(outcome: Outcome, chunk: Chunk) -> Floats:
    surprisal = outcome.surprisal(chunk)
    return np.stack((0.0 - surprisal[1], surprisal[0], np.ones_like(surprisal[0])))


INVERSE_TEMPERATURE = "inverse_temperature"


def temperature(outcome: Outcome) -> Logistic:
    """Return σ(z / T); the parameter is 1/T, in which the loss is convex."""
    return Logistic((INVERSE_TEMPERATURE,), (1.0,), (0.0,), _logit, outcome)


def platt(outcome: Outcome) -> Logistic:
    """Return σ(slope·z + intercept).

    References
    ----------
    Cox, D. R. (1958), Two further applications of a model for binary regression.
    doi:10.1093/biomet/45.3-4.562
    Platt, J. (1999), Probabilistic outputs for support vector machines.
    """
    return Logistic(("slope", "intercept"), (1.0, 0.0), (-inf, -inf), _logit_and_one, outcome)


def beta(outcome: Outcome) -> Logistic:
    """Return σ(a ln q − b ln(1 − q) + c), with a and b not negative so that it never decreases.

    References
    ----------
    Kull, M., Silva Filho, T., Flach, P. (2017), Beta calibration. AISTATS, PMLR 54:623-631.
    """
    return Logistic(
        ("a", "b", "c"), (1.0, 1.0, 0.0), (0.0, 0.0, -inf), _logarithms_and_one, outcome
    )


def _log_prob(chunk: Chunk) -> Floats:
    return np.asarray(0.0 - q_of(chunk).surprisal)


@dataclass(frozen=True)
class SoftmaxTemperature:
    """softmax(ln q / T), of K classes; the parameter is 1/T."""

    names: tuple[str, ...] = (INVERSE_TEMPERATURE,)
    identity: Point = (1.0,)
    lower: Point = (0.0,)
    free: tuple[int, ...] = ()

    def terms(self, chunk: Chunk, point: Point) -> Terms:
        return tempered_terms(point[0], chunk.once(_log_prob), p_of(chunk).prob)

    def distributions(self, chunk: Chunk, point: Point) -> Distributions:
        return categorical.Logits(point[0] * chunk.once(_log_prob))


@dataclass(frozen=True)
class SoftmaxVector:
    """softmax(slope·ln q + intercept), with a slope and an intercept for each of K classes.

    References
    ----------
    Guo, C. et al. (2017), On calibration of modern neural networks, section 4.2: vector scaling.
    """

    classes: int

    @property
    def names(self) -> tuple[str, ...]:
        return ("slope",) * self.classes + ("intercept",) * self.classes

    @property
    def identity(self) -> Point:
        return (1.0,) * self.classes + (0.0,) * self.classes

    @property
    def lower(self) -> Point:
        return (-inf,) * (2 * self.classes)

    @property
    def free(self) -> tuple[int, ...]:
        return tuple(range(self.classes, 2 * self.classes))

    def terms(self, chunk: Chunk, point: Point) -> Terms:
        slopes, biases = self._split(point)
        return vector_terms(slopes, biases, chunk.once(_log_prob), p_of(chunk).prob)

    def distributions(self, chunk: Chunk, point: Point) -> Distributions:
        slopes, biases = self._split(point)
        return categorical.Logits(slopes[:, None] * chunk.once(_log_prob) + biases[:, None])

    def _split(self, point: Point) -> tuple[Floats, Floats]:
        return np.array(point[: self.classes]), np.array(point[self.classes :])


@dataclass(frozen=True)
class Fitted:
    """One recalibration of a family."""

    curve: Curve
    point: Point

    def distributions(self, chunk: Chunk) -> Distributions:
        return self.curve.distributions(chunk, self.point)
