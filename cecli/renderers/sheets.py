"""The sheets of all kinds of documents."""

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cecli.core.errors import visible
from cecli.renderers.formats import Document
from cecli.renderers.sheet import Grid, Sheet, names, sentence

if TYPE_CHECKING:
    from cecli.commands.check.outcome import Checked
    from cecli.report.definitions import Definitions
    from cecli.report.inspection import Inspection
    from cecli.report.report import Report
    from cecli.report.result import Definition

INSPECTED = ("column", "values", "range", "missing", "distinct", "could be", "first rows")
DEFINED = ("metric", "unit", "better", "range", "what it is")


def sheet_of(document: Document, digits: int) -> Sheet:
    """Return the sheet of a document, with numbers to the given significant digits."""
    return SHEETS[document.document](document, digits)


def _of_report(report: "Report", digits: int) -> Sheet:
    from cecli.renderers import reports

    return reports.sheet_of(report, digits)


def _of_verdicts(checked: "Checked", digits: int) -> Sheet:
    from cecli.renderers import verdicts

    return verdicts.sheet_of(checked, digits)


def _of_inspection(found: "Inspection", digits: int) -> Sheet:  # noqa: ARG001
    """Return one row per column."""
    looked = "all" if found.complete else "the first"
    rows = tuple(
        (
            visible(column.name),
            column.kind,
            "" if column.low is None else f"{column.low:g} … {column.high:g}",
            str(column.missing),
            "many" if column.distinct is None else str(column.distinct),
            visible(column.role),
            visible(", ".join(column.first)),
        )
        for column in found.columns
    )
    return Sheet(
        visible(f"{found.command} {names(found.input.paths)}"),
        f"{len(found.columns):,} columns | {looked} {found.input.rows:,} rows",
        (Grid(INSPECTED, rows, frozenset({3, 4}), remark=len(INSPECTED) - 1),),
        (
            *map(visible, map(sentence, found.notices)),
            *(f"try: {visible(line)}" for line in found.advice),
        ),
    )


def _of_definitions(document: "Definitions", digits: int) -> Sheet:  # noqa: ARG001
    """Return a table of metrics, or all details of a single one."""
    if len(document.definitions) == 1:
        return _of_definition(document.definitions[0])
    rows = tuple(
        (of.name, of.unit, str(of.direction), _range(of), of.meaning) for of in document.definitions
    )
    grid = Grid(DEFINED, rows, frozenset(), remark=len(DEFINED) - 1)
    return Sheet("metrics", "cecli metrics NAME shows the formula and other names", (grid,), ())


def _of_definition(of: "Definition") -> Sheet:
    rows = (
        ("formula", of.formula),
        ("unit", of.unit),
        ("better", str(of.direction)),
        ("range", _range(of)),
        ("also called", ", ".join(of.also) or "-"),
        ("in one pass", of.streams),
    )
    return Sheet(of.name, of.meaning, (Grid(("what", "is"), rows, frozenset()),), ())


def _range(of: "Definition") -> str:
    opening = "(" if math.isinf(of.low) else "["
    closing = ")" if math.isinf(of.high) else "]"
    return f"{opening}{of.low:.6g}, {of.high:.6g}{closing}"


# The function for each kind of document.
SHEETS: Mapping[str, Callable[[Any, int], Sheet]] = {
    "report": _of_report,
    "inspection": _of_inspection,
    "definitions": _of_definitions,
    "verdicts": _of_verdicts,
}
