"""The parameters of a fit in a report, and notices about the fit."""

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.commands.fit.models import LARGEST_LOGIT, Event
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError, shown
from cecli.core.plan import Noticing
from cecli.core.remarks import counted
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Draws, normal_interval
from cecli.metrics.metric import Metric, statistics_of
from cecli.metrics.per_class import PerClass
from cecli.notices.loss import SUGGESTED_CLIP
from cecli.numerics.tails import quantile
from cecli.preparations.rows import q_of
from cecli.report.fit import Fit, FitPart, Model
from cecli.report.report import Part
from cecli.report.result import LEVEL, Definition, Interval, Notice, Result, Undefined
from cecli.statistics.first_rows import FirstRows
from cecli.statistics.mean import WEIGHT


def _parameter(name: str, meaning: str, formula: str, low: float = -math.inf) -> Definition:
    return Definition(name, meaning, formula, low=low)


PARAMETERS = (
    _parameter("temperature", "Divisor of the logits.", "T in sigma(z / T)", low=0.0),
    _parameter("slope", "Factor of the logits.", "a in sigma(a z + b)"),
    _parameter("intercept", "Constant added to the logits.", "b in sigma(a z + b)"),
    _parameter("a", "Power of q.", "a in sigma(a ln q - b ln(1 - q) + c)", low=0.0),
    _parameter("b", "Power of 1 - q.", "b in sigma(a ln q - b ln(1 - q) + c)", low=0.0),
    _parameter("c", "Constant added to the logit.", "c in sigma(a ln q - b ln(1 - q) + c)"),
    Definition("steps", "Number of steps of the step function.", "of isotonic regression"),
)
# Their remarks in a report.
MEANINGS = {
    "temperature": "T: above 1 if predictions are too extreme, below 1 if too timid",
    "slope": "1 if calibrated; below 1 if predictions are too extreme",
    "intercept": "0 if calibrated; the logit that a prediction of 1/2 becomes",
    "a": "factor of ln q: 1 if calibrated",
    "b": "factor of -ln(1 - q): 1 if calibrated",
    "c": "0 if calibrated",
    "base_rate": "the prediction for all rows",
}
# The same words would not be true of these.
OF_MODELS = {
    (Model.OFFSET, "intercept"): "0 if calibrated; below 0 if predictions are too high",
    (Model.VECTOR, "intercept"): "0 if calibrated",
}
WON, EXPECTED = "calibration_loss", "expected_gain"
# Models that are fitted to each of several classes separately.
APART = frozenset({Model.OFFSET, Model.PLATT, Model.BETA, Model.ISOTONIC})


@dataclass(frozen=True)
class Parameters:
    """Yields the parameters with their intervals, and those of each class fitted by itself.

    Attributes
    ----------
    classes : the names of several classes; empty if there is one column of predictions.
    draws : of a robust standard error, which is as uncertain as the draws are few: its intervals
        are by Student's t distribution. None for the inverse Hessian.

    References
    ----------
    Pustejovsky, J. E., Tipton, E. (2018), Small-sample methods for cluster-robust variance
    estimation. doi:10.1080/07350015.2016.1247004
    """

    fit: Fit
    classes: tuple[str, ...]
    draws: Draws | None

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        of_classes = PerClass(self.classes).statistics if self.classes else ()
        return (*of_classes, *(() if self.draws is None else self.draws.statistics(())))

    def finish(self, states: States) -> Iterator[Part]:
        degrees = math.inf if self.draws is None else self.draws.degrees(states)
        each = [tuple(_results(self.fit.model, part, degrees)) for part in self.fit.parts]
        are_apart = self.fit.parts[0].class_name is not None
        if not are_apart:
            yield from each[0]
        if self.classes:
            yield from PerClass(self.classes, tuple(each) if are_apart else ()).finish(states)


@dataclass(frozen=True)
class FitNotices:
    """The notices about a fit.

    Attributes
    ----------
    metrics : of the fit, calibration_loss and expected_gain among them.
    """

    fit: Fit
    metrics: tuple[Metric, ...]

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return statistics_of(self._judged)

    @property
    def _judged(self) -> list[Metric]:
        return [metric for metric in self.metrics if metric.name in (WON, EXPECTED)]

    def _is_negative(self, name: str, states: States) -> bool:
        answers = [metric.answer(states) for metric in self._judged if metric.name == name]
        return any(not isinstance(answer, Undefined) and answer < 0.0 for answer in answers)

    def finish(self, states: States) -> Iterator[Notice]:
        if not self.fit.converged:
            yield Notice(
                "not-converged",
                "the fit did not converge: its gradient is not below 1e-10 per row; "
                "--verbose shows its steps, and --prior-sd S helps if there are too few data",
            )
        if self.fit.model is Model.ISOTONIC and any(
            {0.0, 1.0} & {*part.probs[:1], *part.probs[-1:]} for part in self.fit.parts
        ):
            yield Notice(
                "certain-steps",
                "the step function reaches 0 or 1, so that the loss of a new row can be infinite; "
                "--model beta or platt never does, and cecli score --clip EPS bounds such losses",
            )
        for part in self.fit.parts:
            yield from _without_errors(part)
        if self._is_negative(EXPECTED, states):
            yield Notice(
                "no-gain-expected",
                "expected_gain is below 0: what the fit wins on the rows it was fitted to is no "
                "more than chance wins, and on new rows it is likely to lose; leave the "
                "predictions as they are, or fit more rows",
            )
        one_by_one = len(self.fit.parts) > 1 and self.fit.model in APART
        if one_by_one and self._is_negative(WON, states):
            yield Notice(
                "loss-rose",
                "the loss of each class against the rest fell, but that of all classes rose; "
                "--model temperature or vector fits all classes together",
            )


