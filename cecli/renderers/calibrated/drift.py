"""The table of columns beside a reference: how far each has moved, and what chance gives."""

from cecli.core.errors import visible
from cecli.renderers.sheet import Grid
from cecli.renderers.summary.numbers import significant
from cecli.report.reliability import DriftVerdict
from cecli.report.report import Report
from cecli.report.result import Result

HEADINGS = ("column", "psi", "by chance", "ks or tv", "p (Holm)", "moved?")
WORDS = {
    DriftVerdict.MOVED: "moved",
    DriftVerdict.NOT_SHOWN: "not shown",
    DriftVerdict.UNTESTED: "not tested",
    DriftVerdict.GONE: "gone",
}
DIGITS = 3
UNKNOWN = "unknown"


def of_columns(report: Report, digits: int | None = None) -> Grid:
    """Return one row per column; what chance gives is the 95 % quantile of psi."""
    few = digits or DIGITS
    results = {group.key["column"]: group.results for group in report.groups}
    rows = []
    for drift in report.drift:
        found = {result.name: result for result in results[drift.column]}
        distance = found.get("ks") or found.get("total_variation")
        chance = _value(found.get("psi_quantile"), few)
        rows.append(
            (
                visible(drift.column) if drift.column else "(empty)",
                _value(found["psi"], few),
                f"< {chance}" if chance != UNKNOWN else chance,
                _value(distance, few),
                _p_value(found["drift_p_value_adjusted"]),
                WORDS[drift.verdict],
            )
        )
    return Grid(HEADINGS, tuple(rows), frozenset({1, 2, 3, 4}))


def _value(result: Result | None, digits: int) -> str:
    if result is None or result.value is None:
        return UNKNOWN
    return significant(result.value, digits)


def _p_value(result: Result) -> str:
    if result.value is None:
        return "none"
    return "< 0.001" if result.value < 0.001 else f"{result.value:.2g}"
