"""The models and classes of a report on calibration: their names and their results."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from cecli.core.errors import visible
from cecli.renderers.sheet import names
from cecli.report.curves import (
    CumulativeCurve,
    IsotonicCurve,
    PrecisionRecallCurve,
    PredictionHistogram,
    RocCurve,
)
from cecli.report.document import ReportDocument
from cecli.report.result import Interval

C = TypeVar(
    "C", IsotonicCurve, PredictionHistogram, RocCurve, PrecisionRecallCurve, CumulativeCurve
)


def model_name(document: ReportDocument, of: str) -> str:
    """Return the name of a class or model; without one, that of the column of predictions."""
    if of:
        return visible(of)
    columns = document.columns.get("prob", "prob")
    return names((columns,) if isinstance(columns, str) else tuple(columns))


def in_order(document: ReportDocument, curves: Iterable[C]) -> list[C]:
    """Return curves in the order of the tables of bins: the first model, or the likeliest class."""
    places = {table.of: place for place, table in enumerate(document.reliability)}
    return sorted(curves, key=lambda curve: places.get(curve.of, len(places)))


def metric_of(document: ReportDocument, of: str, name: str) -> tuple[float | None, Interval | None]:
    """Return a metric of a class or model, with its interval if it has one."""
    found: Mapping[str, float | None] = document.metrics
    intervals: Mapping[str, Interval] = document.intervals
    for each in document.models:
        if each.model == of:
            found, intervals = each.metrics, each.intervals
    for one in document.per_class:
        if one.name == of:
            found, intervals = one.metrics, {}
    return found.get(name), intervals.get(name)
