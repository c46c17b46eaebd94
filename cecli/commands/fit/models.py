"""Families of recalibrations, and the events whose probabilities they predict."""

from collections.abc import Callable
from math import inf
from typing import Protocol, cast

import numpy as np

from cecli.columns.numbers import Scale
from cecli.commands.fit.likelihood.terms import (
    Terms,
    bernoulli_terms,
    linear,
    tempered_terms,
    vector_terms,
)
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.distributions import bernoulli, categorical
from cecli.numerics.distributions.distributions import Distributions
from cecli.preparations.rows import p_of, q_of
from cecli.report.fit import Model

# Squares of larger logits, and sums of such squares, could overflow.
LARGEST_LOGIT = 1e100


@dataclass(frozen=True)
class Event:
    """The event that a probability predicts: the positive class, or one of K classes.

    Attributes
    ----------
    place : the position of the class among K; None if there is one column of probabilities.
    """

    place: int | None = None

    def stated(self, chunk: Chunk) -> Floats:
        """Return the predictions on the scale of the input, shape (n,)."""
        if self.place is None:
            return chunk.numbers["prob"]
        q = q_of(chunk)
        # A share of a sum is known only once it was divided.
        values = q.prob if isinstance(q, categorical.CategoricalAmounts) else chunk.numbers["prob"]
        return np.asarray(values[self.place])

    def target(self, chunk: Chunk) -> Floats:
        """Return the target of the event, shape (n,), in [0, 1]."""
        if self.place is None:
            return chunk.numbers["target"]
        return np.asarray(p_of(chunk).prob[self.place])

    def surprisal(self, chunk: Chunk) -> Floats:
        """Return −ln(1 − q) and −ln q, shape (2, n)."""
        return chunk.once(self._surprisal)

    def logit(self, chunk: Chunk) -> Floats:
        """Return ln q − ln(1 − q), shape (n,); infinite if q is 0 or 1."""
        return chunk.once(self._logit)

    def _surprisal(self, chunk: Chunk) -> Floats:
        if self.place is None:
            return q_of(chunk).surprisal
        if isinstance(q_of(chunk), categorical.Unnormalized):
            return chunk.once(_beside)[:, self.place]
        scale = Scale(chunk.scales.get("prob", Scale.PROBABILITY))
        surprisal: Floats = bernoulli.KINDS[scale](self.stated(chunk)).surprisal
        return surprisal

    def _logit(self, chunk: Chunk) -> Floats:
        if self.place is None and chunk.scales.get("prob") is Scale.LOGIT:
            return self.stated(chunk)
        surprisal = self.surprisal(chunk)
        with np.errstate(invalid="ignore"):
            return np.asarray(surprisal[0] - surprisal[1])


def _beside(chunk: Chunk) -> Floats:
    """Return −ln(1 − q) and −ln q of all classes, shape (2, K, n)."""
    return cast(categorical.Unnormalized, q_of(chunk)).surprisal_of_others()


Point = tuple[float, ...]
Features = Callable[[Event, Chunk], Floats]


class Curve(Protocol):
    """A family of recalibrations; a point in the space of parameters determines one of them."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parameters."""
        ...

    @property
    def identity(self) -> Point:
        """The parameters that do not change predictions."""
        ...

    @property
    def lower(self) -> Point:
        """The least value of each parameter."""
        ...

    @property
    def free(self) -> tuple[int, ...]:
        """The parameters to which one constant can be added without changing predictions."""
        ...

    def terms(self, chunk: Chunk, point: Point) -> Terms:
        """Return the contributions of each row to the loss and its derivatives at a point."""
        ...

    def distributions(self, chunk: Chunk, point: Point) -> Distributions:
        """Return the recalibrated predictions."""
        ...


