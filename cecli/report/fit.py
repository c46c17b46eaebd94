"""A fit: which model was fitted, to what, and what came out; plain values, no arithmetic."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cecli.columns.numbers import Scale

FIT_VERSION = 1


class Model(StrEnum):
    """What `--model` takes."""

    CONSTANT = "constant"
    TEMPERATURE = "temperature"
    VECTOR = "vector"
    PLATT = "platt"
    BETA = "beta"
    ISOTONIC = "isotonic"


# What needs ln q and ln(1 − q), and so no prediction of exactly 0 or 1.
NEEDS_LOGITS = frozenset({Model.TEMPERATURE, Model.VECTOR, Model.PLATT, Model.BETA})


@dataclass(frozen=True)
class Prior:
    """What was known of the parameters before.

    Attributes
    ----------
    sd : the standard deviation of a Gaussian around the identity, for each parameter.
    beta : the parameters of a Beta distribution of the base rate.
    """

    sd: float | None = None
    beta: tuple[float, float] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the prior as the JSON contract has it."""
        return {"sd": self.sd, "beta": None if self.beta is None else list(self.beta)}


@dataclass(frozen=True)
class Iteration:
    """One step of a fit.

    Attributes
    ----------
    log_likelihood : of the rows alone, in nats.
    gradient : the norm of its gradient, per row; with the prior's, if there is one.
    step : which share of Newton's step led here.
    """

    log_likelihood: float
    gradient: float
    step: float
    parameters: tuple[float, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the iteration as the JSON contract has it."""
        return {
            "log_likelihood": self.log_likelihood,
            "gradient": self.gradient,
            "step": self.step,
            "parameters": list(self.parameters),
        }


@dataclass(frozen=True)
class FitPart:
    """What was fitted for all classes together, or for one of them.

    Attributes
    ----------
    parameters : by name; empty for a step function.
    standard_errors : None where a parameter rests at its bound.
    starts, probs : of a step function: the least prediction on each step, and its probability.
    class_name : None where it is not about one of several classes.
    """

    parameters: Mapping[str, float] = field(default_factory=dict)
    standard_errors: Mapping[str, float | None] = field(default_factory=dict)
    starts: tuple[float, ...] = ()
    probs: tuple[float, ...] = ()
    class_name: str | None = None
    converged: bool = True
    trace: tuple[Iteration, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the part as the JSON contract has it."""
        return {
            "class": self.class_name,
            "parameters": dict(self.parameters),
            "standard_errors": dict(self.standard_errors),
            "starts": list(self.starts),
            "probs": list(self.probs),
            "converged": self.converged,
            "trace": [iteration.to_dict() for iteration in self.trace],
        }


@dataclass(frozen=True)
class Fit:
    """All that is needed to apply a fit, and to know what it came from.

    Attributes
    ----------
    prob : the columns of predictions: one, or one for each of `classes`.
    scale, clip, normalize : how they were read.
    rows, weight : what it was fitted to.
    base_rates : the share of the positive class, or of each class.
    parts : one, or one for each class.
    """

    model: Model
    task: str
    classes: tuple[str, ...]
    positive: str | None
    prob: tuple[str, ...]
    scale: Scale
    clip: float | None
    normalize: bool
    prior: Prior
    rows: int
    weight: float
    base_rates: tuple[float, ...]
    parts: tuple[FitPart, ...]
    version: int = FIT_VERSION

    @property
    def converged(self) -> bool:
        return all(part.converged for part in self.parts)

    def to_dict(self) -> dict[str, Any]:
        """Return the fit as the JSON contract has it."""
        return {
            "version": self.version,
            "model": str(self.model),
            "task": self.task,
            "classes": list(self.classes),
            "positive": self.positive,
            "prob": list(self.prob),
            "from": str(self.scale),
            "clip": self.clip,
            "normalize": self.normalize,
            "prior": self.prior.to_dict(),
            "rows": self.rows,
            "weight": self.weight,
            "base_rates": list(self.base_rates),
            "converged": self.converged,
            "parts": [part.to_dict() for part in self.parts],
        }
