"""Slope, intercept and calibration in the large: a line through the logits, by the method of `fit`.

References
----------
Cox, D. R. (1958), Two further applications of a model for binary regression.
doi:10.1093/biomet/45.3-4.562
"""

import math
from collections.abc import Generator
from typing import Any, NamedTuple

from cecli.commands.fit.covariance import Covariance, covariance_of
from cecli.commands.fit.likelihood.from_cells import nearest
from cecli.commands.fit.likelihood.newton import NoMaximumError, newton
from cecli.commands.fit.models import LOGISTIC, Event
from cecli.commands.fit.scores import RowKind
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import Statistic
from cecli.intervals.delta import normal_interval
from cecli.numerics.cells.keys import LARGEST
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.tails import quantile
from cecli.report.fit import Model
from cecli.report.result import Definition, Interval, Result, Undefined

SLOPE = Definition(
    "calibration_slope",
    "Slope of the observed log-odds along the predicted ones: below 1 if predictions are extreme.",
    "a of logit t = a logit q + b, by maximum likelihood",
    low=-math.inf,
    also=("Cox slope",),
)
INTERCEPT = Definition(
    "calibration_intercept",
    "Intercept of the same line.",
    "b of logit t = a logit q + b, by maximum likelihood",
    low=-math.inf,
    also=("Cox intercept",),
)
IN_THE_LARGE = Definition(
    "calibration_in_the_large",
    "Shift of the log-odds that makes the mean prediction right: above 0 if predictions are low.",
    "b of logit t = logit q + b, by maximum likelihood",
    low=-math.inf,
)
MEANINGS = {
    SLOPE: "of the line through the logits: 1 if calibrated, less if too extreme",
    INTERCEPT: "of the same line: 0 if calibrated",
    IN_THE_LARGE: "shift of the logits, with the slope held at 1: 0 if calibrated",
}
OF_MODEL = {Model.PLATT: (SLOPE, INTERCEPT), Model.OFFSET: (IN_THE_LARGE,)}
DEFINITIONS = (SLOPE, INTERCEPT, IN_THE_LARGE)
NOT_KEPT = Undefined("a line takes further passes over the rows, of which only the cells are left")
CERTAIN = Undefined("a prediction is exactly 0 or 1 as a float64, so that its logit is infinite")
ALIKE = Undefined("all predictions are the same")
ONE_CLASS = Undefined("there is one class only")
SEPARATED = Undefined("the predictions separate the classes, so that the likelihood has no maximum")
FLAT = Undefined("the predictions are so near 0 and 1 that the likelihood is flat at its maximum")
# Within a standard error of this size, a shift of the logits makes 1/2 a 0 or a 1 as a float64: the
# curvature at the maximum, which varies with the shift by as much, tells nothing of how near it is.
LARGEST_ERROR = 37.0


class Line(NamedTuple):
    """A fitted line, or why there is none."""

    model: Model
    point: tuple[float, ...]
    errors: tuple[float | None, ...]
    undefined: str = ""

    def results(self, level: float, degrees: float = math.inf) -> list[Result]:
        """Return the parameters with Wald intervals.

        Parameters
        ----------
        degrees : of freedom of their errors; infinite for the normal distribution.
        """
        definitions = OF_MODEL[self.model]
        if self.undefined:
            return [
                Result(d.name, MEANINGS[d], None, undefined=self.undefined) for d in definitions
            ]
        return [
            Result(
                d.name,
                MEANINGS[d],
                value,
                interval=None if se is None else _wald(value, se, level, degrees),
            )
            for d, value, se in zip(definitions, self.point, self.errors, strict=True)
        ]


@dataclass(frozen=True)
class LineFit:
    """A line to fit, and how its errors are estimated."""

    model: Model
    covariance: Covariance

    def dialogue(self, cells: OrderedCells) -> Generator[Statistic[Any], Any, Line]:
        """Ask for the likelihood until it is largest, beginning where it is largest for the cells.

        Parameters
        ----------
        cells : of the rows.
        """
        if (why := _refused(self.model, cells)) is not None:
            return Line(self.model, (), (), why.reason)
        curve = LOGISTIC[self.model](Event())
        try:
            maximum = yield from newton(curve, None, nearest(curve, cells))
        except NoMaximumError:
            return Line(self.model, (), (), self._without_maximum.reason)
        errors = yield from self.covariance.errors(curve, maximum)
        if not maximum.converged or (self.model is Model.OFFSET and _is_flat(errors)):
            return Line(self.model, (), (), FLAT.reason)
        return Line(self.model, maximum.point, errors)

    @property
    def _without_maximum(self) -> Undefined:
        """Why no maximum was found of rows that were not refused."""
        # A shift alone has a maximum for any finite logits of rows of both classes.
        return FLAT if self.model is Model.OFFSET else SEPARATED


def _wald(value: float, se: float, level: float, degrees: float) -> Interval:
    if math.isinf(degrees):
        return normal_interval(value, se, level)
    margin = quantile((1.0 + level) / 2.0, degrees) * se
    return Interval(se, value - margin, value + margin, level, degrees=degrees)


def _is_flat(errors: tuple[float | None, ...]) -> bool:
    """Return whether the likelihood does not tell where its maximum is."""
    return any(se is not None and se > LARGEST_ERROR for se in errors)


def _refused(model: Model, cells: OrderedCells) -> Undefined | None:
    """Return why the likelihood has no maximum, as far as cells tell."""
    happened, others = cells.events > 0, cells.others > 0
    if not (happened.any() and others.any()):
        return ONE_CLASS
    if cells.least[0] == 0 or cells.most[-1] == LARGEST:
        return CERTAIN
    if model is Model.OFFSET:
        return None
    if cells.least[0] == cells.most[-1]:
        return ALIKE
    is_above = cells.least[happened][0] >= cells.most[others][-1]
    is_below = cells.most[happened][-1] <= cells.least[others][0]
    return SEPARATED if is_above or is_below else None


def line_fits(rows: RowKind) -> list[LineFit]:
    """Return the lines to fit to rows of a kind."""
    return [LineFit(model, covariance_of(rows)) for model in OF_MODEL]
