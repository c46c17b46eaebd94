"""Parts of the rows: groups, classes, and models on each of them."""

from dataclasses import replace
from typing import Any

from cecli.core.errors import visible
from cecli.renderers.formats import Layout
from cecli.renderers.page.charts import chart
from cecli.renderers.page.content import PageContent
from cecli.renderers.page.figures import title_of
from cecli.renderers.page.sections import Section
from cecli.renderers.page.tables import Room, folded, table
from cecli.renderers.page.tags import Html, tag
from cecli.renderers.pictured.forests import FITTED, forest_of
from cecli.renderers.reports import sheet_of
from cecli.renderers.sheet import Grid
from cecli.report.report import Report

DIGITS = 4
# Groups with this metric stand in the order of what there is to gain.
GAIN = "gap_share"
# Metrics that groups on calibration have.
OF_CALIBRATION = "ecce_p_value"


# The parts of a report that have tables.
PARTS = ("results", "comparisons", "models", "groups", "per_class", "reliability", "thresholds",
         "explanation", "rows")  # fmt: skip
# The part of which there is one, or none.
SINGLE = "confidence_set"


def only(report: Report, *fields: str) -> Report:
    """Return a report of which only some parts are left."""
    gone: dict[str, Any] = {name: () for name in PARTS if name not in fields}
    if SINGLE not in fields:
        gone[SINGLE] = None
    return replace(report, **gone)


def grids(report: Report, *fields: str) -> tuple[Grid, ...]:
    """Return the tables of some parts of a report."""
    return sheet_of(only(report, *fields), Layout(digits=DIGITS)).grids


def comparison(content: PageContent, room: Room) -> Section:
    """Return the models beside the baseline, and their differences as a forest plot."""
    report = content.report
    if not report.comparisons:
        return Section("comparison", "Models compared", ())
    parts = (report.confidence_set, *report.comparisons)
    sentences = [tag("li", visible(part.sentence)) for part in parts if part is not None]
    tables = [table(grid, "Models", room) for grid in grids(report, "comparisons", "results")[:1]]
    tables += [table(grid, "Best models", room) for grid in grids(report, SINGLE)]
    if report.groups:
        by_group = grids(report, "groups", "comparisons")[-1:]
        tables += [table(grid, "Slices", room) for grid in by_group]
    picture = forest_of(replace(content.stated, rows=()))
    charts = [] if picture is None else [
        chart(replace(picture, title="Difference of the mean loss"), room, *tables)
    ]  # fmt: skip
    # The verdict at the top has the only one already.
    said = [tag("ul", *sentences, class_="sentences")] if len(sentences) > 1 else []
    lead = "The loss of each model minus that of the baseline, on the same rows."
    return Section("comparison", "Models compared", (*said, *charts), lead)


def slices(content: PageContent, room: Room) -> Section:
    """Return the groups of one model as a forest plot with their numbers of rows."""
    report = content.report
    if not report.groups or report.comparisons or report.drift:
        return Section("slices", "Slices", ())
    words = " and ".join(map(visible, report.groups[0].key))
    lead = f"By {words}; the line is the value of all rows."
    if GAIN in report.groups[0].metrics:
        lead = f"By {words}, the worst first; the line is the value of all rows."
    if OF_CALIBRATION in report.groups[0].metrics:
        lead = f"By {words}: whether the predictions are calibrated in each."
    return Section("slices", "Slices", _charts(content, words, room), lead)


def _charts(content: PageContent, words: str, room: Room) -> tuple[Html, ...]:
    metrics = {n: value for n, value in content.stated.metrics.items() if n != FITTED}
    picture = forest_of(replace(content.stated, rows=(), metrics=metrics))
    if picture is None:
        return ()
    main = title_of(next(iter(metrics or content.stated.groups[0].metrics)))
    numbers = table(grids(content.report, "groups")[-1], "Slices", room)
    return (chart(replace(picture, title=f"{main} by {words}"), room, numbers),)


def classes(content: PageContent, room: Room) -> Section:
    """Return the results on the rows of each class."""
    found = grids(content.report, "per_class") if content.report.per_class else ()
    parts = tuple(folded("Classes in numbers", table(grid, "Classes", room)) for grid in found)
    whose = f"Of {visible(content.first)}." if content.report.models else ""
    return Section("classes", "Classes", parts, whose)
