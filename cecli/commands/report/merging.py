"""Several reports on the same rows as one."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from cecli.commands.calibration.reliability import LIKELIEST
from cecli.report.curves import Curves
from cecli.report.report import Report
from cecli.report.result import Group, Notice

COMMAND = "report"
# What says which rows the curves of several classes are of.
WHOSE = "likeliest-class"


def of_classes(report: Report) -> Report:
    """Return what of a report on calibration is about the classes.

    Its results on all rows are those of another event than the score's: that the likeliest class
    was observed. Under the names of the score's, they would say something false.
    """
    curves = report.curves
    if curves is not None:
        ranked = tuple(curve for curve in curves.roc if curve.of != LIKELIEST)
        found = tuple(curve for curve in curves.precision_recall if curve.of != LIKELIEST)
        curves = replace(curves, roc=ranked, precision_recall=found)
    notices = tuple(notice for notice in report.notices if notice.code == WHOSE)
    return replace(report, results=(), notices=notices, curves=curves)


def merged(reports: Sequence[Report]) -> Report:
    """Return one report with all that several reports on the same rows have, each result once."""
    first, *_ = reports
    results = {r.name: r for report in reversed(reports) for r in report.results}
    names = dict.fromkeys(result.name for report in reports for result in report.results)
    return replace(
        first,
        command=COMMAND,
        columns=dict(_columns(reports)),
        results=tuple(results[name] for name in names),
        notices=distinct(reports),
        rows=next((report.rows for report in reports if report.rows), ()),
        per_class=_by_class(reports),
        reliability=next((report.reliability for report in reports if report.reliability), ()),
        curves=next((report.curves for report in reports if report.curves), None),
    )


def _columns(reports: Sequence[Report]) -> Iterator[tuple[str, str | Sequence[str]]]:
    """Yield the columns of each role; those of an earlier report come last, and hold."""
    return (pair for report in reversed(reports) for pair in report.columns.items())


def distinct(reports: Sequence[Report]) -> tuple[Notice, ...]:
    """Return the notices of all reports, each once."""
    return tuple(dict.fromkeys(notice for report in reports for notice in report.notices))


def foremost(curves: Curves) -> Curves:
    """Return the curves of a model as a whole: without those of each of its classes."""
    kinds = {field.name: getattr(curves, field.name) for field in fields(curves)}
    return Curves(
        **{
            name: tuple(curve for curve in kind if curve.of in {"", LIKELIEST})
            for name, kind in kinds.items()
        }
    )


def _by_class(reports: Sequence[Report]) -> tuple[Group, ...]:
    """Return the results on each class that any report has, each once."""
    first, *others = [report.per_class for report in reports if report.per_class] or [()]
    return tuple(_joined(group, others) for group in first)


def _joined(group: Group, others: Sequence[Sequence[Group]]) -> Group:
    found = {result.name: result for result in group.results}
    for each in (one for some in others for one in some if one.key == group.key):
        found |= {r.name: r for r in each.results if r.name not in found}
    return replace(group, results=tuple(found.values()))
