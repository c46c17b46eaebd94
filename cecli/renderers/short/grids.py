"""The tables of the short view: metrics, models, classes and groups, and what a command adds."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from cecli.core.errors import visible
from cecli.renderers import reports
from cecli.renderers.formats import Layout
from cecli.renderers.sheet import Grid
from cecli.renderers.short.cells import cells_of, column_of, interval_of, value_of
from cecli.renderers.short.matter import called, remark, that_matter
from cecli.report.report import Report
from cecli.report.result import Group, Notice, Result
from cecli.report.undefined import UNDEFINED_METRIC, undefined_notices

# So many groups or classes are shown.
MOST_ROWS = 10
# The metrics of groups and of classes, with their headings.
OF_GROUPS = {
    "base_rate": "positive",
    "kl": "kl",
    "cross_entropy": "log loss",
    "skill": "skill",
    "observed_expected": "obs/exp",
    "bits_per_byte": "bits/byte",
    "distinct": "different",
    "missing_reference": "missing",
}
OF_SLICES = {
    "cross_entropy": "log loss",
    "excess_loss": "excess",
    "excess_p_value_adjusted": "p (loss)",
    "calibration_gap": "gap",
    "gap_p_value_adjusted": "p (gap)",
}
OF_ENTROPIES = {
    "entropy": "entropy",
    "conditional_entropy": "of members",
    "mutual_information": "disagreement",
}
OF_CLASSES = {"base_rate": "share", "cross_entropy": "log loss", "observed_expected": "obs/exp"}
OF_CALIBRATED_CLASSES = {
    "base_rate": "share",
    "mean_prediction": "predicted",
    "ecce": "ecce",
    "ecce_p_value_adjusted": "p (Holm)",
    "auc": "AUC",
}
# Columns of comparisons and of bins that only the whole view has.
NOT_SHORT = frozenset({
    "std. error", "baseline loses", "model loses", "contribution", "weight", "better", "worse",
    "part of ece",
})  # fmt: skip


def of_report(report: Report, layout: Layout) -> Iterator[Grid]:
    """Yield the tables of a report."""
    cells = partial(cells_of, digits=layout.digits)
    if report.models:
        yield _side_by_side(report, layout)
    elif len(report.comparisons) > 1:
        yield _short(reports.models(report, cells))
    elif results := _chosen(report, report.results, layout.metrics):
        yield _metrics(report, results, layout)
    if report.drift:
        yield _few_rows(reports.of_columns(report, layout.digits), len(report.drift), "columns")
    elif report.comparisons and report.groups:
        yield _few_rows(_short(reports.compared_groups(report, cells)), len(report.groups))
    elif report.groups and "ecce_p_value" in report.groups[0].metrics:
        yield _few_rows(reports.calibrated_groups(report, cells), len(report.groups))
    elif report.groups:
        yield _groups(report, layout)
    if report.per_class:
        yield _classes(report, layout)
    yield from map(_short, _further(report, layout))


def notices(report: Report, layout: Layout) -> Iterator[Notice]:
    """Yield the notices of a report; of undefined metrics, only about those that are shown."""
    yield from (notice for notice in report.notices if notice.code != UNDEFINED_METRIC)
    shown = _chosen(report, report.results, layout.metrics)
    of_classes = _of_classes(report)
    yield from undefined_notices(shown, [_part(of, of_classes) for of in report.per_class])


def _part(group: Group, names: Container[str]) -> Group:
    """Return a group with some of its results."""
    return replace(group, results=tuple(r for r in group.results if r.name in names))


def absent(report: Report, layout: Layout) -> Iterator[str]:
    """Yield a sentence for each chosen metric that the report does not have."""
    known = {*report.metrics, *(name for group in report.groups[:1] for name in group.metrics)}
    for name, given in layout.metrics.items():
        if name not in known:
            yield f"{given} is not in this report"


def _chosen(report: Report, results: Sequence[Result], metrics: Mapping[str, str]) -> list[Result]:
    """Return the results that the user chose, or those that matter."""
    if not metrics:
        return that_matter(report, results)
    found = {result.name: result for result in results}
    return [found[name] for name in metrics if name in found]


def _metrics(report: Report, results: Sequence[Result], layout: Layout) -> Grid:
    """Return one row per metric, without the columns that are empty."""
    rows = [
        (
            _called(report, result, layout),
            value_of(result, layout.digits),
            interval_of(result, layout.digits),
            visible(remark(report, result)),
        )
        for result in results
    ]
    headings = ("", "value", reports.interval_heading(results), "")
    kept = [place for place in range(4) if place < 2 or any(row[place] for row in rows)]
    grid = Grid(headings, tuple(rows), frozenset({1}))
    return replace(grid.part(kept), remark=len(kept) - 1 if 3 in kept else None)


def _called(report: Report, result: Result, layout: Layout) -> str:
    """Return what the user called a metric, or what people do."""
    return layout.metrics.get(result.name) or called(report, result.name)


def _side_by_side(report: Report, layout: Layout) -> Grid:
    """Return one row per metric, with a column for each model."""
    first = str(next(iter(report.columns["prob"])))
    models = {first: report.results} | {each.model: each.results for each in report.models}
    found = [{result.name: result for result in results} for results in models.values()]
    rows = [
        (
            _called(report, result, layout),
            *(
                value_of(of[result.name], layout.digits) if result.name in of else ""
                for of in found
            ),
        )
        for result in _chosen(report, report.results, layout.metrics)
    ]
    headings = ("", *map(visible, models))
    return Grid(headings, tuple(rows), frozenset(range(1, len(headings))))


def _groups(report: Report, layout: Layout) -> Grid:
    usual = {"entropy": OF_ENTROPIES, "slices": OF_SLICES}.get(report.command, OF_GROUPS)
    shown = {name: name for name in layout.metrics} or dict(usual)
    if (
        not layout.metrics
        and not report.metrics.get("target_entropy")
        and report.command == "score"
    ):
        del shown["kl"]
    return _few_rows(_by_key(report.groups[:MOST_ROWS], shown, layout), len(report.groups))


def _classes(report: Report, layout: Layout) -> Grid:
    shown = {name: name for name in layout.metrics} or _of_classes(report)
    grid = _by_key(report.per_class[:MOST_ROWS], shown, layout)
    return _few_rows(grid, len(report.per_class), "classes")


def _of_classes(report: Report) -> Mapping[str, str]:
    """Return the metrics of classes that are shown, with their headings."""
    return OF_CALIBRATED_CLASSES if report.command == "calibration" else OF_CLASSES


def _further(report: Report, layout: Layout) -> list[Grid]:
    """Return the tables that few commands have; of the bins of several classes only the first.

    That is the table of the likeliest class. The classes have a row each in the table of classes.
    """
    if len(report.reliability) < 2 or not report.per_class:
        return reports.further(report, layout.digits)
    number = len(report.reliability)
    first, *rest = reports.further(
        replace(report, reliability=report.reliability[:1]), layout.digits
    )
    more = f"1 of {number:,} tables of bins; --all shows that of each class, too"
    return [replace(first, more=more), *rest]


def _by_key(groups: Sequence[Group], shown: Mapping[str, str], layout: Layout) -> Grid:
    """Return one row per group or class, with a column for each of some metrics that it has."""
    keys = tuple(groups[0].key)
    names = [name for name in shown if name in groups[0].metrics]
    found = [{result.name: result for result in group.results} for group in groups]
    columns = [column_of([of[name] for of in found], layout.digits) for name in names]
    rows = []
    for group, *values in zip(groups, *columns, strict=True):
        key = (visible(value) if value else "(empty)" for value in group.key.values())
        few = " (few)" if group.is_small else ""
        rows.append((*key, f"{group.rows:,}{few}", *values))
    headings = (*map(visible, keys), "rows", *(shown[name] for name in names))
    return Grid(headings, tuple(rows), frozenset(range(len(keys), len(headings))))


def _few_rows(grid: Grid, number: int, of: str = "groups") -> Grid:
    """Return a grid with its first rows, and a sentence if there are more."""
    if number <= MOST_ROWS:
        return grid
    more = f"{MOST_ROWS} of {number:,} {of}; --all shows all of them"
    return replace(grid, rows=grid.rows[:MOST_ROWS], more=more)


def _short(grid: Grid) -> Grid:
    """Return a grid without the columns that only the whole view has."""
    kept = [place for place, heading in enumerate(grid.headings) if heading not in NOT_SHORT]
    if len(kept) == len(grid.headings):
        return grid
    last = len(kept) - 1 if grid.remark in kept else None
    return replace(grid.part(kept), remark=last, has_bars=grid.has_bars)
