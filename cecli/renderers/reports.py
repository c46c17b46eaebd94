"""The sheet of a report: its words and formatted numbers, before any layout."""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from cecli.core.errors import visible
from cecli.renderers.sheet import Grid, Sheet, names, sentence
from cecli.report.report import Report
from cecli.report.result import Group, Interval, Result

if TYPE_CHECKING:
    from cecli.report.parts import Row, Step

HEADINGS = ("metric", "value", "std. error", "interval", "what it is")
EXPLAINED = ("step", "value", "how it follows", "checked")
# The roles of the two distributions, in words.
ROLES = {"p": "p (the truth)", "q": "q (the approximation)"}
OPTIONS = {
    "base_rate": "reference base rate",
    "rows": "worst rows",
    "on_unmatched": "on unmatched",
}
# The cells of a row with several classes: the probability of the label, or of the likeliest
# target, and the predicted class.
OF_LABEL, PREDICTED, OF_PREDICTED = "prob of label", "predicted", "prob of predicted"
LIKELIEST, ITS_TARGET, ITS_PROB = "likeliest target", "its target", "its prob"
# Below this, a number with more digits before its point than asked for is written without a power.
PLAIN = 1e9
TEXTS = frozenset({"row", "label", LIKELIEST, PREDICTED})


def sheet_of(report: Report, digits: int) -> Sheet:
    """Return the sheet of a report, with numbers to the given significant digits."""
    title = f"{report.command} {names(report.input.paths)}"
    facts = _facts(report, digits)
    grids = [_metrics(report.results, digits)] if report.results else []
    if report.comparisons:
        from cecli.renderers.comparisons import verdicts

        title, facts = verdicts(report.comparisons), f"{title} | {facts}"
    if report.models:
        grids = [_side_by_side(report, digits)]
    elif len(report.comparisons) > 1:
        grids = [_models(report, digits)]
    if report.groups:
        grids.append(_by_group(report, digits))
    if report.per_class:
        grids.append(_per_class(report.per_class, digits))
    if report.reliability or report.thresholds:
        grids += _reliability(report, digits)
    if report.explanation:
        grids.append(_explanation(report.explanation, digits))
    if report.rows:
        grids.append(_rows(report.rows, partial(_number, digits=digits)))
    return Sheet(
        visible(title),
        visible(facts),
        tuple(grids),
        tuple(map(visible, map(sentence, report.notices))),
    )  # fmt: skip


def _facts(report: Report, digits: int) -> str:
    columns = (
        f"{ROLES.get(role, role)} {name if isinstance(name, str) else names(name)}"
        for role, name in report.columns.items()
    )
    weight = () if report.input.weight == report.input.rows else (
        f"total weight {_number(report.input.weight, digits)}",
    )  # fmt: skip
    positive = () if report.positive is None else (f"positive class {report.positive}",)
    return " | ".join(
        [
            f"{report.input.rows:,} row{'' if report.input.rows == 1 else 's'}",
            *weight,
            report.task,
            *positive,
            *columns,
            *_options(report.options),
            str(report.units),
        ]
    )


def _options(options: Mapping[str, object]) -> list[str]:
    """Return the options in words, those about replicates together."""
    rest = {name: value for name, value in options.items() if name not in {"bootstrap", "seed"}}
    said = [_option(name, value) for name, value in rest.items()]
    if "bootstrap" in options:
        said.append(f"bootstrap, {options['bootstrap']:,} replicates, seed {options['seed']}")
    return said


def _option(name: str, value: object) -> str:
    words = OPTIONS.get(name, name)
    return words if value is True else f"{words} {value if isinstance(value, str) else repr(value)}"


