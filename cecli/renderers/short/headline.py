"""The headline of a report: what was read, how frequent the event is, the columns and options."""

from collections.abc import Iterator, Sequence

from cecli.renderers.sheet import BETWEEN_BRIEF_FACTS, inputs
from cecli.renderers.summary.numbers import percentage, significant
from cecli.report.report import Report
from cecli.report.result import Units

# So many columns of one role are named.
NAMED_COLUMNS = 3
# Digits of a total weight.
OF_WEIGHTS = 6


def title(report: Report) -> str:
    return inputs(report.input.paths)


def facts(report: Report) -> str:
    return BETWEEN_BRIEF_FACTS.join(_facts(report))


def _facts(report: Report) -> Iterator[str]:
    from cecli.renderers.reports import ROLES, options_in_words

    rows, weight = report.input.rows, report.input.weight
    yield f"{rows:,} row{'' if rows == 1 else 's'}"
    if f"{weight:.{OF_WEIGHTS}g}" != f"{rows:.{OF_WEIGHTS}g}":
        yield f"total weight {significant(weight, OF_WEIGHTS)}"
    for role, columns in report.columns.items():
        name = columns if isinstance(columns, str) else _some(columns)
        rate = _rate(report, role) if role in {"label", "target"} else ""
        yield f"{name}{rate}" if rate else f"{ROLES.get(role, role)} {name}"
    told = report.columns.keys()
    yield from options_in_words({k: v for k, v in report.options.items() if k not in told})
    if report.units is not Units.NATS:
        yield str(report.units)


def _some(columns: Sequence[str]) -> str:
    """Return the first few columns, and the number of the others."""
    more = len(columns) - NAMED_COLUMNS
    return ", ".join(columns[:NAMED_COLUMNS]) + (f" and {more} more" if more > 0 else "")


def _rate(report: Report, role: str) -> str:
    """Return what follows the column of labels: how frequent the event is, or how many classes."""
    rate = report.metrics.get("base_rate")
    if rate is None:
        return f": {len(report.classes)} classes" if len(report.classes) > 2 else ""
    interval = report.intervals.get("base_rate")
    percent = percentage(rate, None if interval is None else interval.se)
    if report.task == "multiclass":
        return f": {len(report.classes)} classes, the likeliest one in {percent} %"
    if role == "target" or report.positive is None:
        return f", {percent} % on average"
    of_groups = report.options.get("average") == "groups"
    return f" = {report.positive} in {percent} %{' of a group, on average' if of_groups else ''}"
