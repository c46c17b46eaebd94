"""Several models in rows of their own: the results of each, and none of all rows together."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from cecli.columns.column import Column
from cecli.columns.roles import refuse_sharing
from cecli.commands.calibration.plan import Calibrating
from cecli.core.errors import InputError, UsageError, named, shown
from cecli.core.fold import Progress
from cecli.core.table import Table
from cecli.engines import Engine
from cecli.join.models import MODEL, OneModel, models_in
from cecli.options.keywords import silent
from cecli.options.scoring import Scoring
from cecli.report.reliability import ModelResults
from cecli.report.report import ClassNames, Part, Report
from cecli.report.result import Input, Notice, Units

MOST_MODELS = 100
NOT_PAIRED = Notice(
    "several-models",
    "each model has rows of its own: the results are those of each. Whether one ranks better than "
    "another is told of models in columns, by --versus",
)


def refuse_together(versus: Sequence[str], thresholds: Sequence[float]) -> None:
    """Raise a UsageError if there is no answer beside models in rows."""
    given = [name for name, x in (("--versus", versus), ("--threshold", thresholds)) if x]
    if given:
        raise UsageError(
            f"--model and {given[0]} cannot be used together",
            hint="give the rows of one model alone, without --model",
        )


def in_rows(
    table: Table,
    column: str,
    scoring: Scoring,
    calibrating: Callable[[Table, Scoring], Calibrating],
    engine: Engine,
    progress: Progress | None,
) -> Report:
    """Return the report on the models that a column names.

    Parameters
    ----------
    calibrating : returns the report to make on the rows of one model.

    Raises
    ------
    UsageError
        If groups are asked for, too.
    InputError
        If the column names no model, or rows can be read only once.
    """
    if scoring.grouping.by:
        raise UsageError(
            "--model and --by cannot be used together",
            hint=f"--by {column} has the calibration of each model as a group",
        )
    wanted = calibrating(table, scoring)
    refuse_sharing([Column(MODEL, column, None), *wanted.opening.columns], table.name)
    models = models_in(table, column, MOST_MODELS, scoring.bad_rows)
    if not models:
        raise InputError(f"column {shown(column)} names no model", table.name)
    quiet = replace(scoring, units=Units.NATS, tell=silent)
    reports = []
    for place, model in enumerate(models):
        rows = OneModel(table, column, model, is_first=not place)
        reports.append(calibrating(rows, quiet).report(rows, engine, progress))
    return Report.of(wanted.opening.head, _all(reports), list(_parts(models, reports)))


def _all(reports: Sequence[Report]) -> Input:
    """Return the input of all models together."""
    inputs = [report.input for report in reports]
    skipped: Counter[str] = Counter()
    for each in inputs:
        skipped.update(each.skipped)
    rows, weight = sum(each.rows for each in inputs), sum(each.weight for each in inputs)
    return Input(inputs[0].paths, rows, weight, dict(skipped))


def _parts(models: Sequence[str], reports: Sequence[Report]) -> Iterator[Part]:
    first = reports[0]
    yield ClassNames(first.classes, has_positive=first.positive is not None)
    yield NOT_PAIRED
    told: set[Notice] = set()
    for model, report in zip(models, reports, strict=True):
        yield ModelResults(model, report.results)
        yield from (replace(each, of=model) for each in report.reliability)
        if report.curves is not None:
            yield report.curves.named(model)
        for notice in report.notices:
            everyone = all(notice in other.notices for other in reports)
            if everyone and notice not in told:
                told.add(notice)
                yield notice
            elif not everyone:
                yield replace(notice, message=f"{named(model)}: {notice.message}")
