"""A stored report as the value that it was written from."""

from collections.abc import Mapping

from cecli.metrics.registry import known
from cecli.report.document import (
    ClassDocument,
    ComparisonDocument,
    GroupDocument,
    ReportDocument,
    RowDocument,
)
from cecli.report.parts import Comparison, Conclusion, Row
from cecli.report.reliability import AtThreshold, ModelResults
from cecli.report.report import Report
from cecli.report.result import Group, Input, Interval, Measure, Result

# What says why a value that is written as null is undefined.
UNKNOWN = "the report does not say why"
PREDICTION = ("label", "target", "prob", "log_prob")


def report_of(found: ReportDocument) -> Report:
    """Return the report that a document states. A fitted model is left out."""
    return Report(
        command=found.command,
        input=Input(
            tuple(found.input.paths), found.input.rows, found.input.weight,
            found.input.skipped.reasons,
        ),
        columns=found.columns,
        task=found.task,
        classes=found.classes,
        positive=found.positive,
        units=found.units,
        results=_results(found.metrics, found.intervals, found.places),
        notices=found.notices,
        options=found.options,
        per_class=tuple(map(_class, found.per_class)),
        groups=tuple(map(_group, found.groups)),
        explanation=found.explanation,
        rows=tuple(map(_row, found.rows)),
        curves=found.curves,
        comparisons=tuple(map(_comparison, found.comparisons)),
        confidence_set=found.confidence_set,
        reliability=found.reliability,
        thresholds=tuple(
            AtThreshold(each.threshold, _results(each.metrics, each.intervals))
            for each in found.thresholds
        ),
        models=tuple(
            ModelResults(each.model, _results(each.metrics, each.intervals))
            for each in found.models
        ),
        drift=found.drift,
    )  # fmt: skip


def _results(
    metrics: Mapping[str, float | None],
    intervals: Mapping[str, Interval],
    places: Mapping[str, str] | None = None,
) -> tuple[Result, ...]:
    return tuple(
        _result(name, value, intervals.get(name), (places or {}).get(name, ""))
        for name, value in metrics.items()
    )


def _result(name: str, value: float | None, interval: Interval | None, place: str) -> Result:
    definition = known(name)
    meaning, measure = "", Measure.NUMBER
    if definition is not None:
        # In a sentence of its own in the definition, and beside the value here.
        meaning = definition.meaning[:1].lower() + definition.meaning[1:].rstrip(".")
        measure = definition.measure
    undefined = UNKNOWN if value is None else ""
    return Result(name, meaning, value, measure, interval, undefined, place)


def _class(found: ClassDocument) -> Group:
    return Group({"class": found.name}, found.rows, found.weight, _results(found.metrics, {}))


def _group(found: GroupDocument) -> Group:
    results = _results(found.metrics, found.intervals)
    rows = found.rows or 0
    weight = float(rows) if found.weight is None else found.weight
    return Group(found.key, rows, weight, results, found.is_small)


def _row(found: RowDocument) -> Row:
    told = {role: getattr(found, role) for role in PREDICTION}
    prediction = {role: value for role, value in told.items() if value is not None}
    loss = float("nan") if found.loss is None else found.loss
    return Row(
        found.source, found.line, loss, prediction, found.weight, found.count, found.show
    )  # fmt: skip


def _comparison(found: ComparisonDocument) -> Comparison:
    return Comparison(
        found.baseline,
        found.model,
        Conclusion(found.verdict),
        found.sentence,
        found.distribution,
        _results(found.metrics, found.intervals),
    )
