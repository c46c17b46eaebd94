"""Fitted models as functions of predictions, and reading them from a fit file."""

import json
from collections.abc import Generator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol, TypeVar

import numpy as np

from cecli.columns.numbers import Scale
from cecli.commands.fit.models import (
    LOGISTIC,
    Curve,
    Event,
    Point,
    SoftmaxTemperature,
    SoftmaxVector,
)
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError, UnreadableError
from cecli.core.statistic import Statistic
from cecli.numerics import Floats
from cecli.numerics.distributions import bernoulli, categorical
from cecli.numerics.distributions.distributions import Distributions, written
from cecli.preparations.rows import q_of
from cecli.report.fit import FIT_VERSION, Fit, FitPart, Model

T = TypeVar("T")
Dialogue = Generator[Statistic[Any], Any, T]


class Recalibration(Protocol):
    """A fitted model as a function of the predictions in a chunk."""

    def distributions(self, chunk: Chunk) -> Distributions:
        """Return the recalibrated predictions, one distribution per row."""
        ...


@dataclass(frozen=True)
class Fitted:
    """One recalibration of a family."""

    curve: Curve
    point: Point

    def distributions(self, chunk: Chunk) -> Distributions:
        return self.curve.distributions(chunk, self.point)


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
    """A step function of the prediction on the scale of the input.

    Attributes
    ----------
    starts : ascending, the least prediction on each step; lower ones belong to the first step.
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
        # Using the logarithms as logits avoids a division and keeps their digits.
        logs = np.stack([0.0 - part.distributions(chunk).surprisal[1] for part in self.parts])
        # If no class is possible, all are equally likely.
        logs[:, np.isneginf(logs).all(axis=0)] = 0.0
        return categorical.CategoricalLogits(logs)


@dataclass(frozen=True, eq=False)
class Shifted:
    """Binary predictions for a population whose odds of the outcome are e^shift times as high.

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
    """The predictions unchanged."""

    def distributions(self, chunk: Chunk) -> Distributions:
        return q_of(chunk)


def recalibration_of(model: Model, parts: Sequence[FitPart], classes: int) -> Recalibration:
    """Return the recalibration by a model with these parts.

    Parameters
    ----------
    classes : the number of columns of predictions.
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
        return Fitted(LOGISTIC[model](outcome), (1.0 / part.parameters["temperature"],))
    curve = LOGISTIC[model](outcome)
    return Fitted(curve, tuple(part.parameters[name] for name in curve.names))


PARAMETERS = {
    Model.CONSTANT: {"base_rate"},
    Model.TEMPERATURE: {"temperature"},
    Model.OFFSET: {"intercept"},
    Model.VECTOR: {"slope", "intercept"},
    Model.PLATT: {"slope", "intercept"},
    Model.BETA: {"a", "b", "c"},
    Model.ISOTONIC: set[str](),
}
WRITE_ONE = "cecli fit FILE --model MODEL -o fit.json writes one"


class ContradictionError(ValueError):
    """A field of a fit contradicts the others; `place` is the path to it."""

    def __init__(self, what: str, *place: str | int) -> None:
        super().__init__(what)
        self.place = place


def _refuse_contradictions(fit: Fit) -> None:
    """Refuse a fit whose fields are valid alone but contradict each other.

    Raises
    ------
    ContradictionError
        If they contradict each other.
    """
    for place, part in enumerate(fit.parts):
        _refuse_steps(part, "parts", place)
    several = fit.task == "multiclass"
    columns = len(fit.classes) if several else 1
    if len(fit.prob) != columns or len(fit.base_rates) != columns:
        raise ContradictionError(f"a {fit.task} fit has {columns} columns and base rates")
    together = not several or fit.model is Model.TEMPERATURE
    if len(fit.parts) != (1 if together else columns):
        raise ContradictionError("the numbers of parts and classes differ")
    if not several and fit.model is Model.VECTOR:
        raise ContradictionError("--model vector needs several classes")
    for part in fit.parts:
        _refuse_part(fit.model, part)


def _refuse_steps(part: FitPart, *place: str | int) -> None:
    if any(a >= b for a, b in pairwise(part.starts)):
        raise ContradictionError("starts do not ascend", *place)
    # Two different means may round to one float64.
    if any(a > b for a, b in pairwise(part.probs)):
        raise ContradictionError("probs do not ascend", *place)
    if len(part.starts) != len(part.probs):
        raise ContradictionError("the numbers of starts and probs differ", *place)


def _refuse_part(model: Model, part: FitPart) -> None:
    if set(part.parameters) != PARAMETERS[model]:
        raise ContradictionError(f"the parameters are not those of --model {model}")
    if (model is Model.ISOTONIC) != bool(part.starts):
        raise ContradictionError("isotonic fits have steps, and other fits have none")
    if part.parameters.get("temperature", 1.0) <= 0.0:
        raise ContradictionError("the temperature is not above 0")


def fit_of(report: Mapping[str, Any], source: str) -> Fit:
    """Return the fit in a report.

    Raises
    ------
    InputError
        If there is none, or it is invalid.
    """
    found = report.get("fit")
    if not isinstance(found, Mapping):
        raise InputError("holds no fit", source, WRITE_ONE)
    version = found.get("version")
    if isinstance(version, bool):
        raise InputError("is not a valid fit: fit.version: a truth value", source, WRITE_ONE)
    if isinstance(version, int) and version > FIT_VERSION:
        raise InputError(
            f"is a fit of version {version}, but this cecli reads versions up to {FIT_VERSION}",
            source,
            "upgrade cecli: pip install --upgrade cecli",
        )
    from pydantic import ValidationError

    from cecli.report.reading import reader_of

    try:
        fit: Fit = reader_of(Fit).validate_python(found)
        _refuse_contradictions(fit)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise _invalid(first["loc"], first["msg"], source) from None
    except ContradictionError as error:
        raise _invalid(error.place, str(error), source) from None
    return fit


def _invalid(place: tuple[str | int, ...], what: str, source: str) -> InputError:
    path = ".".join(map(str, ("fit", *place)))
    return InputError(f"is not a valid fit: {path}: {what}", source, WRITE_ONE)


def read_fit(path: str) -> Fit:
    """Return the fit in a file.

    Raises
    ------
    InputError
        If the file cannot be read, or holds no fit.
    """
    from cecli.readers.bytes.locations import File

    location = File(path)
    try:
        with location.open() as stream:
            report = json.loads(stream.read())
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", location.name, WRITE_ONE) from None
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}", location.name) from error
    if not isinstance(report, Mapping):
        raise InputError("holds no fit", location.name, WRITE_ONE)
    return fit_of(report, location.name)
