"""Fit files: JSON that `cecli fit` wrote, checked before anything is made of it."""

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cecli.columns.numbers import Scale
from cecli.core.errors import InputError, UnreadableError
from cecli.report.fit import FIT_VERSION, Fit, FitPart, Iteration, Model, Prior

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
# Beyond this, a map of logits is no longer one of float64s.
Parameter = Annotated[float, Field(ge=-1e100, le=1e100)]
PARAMETERS = {
    Model.CONSTANT: {"base_rate"},
    Model.TEMPERATURE: {"temperature"},
    Model.VECTOR: {"slope", "intercept"},
    Model.PLATT: {"slope", "intercept"},
    Model.BETA: {"a", "b", "c"},
    Model.ISOTONIC: set[str](),
}
WRITE_ONE = "cecli fit FILE --model MODEL -o fit.json writes one"


class _Strict(BaseModel):
    """No number is infinite or missing, and none is a text."""

    model_config = ConfigDict(strict=True, allow_inf_nan=False, extra="ignore")


class _Prior(_Strict):
    sd: float | None = None
    beta: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None


class _Iteration(_Strict):
    log_likelihood: float
    gradient: float
    step: float
    parameters: list[float]


class _Part(_Strict):
    class_name: str | None = Field(alias="class")
    parameters: dict[str, Parameter]
    standard_errors: dict[str, float | None]
    starts: list[float]
    probs: list[Probability]
    converged: bool
    trace: list[_Iteration]

    @model_validator(mode="after")
    def _steps_ascend(self) -> Self:
        if any(a >= b for a, b in pairwise(self.starts)):
            raise ValueError("starts do not ascend")
        # Two means that differ may be one float64.
        if any(a > b for a, b in pairwise(self.probs)):
            raise ValueError("probs do not ascend")
        if len(self.starts) != len(self.probs):
            raise ValueError("there are not as many starts as probs")
        return self

    def value(self) -> FitPart:
        return FitPart(
            self.parameters,
            self.standard_errors,
            tuple(self.starts),
            tuple(self.probs),
            self.class_name,
            self.converged,
            tuple(
                Iteration(x.log_likelihood, x.gradient, x.step, tuple(x.parameters))
                for x in self.trace
            ),
        )


class _Fit(_Strict):
    version: Literal[1]
    model: Annotated[Model, Field(strict=False)]
    task: Literal["binary", "multiclass"]
    classes: Annotated[list[str], Field(min_length=2)]
    positive: str | None
    prob: Annotated[list[str], Field(min_length=1)]
    scale: Annotated[Scale, Field(strict=False, alias="from")]
    clip: Annotated[float, Field(gt=0.0, lt=0.5)] | None
    normalize: bool
    prior: _Prior
    rows: Annotated[int, Field(gt=0)]
    weight: Annotated[float, Field(gt=0.0)]
    base_rates: list[Probability]
    parts: Annotated[list[_Part], Field(min_length=1)]

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        several = self.task == "multiclass"
        columns = len(self.classes) if several else 1
        if len(self.prob) != columns or len(self.base_rates) != columns:
            raise ValueError(f"a {self.task} fit has {columns} columns and base rates")
        together = not several or self.model is Model.TEMPERATURE
        if len(self.parts) != (1 if together else columns):
            raise ValueError("there are not as many parts as classes")
        if not several and self.model is Model.VECTOR:
            raise ValueError("vector is a model of several classes")
        for part in self.parts:
            if set(part.parameters) != PARAMETERS[self.model]:
                raise ValueError(f"these are not the parameters of {self.model}")
            if (self.model is Model.ISOTONIC) != bool(part.starts):
                raise ValueError("isotonic fits have steps, and no others")
            if part.parameters.get("temperature", 1.0) <= 0.0:
                raise ValueError("a temperature is above 0")
        return self


def fit_of(report: Mapping[str, Any], source: str) -> Fit:
    """Return the fit in a report.

    Raises
    ------
    InputError
        If there is none, or none that can be trusted.
    """
    found = report.get("fit")
    if not isinstance(found, Mapping):
        raise InputError("holds no fit", source, WRITE_ONE)
    version = found.get("version")
    if isinstance(version, bool):
        raise InputError("is no valid fit: fit.version: a truth value", source, WRITE_ONE)
    if isinstance(version, int) and version > FIT_VERSION:
        raise InputError(
            f"is a fit of version {version}: this cecli knows versions up to {FIT_VERSION}",
            source,
            "a newer cecli wrote it: pip install --upgrade cecli",
        )
    try:
        fit = _Fit.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(map(str, ("fit", *first["loc"])))
        what = first["msg"].removeprefix("Value error, ")
        raise InputError(f"is no valid fit: {place}: {what}", source, WRITE_ONE) from None
    beta = fit.prior.beta
    return Fit(
        model=fit.model,
        task=fit.task,
        classes=tuple(fit.classes),
        positive=fit.positive,
        prob=tuple(fit.prob),
        scale=fit.scale,
        clip=fit.clip,
        normalize=fit.normalize,
        prior=Prior(fit.prior.sd, None if beta is None else (beta[0], beta[1])),
        rows=fit.rows,
        weight=fit.weight,
        base_rates=tuple(fit.base_rates),
        parts=tuple(part.value() for part in fit.parts),
    )


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
        raise InputError(f"is no JSON: {error}", location.name, WRITE_ONE) from None
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror}", location.name) from error
    if not isinstance(report, Mapping):
        raise InputError("holds no fit", location.name, WRITE_ONE)
    return fit_of(report, location.name)
