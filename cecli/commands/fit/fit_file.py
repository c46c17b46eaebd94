"""Fit files: JSON that `cecli fit` wrote, checked before anything is made of it."""

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from cecli.core.errors import InputError, UnreadableError
from cecli.report.fit import FIT_VERSION, Fit, FitPart, Model

PARAMETERS = {
    Model.CONSTANT: {"base_rate"},
    Model.TEMPERATURE: {"temperature"},
    Model.VECTOR: {"slope", "intercept"},
    Model.PLATT: {"slope", "intercept"},
    Model.BETA: {"a", "b", "c"},
    Model.ISOTONIC: set[str](),
}
WRITE_ONE = "cecli fit FILE --model MODEL -o fit.json writes one"


class ContradictionError(ValueError):
    """What in a fit contradicts the rest of it, and where."""

    def __init__(self, what: str, *place: str | int) -> None:
        super().__init__(what)
        self.place = place


def _refuse_contradictions(fit: Fit) -> None:
    """Refuse a fit whose fields, each valid alone, do not belong together.

    Raises
    ------
    ContradictionError
        If they do not.
    """
    for place, part in enumerate(fit.parts):
        _refuse_steps(part, "parts", place)
    several = fit.task == "multiclass"
    columns = len(fit.classes) if several else 1
    if len(fit.prob) != columns or len(fit.base_rates) != columns:
        raise ContradictionError(f"a {fit.task} fit has {columns} columns and base rates")
    together = not several or fit.model is Model.TEMPERATURE
    if len(fit.parts) != (1 if together else columns):
        raise ContradictionError("there are not as many parts as classes")
    if not several and fit.model is Model.VECTOR:
        raise ContradictionError("vector is a model of several classes")
    for part in fit.parts:
        _refuse_part(fit.model, part)


def _refuse_steps(part: FitPart, *place: str | int) -> None:
    if any(a >= b for a, b in pairwise(part.starts)):
        raise ContradictionError("starts do not ascend", *place)
    # Two means that differ may be one float64.
    if any(a > b for a, b in pairwise(part.probs)):
        raise ContradictionError("probs do not ascend", *place)
    if len(part.starts) != len(part.probs):
        raise ContradictionError("there are not as many starts as probs", *place)


def _refuse_part(model: Model, part: FitPart) -> None:
    if set(part.parameters) != PARAMETERS[model]:
        raise ContradictionError(f"these are not the parameters of {model}")
    if (model is Model.ISOTONIC) != bool(part.starts):
        raise ContradictionError("isotonic fits have steps, and no others")
    if part.parameters.get("temperature", 1.0) <= 0.0:
        raise ContradictionError("a temperature is above 0")


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
        fit: Fit = TypeAdapter(Fit).validate_python(found)
        _refuse_contradictions(fit)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise _invalid(first["loc"], first["msg"], source) from None
    except ContradictionError as error:
        raise _invalid(error.place, str(error), source) from None
    return fit


def _invalid(place: tuple[str | int, ...], what: str, source: str) -> InputError:
    path = ".".join(map(str, ("fit", *place)))
    return InputError(f"is no valid fit: {path}: {what}", source, WRITE_ONE)


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
