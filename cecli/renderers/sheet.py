"""What people read of a report: its words and formatted numbers, before any layout."""

import math
from dataclasses import dataclass

from cecli.errors import visible
from cecli.report import Interval, Report, Result

HEADINGS = ("metric", "value", "std. error", "95% interval", "what it is")
OPTIONS = {"base_rate": "reference base rate", "clip": "clip"}
NUMERIC = frozenset({1, 2, 3})


@dataclass(frozen=True)
class Sheet:
    """A report in words. Text that came from the input is escaped already.

    Attributes
    ----------
    title, facts : what was evaluated.
    rows : the cells below HEADINGS, one row a metric.
    notices : one sentence each.
    """

    title: str
    facts: str
    rows: tuple[tuple[str, ...], ...]
    notices: tuple[str, ...]


def sheet_of(report: Report, digits: int) -> Sheet:
    """Return a report's sheet, with numbers of so many significant digits."""
    names = ", ".join(report.input.paths)
    return Sheet(
        visible(f"{report.command} {names}"),
        visible(_facts(report, digits)),
        tuple(_row(result, digits) for result in report.results),
        tuple(visible(_sentence(notice.message, notice.rows, notice.count))
              for notice in report.notices),
    )  # fmt: skip


def _facts(report: Report, digits: int) -> str:
    columns = (
        f"{role} {name if isinstance(name, str) else ', '.join(name)}"
        for role, name in report.columns.items()
    )
    weight = () if report.input.weight == report.input.rows else (
        f"total weight {_number(report.input.weight, digits)}",
    )  # fmt: skip
    options = (f"{OPTIONS[name]} {value!r}" for name, value in report.options.items())
    return " | ".join(
        [
            f"{report.input.rows:,} row{'' if report.input.rows == 1 else 's'}",
            *weight,
            report.task,
            f"positive class {report.positive}",
            *columns,
            *options,
            str(report.units),
        ]
    )


def _row(result: Result, digits: int) -> tuple[str, ...]:
    interval = result.interval or Interval(None, None, None, math.nan)
    bounds = ""
    if interval.lower is not None and interval.upper is not None:
        bounds = f"[{_number(interval.lower, digits)}, {_number(interval.upper, digits)}]"
    se = "" if interval.se is None else _number(interval.se, min(digits, 3))
    value = "undefined" if result.value is None else _number(result.value, digits)
    return (result.name, value, se, bounds, result.meaning)


def _number(value: float, digits: int) -> str:
    if math.isinf(value):
        return "infinite" if value > 0 else "-infinite"
    if value.is_integer() and abs(value) < 10**digits:
        return f"{value:.0f}"
    return f"{value:#.{digits}g}"


def _sentence(message: str, lines: tuple[int, ...], count: int | None) -> str:
    if not lines:
        return message
    more = ", …" if count is not None and count > len(lines) else ""
    return f"{message} (line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}{more})"
