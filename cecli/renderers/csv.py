"""A report as CSV: a line per metric of all rows, groups and classes, or per row; or verdicts."""

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from cecli.columns.numbers import is_number
from cecli.core.errors import visible
from cecli.renderers.formats import Document, Layout
from cecli.renderers.sheet import COMMANDS
from cecli.report.result import Group, Interval, Result

if TYPE_CHECKING:
    from cecli.commands.check.outcome import Checked, Outcome
    from cecli.report.report import Report

HEADER = ("group", "metric", "value", "se", "lower", "upper")
OF_VERDICTS = (
    "rule", "limit", "severity", "verdict", "group", "value", "baseline", "change", "lower",
    "upper", "reason",
)  # fmt: skip
# Spreadsheets execute a cell that begins with one of these as a formula.
# https://owasp.org/www-community/attacks/CSV_Injection
FORMULA = ("=", "+", "-", "@")


def render(document: Document, layout: Layout) -> str:  # noqa: ARG001
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if document.document == "verdicts":
        writer.writerow(OF_VERDICTS)
        writer.writerows(map(_verdict, cast("Checked", document).outcomes))
        return text.getvalue()
    report = cast("Report", document)
    if report.rows:
        records = [row.to_record() for row in report.rows]
        writer.writerow(map(harmless, records[0]))
        writer.writerows(map(_cell, record.values()) for record in records)
        return text.getvalue()
    writer.writerow(HEADER)
    writer.writerows(_line("", result) for result in report.results)
    for group in (*report.groups, *report.per_class):
        writer.writerows(_group(group))
    return text.getvalue()


def _cell(value: str | float) -> str:
    if not isinstance(value, str):
        return _number(value)
    return value if is_number(value) else harmless(value)


def _group(group: Group) -> Iterator[tuple[str, ...]]:
    name = ", ".join(f"{key}={value}" for key, value in group.key.items())
    yield from (_line(name, result) for result in group.results)


def _verdict(outcome: "Outcome") -> tuple[str, ...]:
    rule = outcome.rule
    words = (rule.subject, rule.words, rule.severity, outcome.verdict, outcome.group or "")
    numbers = (
        outcome.value, outcome.baseline, outcome.change, outcome.lower, outcome.upper,
    )  # fmt: skip
    texts = [harmless(visible(word)) for word in (*words, outcome.reason)]
    return (*texts[:-1], *map(_number, numbers), texts[-1])


def _line(group: str, result: Result) -> tuple[str, ...]:
    interval = result.interval or Interval(None, None, None, 0.0)
    numbers = (result.value, interval.se, interval.lower, interval.upper)
    return (harmless(group), result.name, *map(_number, numbers))


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return repr(value).replace("inf", "Infinity")


def harmless(cell: str) -> str:
    """Return a cell's text, marked as text if a spreadsheet or a CI log would execute it.

    Control characters, line ends among them, are escaped: a CSV is often shown in a terminal.
    """
    shown = visible(cell)
    return f"'{shown}" if shown.startswith((*FORMULA, *COMMANDS)) else shown
