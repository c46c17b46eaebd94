"""The sheet of a report: its words and formatted numbers, before any layout."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from cecli.core.errors import visible
from cecli.readers.text.dialect import typed
from cecli.renderers.formats import DIGITS, Layout
from cecli.renderers.sheet import Grid, Sheet, inputs, names, sentence
from cecli.renderers.summary import sentences
from cecli.renderers.summary.numbers import fixed, significant
from cecli.report.report import Report
from cecli.report.result import Group, Interval, Result

if TYPE_CHECKING:
    from cecli.renderers.comparisons import CellsOfGroups
    from cecli.report.parts import Step
    from cecli.report.reliability import ReliabilityTable

HEADINGS = ("metric", "value", "std. error", "interval", "what it is")
EXPLAINED = ("step", "value", "how it follows", "checked")
# The roles of the two distributions, in words.
ROLES = {"p": "p (the truth)", "q": "q (the approximation)"}
OPTIONS = {
    "base_rate": "reference base rate",
    "rows": "worst rows",
    "on_unmatched": "on unmatched",
}
# Digits of the losses and predictions of rows, and of p-values, in the short view.
OF_ROWS, OF_P_VALUES = 4, 2
# The name, value, standard error, bounds and meaning of a result, in words.
Cells = Callable[[Result], tuple[str, ...]]


def sheet_of(report: Report, layout: Layout) -> Sheet:
    """Return the sheet of a whole report."""
    digits = layout.digits or DIGITS
    title = f"{report.command} {inputs(report.input.paths)}"
    facts, said = _facts(report, digits), sentences(report)
    grids = [_metrics(report.results, digits)] if report.results else []
    cells = partial(_row, digits=digits)
    if report.comparisons:
        from cecli.renderers.comparisons import verdicts

        title, facts, said = verdicts(report), f"{title} | {facts}", []
    if report.models:
        grids = [_side_by_side(report, digits)]
    elif len(report.comparisons) > 1:
        grids = [models(report, cells)]
    if report.groups:
        grids.append(_by_group(report, digits))
    if report.per_class:
        grids.append(_per_class(report.per_class, digits))
    grids += further(report, digits)
    return Sheet(
        visible(title),
        visible(facts),
        tuple(grids),
        tuple(map(visible, map(sentence, report.notices))),
        tuple(said),
        tuple(layout.steps),
    )  # fmt: skip


def further(report: Report, digits: int | None) -> list[Grid]:
    """Return the tables that few commands have: bins and thresholds, best models, rows."""
    given = digits or DIGITS
    grids = _reliability(report, digits) if report.reliability or report.thresholds else []
    if report.confidence_set:
        from cecli.renderers.comparisons import best_models

        cells = (partial(significant, digits=digits or few) for few in (OF_ROWS, OF_P_VALUES))
        grids.append(Grid(*best_models(report.confidence_set, *cells), frozenset({1, 2})))
    if report.explanation:
        grids.append(_explanation(report.explanation, given))
    if report.rows:
        few = digits or OF_ROWS
        from cecli.renderers.rows import of_rows

        grids.append(of_rows(report.rows, partial(significant, digits=few)))
    return grids


def _facts(report: Report, digits: int) -> str:
    columns = (
        f"{ROLES.get(role, role)} {name if isinstance(name, str) else names(name)}"
        for role, name in report.columns.items()
    )
    weight = () if report.input.weight == report.input.rows else (
        f"total weight {significant(report.input.weight, digits)}",
    )  # fmt: skip
    positive = () if report.positive is None else (f"positive class {report.positive}",)
    return " | ".join(
        [
            f"{report.input.rows:,} row{'' if report.input.rows == 1 else 's'}",
            *weight,
            report.task,
            *positive,
            *columns,
            *options_in_words(report.options),
            str(report.units),
        ]
    )


def options_in_words(options: Mapping[str, object]) -> list[str]:
    """Return the options in words, those about replicates together."""
    rest = {name: value for name, value in options.items() if name not in {"bootstrap", "seed"}}
    said = [_option(name, value) for name, value in rest.items()]
    if "bootstrap" in options:
        said.append(f"bootstrap, {options['bootstrap']:,} replicates, seed {options['seed']}")
    return said


def _option(name: str, value: object) -> str:
    words = OPTIONS.get(name, name)
    if value is True:
        return words
    return f"{words} {typed(value) if isinstance(value, str) else repr(value)}"


def _metrics(results: Sequence[Result], digits: int) -> Grid:
    rows = [_row(result, digits) for result in results]
    # Empty columns are left out.
    kept = [place for place in range(len(HEADINGS)) if place < 2 or any(row[place] for row in rows)]
    numeric = (1, 2, 3)
    headings = [interval_heading(results) if h == "interval" else h for h in HEADINGS]
    return Grid(
        tuple(headings[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
        frozenset(kept.index(place) for place in numeric if place in kept),
        remark=len(kept) - 1,
    )


def interval_heading(results: Sequence[Result]) -> str:
    """Return the heading of the intervals.

    All have one level; but of several comparisons, the intervals of differences have a higher one,
    at which all of them hold at once with the level of the others.
    """
    levels = {result.interval.level for result in results if result.interval is not None}
    words = f"{100 * min(levels, default=0.0):g}% interval"
    return f"simultaneous {words}" if len(levels) > 1 else words


def models(report: Report, cells: Cells) -> Grid:
    """Return one row per model."""
    from cecli.renderers.comparisons import models as of_models

    headings, rows = of_models(report.comparisons, cells, interval_heading(report.results))
    return Grid(headings, rows, frozenset(range(2, len(headings))))


def _row(result: Result, digits: int) -> tuple[str, ...]:
    interval = result.interval or Interval(None, None, None, math.nan)
    bounds = _bounds(result, digits)
    se = "" if interval.se is None else significant(interval.se, min(digits, 3))
    place = f" (at {visible(result.place)})" if result.place else ""
    return (result.name, _value(result, digits), se, bounds, f"{result.meaning}{place}")


def _bounds(result: Result, digits: int) -> str:
    interval = result.interval
    if interval is None or interval.lower is None or interval.upper is None:
        return ""
    return f"[{significant(interval.lower, digits)}, {significant(interval.upper, digits)}]"


def _value(result: Result, digits: int) -> str:
    return "undefined" if result.value is None else significant(result.value, digits)


def _per_class(classes: Sequence[Group], digits: int) -> Grid:
    """Return one row per class, with a column for each metric."""
    keys, metrics = tuple(classes[0].key), tuple(result.name for result in classes[0].results)
    rows = (
        (
            *map(visible, group.key.values()),
            f"{group.rows:,}",
            *(_value(result, digits) for result in group.results),
        )
        for group in classes
    )
    headings = (*keys, "rows", *metrics)
    return Grid(headings, tuple(rows), frozenset(range(len(keys), len(headings))))


def _by_group(report: Report, digits: int) -> Grid:
    """Return one row per group: its loss, or its contribution to the difference of models."""
    if report.drift:
        return of_columns(report, digits)
    if "ecce_p_value" in report.groups[0].metrics:
        return calibrated_groups(report, partial(_row, digits=min(digits, 4)))
    if report.comparisons:
        return compared_groups(report, partial(_row, digits=digits))
    if report.command == "slices":
        return _per_class(report.groups, min(digits, 4))
    from cecli.renderers.comparisons import of_scores

    lines = of_scores(report.groups, _cells(partial(_row, digits=digits), digits))
    return Grid(lines.headings, lines.rows, frozenset(range(lines.texts, len(lines.headings))))


def of_columns(report: Report, digits: int | None) -> Grid:
    """Return one row per column beside a reference."""
    from cecli.renderers.calibrated.drift import of_columns

    return of_columns(report, digits and min(digits, 4))


def calibrated_groups(report: Report, cells: Cells) -> Grid:
    """Return one row per group: whether it is calibrated."""
    from cecli.renderers.calibrated.sides import of_groups

    return of_groups(report.groups, cells)


def compared_groups(report: Report, cells: Cells) -> Grid:
    """Return one row per group: its contribution to the difference of models."""
    from cecli.renderers.comparisons import of_comparisons

    heading = interval_heading(report.groups[0].results)
    lines = of_comparisons(report.groups, report.comparisons, _cells(cells), heading)
    return Grid(lines.headings, lines.rows, frozenset(range(lines.texts, len(lines.headings))))


def _cells(cells: Cells, digits: int = DIGITS) -> "CellsOfGroups":
    from cecli.renderers.comparisons import CellsOfGroups

    few = partial(_row, digits=min(digits, 3))
    return CellsOfGroups(cells, few, partial(significant, digits=digits))


def _reliability(report: Report, digits: int | None) -> list[Grid]:
    """Return a table of bins for each class or model, and one of all thresholds."""
    from cecli.renderers.calibrated.bins import decimals_of, of_bins
    from cecli.renderers.calibrated.sides import of_thresholds

    few = min(digits or DIGITS, 3)

    def number(table: "ReliabilityTable") -> Callable[[float], str]:
        # Without a number of digits, probabilities have the decimals that tell bins apart.
        if digits is None:
            return partial(fixed, places=decimals_of(table))
        return partial(significant, digits=few)

    grids = [of_bins(table, number(table)) for table in report.reliability]
    if report.thresholds:
        grids.append(of_thresholds(report.thresholds, partial(_row, digits=few)))
    return grids


def _side_by_side(report: Report, digits: int) -> Grid:
    """Return one row per metric, with a column for each model."""
    from cecli.renderers.calibrated.sides import of_models

    models = [(each.model, each.results) for each in report.models]
    if report.results:
        models = [(str(next(iter(report.columns["prob"]))), report.results), *models]
    return of_models(models, partial(_row, digits=digits))


def _explanation(steps: "Sequence[Step]", digits: int) -> Grid:
    rows = (
        (
            step.name,
            step.value if isinstance(step.value, str) else significant(step.value, digits),
            step.formula,
            step.agreement or "",
        )
        for step in steps
    )
    return Grid(EXPLAINED, tuple(rows), frozenset({1}), prose=frozenset({2, 3}))
