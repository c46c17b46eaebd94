"""From a fit's plain values back to what it does to predictions."""

from collections.abc import Sequence

import numpy as np

from cecli.fits import Model, Part
from cecli.models import Recalibration
from cecli.models.curve import (
    Fitted,
    SoftmaxTemperature,
    SoftmaxVector,
    beta,
    platt,
    temperature,
)
from cecli.models.outcome import Outcome
from cecli.models.recalibrations import Constant, OneVersusRest, Steps


def recalibration_of(model: Model, parts: Sequence[Part], classes: int) -> Recalibration:
    """Return what a model with these parts does.

    Parameters
    ----------
    classes : how many columns of predictions there are.
    """
    if model is Model.CONSTANT:
        return Constant(tuple(part.parameters["base_rate"] for part in parts))
    if classes == 1:
        return _of_outcome(model, parts[0], Outcome())
    if model is Model.TEMPERATURE:
        return Fitted(SoftmaxTemperature(), (1.0 / parts[0].parameters["temperature"],))
    if model is Model.VECTOR:
        point = [part.parameters[name] for name in ("slope", "intercept") for part in parts]
        return Fitted(SoftmaxVector(len(parts)), tuple(point))
    return OneVersusRest(
        [_of_outcome(model, part, Outcome(place)) for place, part in enumerate(parts)]
    )


def _of_outcome(model: Model, part: Part, outcome: Outcome) -> Recalibration:
    if model is Model.ISOTONIC:
        return Steps(outcome, np.array(part.starts), np.array(part.probs))
    if model is Model.TEMPERATURE:
        return Fitted(temperature(outcome), (1.0 / part.parameters["temperature"],))
    curve = {Model.PLATT: platt, Model.BETA: beta}[model](outcome)
    return Fitted(curve, tuple(part.parameters[name] for name in curve.names))
