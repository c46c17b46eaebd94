"""A fit: the model, the data that it was fitted to, and the parameters; plain values only."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from cecli.columns.numbers import Scale
from cecli.core.contract import Bounds, InJson, Key, Listed, Many, Presence, stated
from cecli.core.dataclasses import dataclass, field

FIT_VERSION = 1
Probability = Annotated[float, Bounds(ge=0.0, le=1.0)]
# Beyond this bound, a map of logits could leave the range of float64.
Parameter = Annotated[float, Bounds(ge=-1e100, le=1e100)]


class Model(StrEnum):
    """The values of `--model`."""

    CONSTANT = "constant"
    TEMPERATURE = "temperature"
    OFFSET = "offset"
    VECTOR = "vector"
    PLATT = "platt"
    BETA = "beta"
    ISOTONIC = "isotonic"


# Models that need ln q and ln(1 − q), and so allow no prediction of exactly 0 or 1.
NEEDS_LOGITS = frozenset({Model.TEMPERATURE, Model.OFFSET, Model.VECTOR, Model.PLATT, Model.BETA})


@stated
@dataclass(frozen=True)
class Prior:
    """The prior of the parameters.

    Attributes
    ----------
    sd : the standard deviation of a Gaussian prior around the identity, for each parameter.
    beta : the parameters of a Beta prior of the base rate.
    """

    sd: float | None = None
    beta: Annotated[tuple[float, float], Listed()] | None = None


@stated
@dataclass(frozen=True)
class Iteration:
    """One step of a fit.

    Attributes
    ----------
    log_likelihood : of the rows, without the prior, in nats.
    gradient : the norm of its gradient, per row; includes the prior's gradient, if there is one.
    step : the share of Newton's step that was taken.
    """

    log_likelihood: float
    gradient: float
    step: float
    parameters: Many[float]


@stated
@dataclass(frozen=True)
class FitPart:
    """The fitted map for all classes together, or for one of them.

    Attributes
    ----------
    parameters : by name; empty for a step function.
    standard_errors : None for a parameter at its bound.
    starts, probs : of a step function: the least prediction on each step, and its probability.
    class_name : None if it is not for one of several classes.
    """

    class_name: Annotated[str | None, Key("class"), Presence.ALWAYS] = field(
        default=None, kw_only=True
    )
    parameters: Annotated[Mapping[str, Parameter], Presence.ALWAYS] = field(default_factory=dict)
    standard_errors: Annotated[Mapping[str, float | None], Presence.ALWAYS] = field(
        default_factory=dict
    )
    starts: Annotated[Many[float], Presence.ALWAYS] = ()
    probs: Annotated[Many[Probability], Presence.ALWAYS] = ()
    converged: Annotated[bool, Presence.ALWAYS] = True
    trace: Annotated[Many[Iteration], Presence.ALWAYS] = ()


@stated
@dataclass(frozen=True)
class Fit:
    """All that is needed to apply a fit, and its origin.

    Attributes
    ----------
    prob : the columns of predictions: one, or one for each of `classes`.
    scale, clip, normalize : how the predictions were read.
    rows, weight : the number of rows that it was fitted to, and their total weight.
    base_rates : the share of the positive class, or of each class.
    converged : whether all parts converged.
    parts : one, or one for each class.
    """

    version: Annotated[int, InJson(Literal[1]), Presence.ALWAYS] = field(
        default=FIT_VERSION, kw_only=True
    )
    model: Annotated[Model, Bounds(strict=False)]
    task: Annotated[str, InJson(Literal["binary", "multiclass"])]
    classes: Annotated[tuple[str, ...], Listed(min_length=2)]
    positive: str | None
    prob: Annotated[tuple[str, ...], Listed(min_length=1)]
    scale: Annotated[Scale, Key("from"), Bounds(strict=False)]
    clip: Annotated[float, Bounds(gt=0.0, lt=0.5)] | None
    normalize: bool
    prior: Prior
    rows: Annotated[int, Bounds(gt=0)]
    weight: Annotated[float, Bounds(gt=0.0)]
    base_rates: Many[Probability]
    converged: bool = field(init=False)
    parts: Annotated[tuple[FitPart, ...], Listed(min_length=1)]

    def __post_init__(self) -> None:
        object.__setattr__(self, "converged", all(part.converged for part in self.parts))