def _metrics(results: Sequence[Result], digits: int) -> Grid:
    rows = [_row(result, digits) for result in results]
    # Empty columns are left out.
    kept = [place for place in range(len(HEADINGS)) if place < 2 or any(row[place] for row in rows)]
    numeric = (1, 2, 3)
    headings = [_interval_heading(results) if h == "interval" else h for h in HEADINGS]
    return Grid(
        tuple(headings[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in rows),
        frozenset(kept.index(place) for place in numeric if place in kept),
        remark=len(kept) - 1,
    )


def _interval_heading(results: Sequence[Result]) -> str:
    """Return the heading of the intervals.

    All have one level; but of several comparisons, the intervals of differences have a higher one,
    at which all of them hold at once with the level of the others.
    """
    levels = {result.interval.level for result in results if result.interval is not None}
    words = f"{100 * min(levels, default=0.0):g}% interval"
    return f"simultaneous {words}" if len(levels) > 1 else words


def _models(report: Report, digits: int) -> Grid:
    """Return one row per model."""
    from cecli.renderers.comparisons import models

    headings, rows = models(
        report.comparisons, partial(_row, digits=digits), _interval_heading(report.results)
    )
    return Grid(headings, rows, frozenset(range(2, len(headings))))


def _row(result: Result, digits: int) -> tuple[str, ...]:
    interval = result.interval or Interval(None, None, None, math.nan)
    bounds = _bounds(result, digits)
    se = "" if interval.se is None else _number(interval.se, min(digits, 3))
    place = f" (at {visible(result.place)})" if result.place else ""
    return (result.name, _value(result, digits), se, bounds, f"{result.meaning}{place}")


def _bounds(result: Result, digits: int) -> str:
    interval = result.interval
    if interval is None or interval.lower is None or interval.upper is None:
        return ""
    return f"[{_number(interval.lower, digits)}, {_number(interval.upper, digits)}]"


def _value(result: Result, digits: int) -> str:
    return "undefined" if result.value is None else _number(result.value, digits)


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
    if "ecce_p_value" in report.groups[0].metrics:
        from cecli.renderers.calibrated.sides import of_groups

        return of_groups(report.groups, partial(_row, digits=min(digits, 4)))
    from cecli.renderers import comparisons as groups

    cells = groups.Cells(
        partial(_row, digits=digits),
        partial(_row, digits=min(digits, 3)),
        partial(_number, digits=digits),
    )
    if report.comparisons:
        heading = _interval_heading(report.groups[0].results)
        lines = groups.of_comparisons(report.groups, report.comparisons, cells, heading)
    else:
        lines = groups.of_scores(report.groups, cells)
    return Grid(lines.headings, lines.rows, frozenset(range(lines.texts, len(lines.headings))))


def _reliability(report: Report, digits: int) -> list[Grid]:
    """Return a table of bins for each class or model, and one of all thresholds."""
    from cecli.renderers.calibrated.bins import of_bins
    from cecli.renderers.calibrated.sides import of_thresholds

    few = min(digits, 3)
    grids = [of_bins(table, partial(_number, digits=few)) for table in report.reliability]
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
            step.value if isinstance(step.value, str) else _number(step.value, digits),
            step.formula,
            step.agreement or "",
        )
        for step in steps
    )
    return Grid(EXPLAINED, tuple(rows), frozenset({1}))


def _rows(rows: "Sequence[Row]", number: Callable[[float], str]) -> Grid:
    """Return one row per row of the input: its place, loss and prediction."""
    return Grid(_row_headings(rows), tuple(_row_cells(rows, number)), _numeric(rows))


def _row_headings(rows: "Sequence[Row]") -> tuple[str, ...]:
    """Return the headings of a table of rows; columns that the user asked for come last."""
    from cecli.report.parts import headings

    own = ["row", "loss", *_told(rows[0], str), *rows[0].weighting]
    return tuple(map(visible, headings(own, list(rows[0].shown))))


def _row_cells(rows: "Sequence[Row]", number: Callable[[float], str]) -> list[tuple[str, ...]]:
    """Return the cells under these headings."""
    return [
        (
            visible(row.place),
            number(row.loss),
            *map(visible, _told(row, number).values()),
            *map(number, map(float, row.weighting.values())),
            *map(visible, row.shown.values()),
        )
        for row in rows
    ]


def _numeric(rows: "Sequence[Row]") -> frozenset[int]:
    """Return the positions of the columns of numbers."""
    own = _row_headings(rows)[: -len(rows[0].shown) or None]
    return frozenset(place for place, heading in enumerate(own) if heading not in TEXTS)


def _told(row: "Row", number: Callable[[float], str]) -> dict[str, str]:
    """Return a row's label or target and prediction, by heading; only a few of many classes."""
    told = {
        name: value if isinstance(value, str) else number(value)
        for name, value in row.prediction.items()
        if not isinstance(value, Mapping)
    }
    prob, target = row.prediction.get("prob"), row.prediction.get("target")
    if not isinstance(prob, Mapping):
        return told
    if isinstance(target, Mapping):
        first = _likeliest(target)
        told |= {LIKELIEST: first, ITS_TARGET: number(target[first]), ITS_PROB: number(prob[first])}
    if row.label is not None:
        told[OF_LABEL] = number(prob[row.label])
    predicted = _likeliest(prob)
    return told | {PREDICTED: predicted, OF_PREDICTED: number(prob[predicted])}


def _likeliest(distribution: Mapping[str, float]) -> str:
    return max(distribution, key=distribution.__getitem__)


def _number(value: float, digits: int) -> str:
    if math.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    whole = value.is_integer() and abs(value) < 10**digits
    if whole or 10 ** (digits - 1) <= abs(value) < PLAIN:
        return f"{value:.0f}"
    return f"{value:#.{digits}g}".replace(".e", "e").removesuffix(".")