@dataclass(frozen=True)
class Logistic:
    """σ(Σ parameter·feature), where features are functions of the predicted probability."""

    names: tuple[str, ...]
    identity: Point
    lower: Point
    features: Features
    outcome: Event

    @property
    def free(self) -> tuple[int, ...]:
        return ()

    def terms(self, chunk: Chunk, point: Point) -> Terms:
        features = self.features(self.outcome, chunk)
        return bernoulli_terms(linear(point, features), features, self.outcome.target(chunk))

    def distributions(self, chunk: Chunk, point: Point) -> Distributions:
        return bernoulli.BernoulliLogits(linear(point, self.features(self.outcome, chunk)))


def _logit(outcome: Event, chunk: Chunk) -> Floats:
    return outcome.logit(chunk)[None]


def logit_and_one(outcome: Event, chunk: Chunk) -> Floats:
    """Return the features of a line through the logits, shape (2, n)."""
    logit = outcome.logit(chunk)
    return np.stack((logit, np.ones_like(logit)))


def _logarithms_and_one(outcome: Event, chunk: Chunk) -> Floats:
    surprisal = outcome.surprisal(chunk)
    return np.stack((0.0 - surprisal[1], surprisal[0], np.ones_like(surprisal[0])))


def _one(outcome: Event, chunk: Chunk) -> Floats:  # noqa: ARG001
    return np.ones((1, len(chunk)))


def constant(outcome: Event) -> Logistic:
    """Return σ(logit), the same for all rows."""
    return Logistic(("logit",), (0.0,), (-inf,), _one, outcome)


INVERSE_TEMPERATURE = "inverse_temperature"


def temperature(outcome: Event) -> Logistic:
    """Return σ(z / T); the parameter is 1/T, in which the loss is convex."""
    return Logistic((INVERSE_TEMPERATURE,), (1.0,), (0.0,), _logit, outcome)


@dataclass(frozen=True)
class Offset:
    """σ(z + intercept): the slope is held at 1."""

    outcome: Event
    names: tuple[str, ...] = ("intercept",)
    identity: Point = (0.0,)
    lower: Point = (-inf,)
    free: tuple[int, ...] = ()

    def terms(self, chunk: Chunk, point: Point) -> Terms:
        eta = self.outcome.logit(chunk) + point[0]
        return bernoulli_terms(eta, np.ones((1, len(chunk))), self.outcome.target(chunk))

    def distributions(self, chunk: Chunk, point: Point) -> Distributions:
        return bernoulli.BernoulliLogits(self.outcome.logit(chunk) + point[0])


def offset(outcome: Event) -> Offset:
    """Return σ(z + intercept): calibration in the large.

    References
    ----------
    Steyerberg, E. W. (2019), Clinical Prediction Models, 2nd edition, section 15.3.
    """
    return Offset(outcome)


def platt(outcome: Event) -> Logistic:
    """Return σ(slope·z + intercept).

    References
    ----------
    Cox, D. R. (1958), Two further applications of a model for binary regression.
    doi:10.1093/biomet/45.3-4.562
    Platt, J. (1999), Probabilistic outputs for support vector machines.
    """
    return Logistic(("slope", "intercept"), (1.0, 0.0), (-inf, -inf), logit_and_one, outcome)


def beta(outcome: Event) -> Logistic:
    """Return σ(a ln q − b ln(1 − q) + c), with a and b not negative so that it never decreases.

    References
    ----------
    Kull, M., Silva Filho, T., Flach, P. (2017), Beta calibration. AISTATS, PMLR 54:623-631.
    """
    return Logistic(
        ("a", "b", "c"), (1.0, 1.0, 0.0), (0.0, 0.0, -inf), _logarithms_and_one, outcome
    )


LOGISTIC: dict[Model, Callable[[Event], Curve]] = {
    Model.TEMPERATURE: temperature,
    Model.OFFSET: offset,
    Model.PLATT: platt,
    Model.BETA: beta,
}


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
        return categorical.CategoricalLogits(point[0] * chunk.once(_log_prob))


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
        return categorical.CategoricalLogits(
            slopes[:, None] * chunk.once(_log_prob) + biases[:, None]
        )

    def _split(self, point: Point) -> tuple[Floats, Floats]:
        return np.array(point[: self.classes]), np.array(point[self.classes :])