def at_bound(part: FitPart) -> list[str]:
    """Return the parameters at the least value for which the map does not decrease."""
    return [name for name in ("a", "b") if part.parameters.get(name) == 0.0]


def _without_errors(part: FitPart) -> Iterator[Notice]:
    """Yield why parameters have no standard error."""
    of = "" if part.class_name is None else f" of class {shown(part.class_name)}"
    held = at_bound(part)
    if held:
        yield Notice(
            "parameter-at-bound",
            f"{' and '.join(held)}{of}: at the least value for which the map does "
            "not decrease, and therefore without a standard error",
        )
    errors = part.standard_errors.items()
    if lacking := [name for name, se in errors if se is None and name not in held]:
        yield Notice(
            "no-standard-error",
            f"{' and '.join(lacking)}{of}: without a standard error, because there are no more "
            "independent rows or clusters than parameters, or the map fits the rows exactly",
        )


def _results(model: Model, part: FitPart, degrees: float) -> list[Result]:
    found = [
        Result(
            name,
            OF_MODELS.get((model, name), MEANINGS[name]),
            value,
            interval=_interval(value, part.standard_errors[name], degrees),
        )
        for name, value in part.parameters.items()
    ]
    if part.starts:
        found.append(
            Result("steps", "number of steps of the step function", float(len(part.starts)))
        )
    return found


def _interval(value: float, se: float | None, degrees: float) -> Interval | None:
    """Return the Wald interval."""
    if se is None or math.isnan(degrees):
        return None
    if math.isinf(degrees):
        return normal_interval(value, se, LEVEL)
    margin = quantile((1.0 + LEVEL) / 2.0, degrees) * se
    return Interval(se, value - margin, value + margin, LEVEL, degrees=degrees)


@dataclass(frozen=True)
class _Infinite:
    """Whether a logarithm that a model needs of a row is infinite, or nearly so."""

    classes: int
    apart: bool

    def __call__(self, chunk: Chunk) -> NDArray[np.bool_]:
        if not self.apart:
            return np.asarray((q_of(chunk).surprisal > LARGEST_LOGIT).any(axis=0))
        outcomes = [Event(place) for place in range(self.classes)] or [Event()]
        flags = [np.abs(outcome.logit(chunk)) > LARGEST_LOGIT for outcome in outcomes]
        return np.asarray(np.any(flags, axis=0))


@dataclass(frozen=True)
class FiniteLogits:
    """Refuses rows that predict exactly 0 or 1.

    Attributes
    ----------
    classes : the number of columns if there are several, else 0.
    apart : whether classes are fitted separately, so that no probability may be 1 either.
    """

    model: Model
    classes: int
    apart: bool

    @property
    def _rows(self) -> FirstRows:
        return FirstRows(_Infinite(self.classes, self.apart))

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self._rows,)

    def finish(self, states: States) -> Iterator[Part]:
        rows = states[self._rows]
        if not rows.count:
            return iter(())
        first = rows.first[0]
        lines = ", ".join(str(position.line) for position in rows.first)
        more = ", …" if rows.has_more else ""
        certain = "0 or 1" if self.apart else "0"
        several, where = rows.count > 1, "lines" if len(rows.first) > 1 else "line"
        raise InputError(
            f"{counted(rows.count, 'row')} {'give' if several else 'gives'} a probability of "
            f"exactly {certain}, or nearly so ({where} {lines}{more}): the "
            f"logit is infinite, and --model {self.model} cannot move it",
            f"{first.source}:{first.line}",
            f"--clip {SUGGESTED_CLIP:g} moves such probabilities a little · --model isotonic does "
            "not need logits",
        )


# With fewer rows for each parameter, standard errors and p-values are too small.
ROWS_PER_PARAMETER = 20


def few_rows(fit: Fit) -> Noticing:
    """Report that there are few rows for what is fitted."""
    return Noticing((WEIGHT,), partial(_few_rows, fit))


def _few_rows(fit: Fit, states: States) -> Notice | None:
    number = max(1, *(len(part.parameters) for part in fit.parts))
    rows = float(states[WEIGHT].effective_rows)
    if rows >= ROWS_PER_PARAMETER * number:
        return None
    what = "a step function" if fit.model is Model.ISOTONIC else counted(number, "parameter")
    return Notice(
        "few-rows",
        f"{what} from about {rows:.3g} rows: with fewer than {ROWS_PER_PARAMETER} for each, "
        "standard errors, intervals and p-values are too small, and new rows will gain less",
    )
