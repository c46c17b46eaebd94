"""The fit itself in a report: its parameters, with their uncertainty, and what to know of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cecli.errors import shown
from cecli.fits import Fit, Model, Part
from cecli.metrics.uncertainty import LEVEL, normal_interval
from cecli.report import Interval, Notice, Report, Result
from cecli.statistics import States, Statistic

MEANINGS = {
    "temperature": "T: above 1 where predictions are too extreme, below 1 where too timid",
    "slope": "1 where calibrated; below 1 where predictions are too extreme",
    "intercept": "0 where calibrated; below 0 where predictions are too high",
    "a": "of ln q: 1 where calibrated",
    "b": "of -ln(1 - q): 1 where calibrated",
    "c": "0 where calibrated",
    "base_rate": "the prediction for all rows",
}


# Models that are fitted to each of several classes by itself.
APART = frozenset({Model.PLATT, Model.BETA, Model.ISOTONIC})


@dataclass(frozen=True)
class FitFound:
    """Adds a fit to a report: its parameters before all else, or to the group of their class."""

    fit: Fit
    statistics: Sequence[Statistic[Any]] = ()

    def added_to(self, report: Report, states: States) -> Report:  # noqa: ARG002
        report = replace(report, fit=self.fit, notices=(*report.notices, *self._notices(report)))
        parts = self.fit.parts
        if parts[0].class_name is None:
            return replace(report, results=(*_results(parts[0]), *report.results))
        groups = (
            replace(group, results=(*group.results, *_results(part)))
            for group, part in zip(report.per_class, parts, strict=True)
        )
        return replace(report, per_class=tuple(groups))

    def _notices(self, report: Report) -> Iterator[Notice]:
        if not self.fit.converged:
            yield Notice(
                "not-converged",
                "the fit did not converge: its gradient is not below 1e-10 per row; "
                "--verbose shows its steps, --prior-sd S helps where the data tell too little",
            )
        if self.fit.model is Model.ISOTONIC and any(
            {0.0, 1.0} & {*part.probs[:1], *part.probs[-1:]} for part in self.fit.parts
        ):
            yield Notice(
                "certain-steps",
                "the step function reaches 0 or 1, so that another row could lose infinitely much",
            )
        for part in self.fit.parts:
            if at_bound := [name for name, se in part.standard_errors.items() if se is None]:
                of = "" if part.class_name is None else f" of class {shown(part.class_name)}"
                yield Notice(
                    "parameter-at-bound",
                    f"{' and '.join(at_bound)}{of}: at the least value that keeps the map from "
                    "decreasing, and so without a standard error",
                )
        won = report.metrics.get("calibration_loss")
        one_by_one = len(self.fit.parts) > 1 and self.fit.model in APART
        if one_by_one and won is not None and won < 0.0:
            yield Notice(
                "loss-rose",
                "each class against the rest gained, but all of them together lost; "
                "--model temperature or vector fits them together",
            )


def _results(part: Part) -> list[Result]:
    found = [
        Result(name, MEANINGS[name], value, interval=_interval(value, part.standard_errors[name]))
        for name, value in part.parameters.items()
    ]
    if part.starts:
        found.append(Result("steps", "of the step function", float(len(part.starts))))
    return found


def _interval(value: float, se: float | None) -> Interval | None:
    """Return Wald's interval."""
    if se is None:
        return None
    return normal_interval(value, se, LEVEL)
