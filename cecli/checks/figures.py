"""What rules look at: the numbers of a report, read back from its JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cecli.checks.rule import ROWS, SKIPPED
from cecli.errors import visible

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A value and its interval, where it has one.

    Attributes
    ----------
    value : infinite, or None where the metric is undefined.
    """

    value: float | None
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    level: float | None = None


@dataclass(frozen=True)
class Figures:
    """The numbers of one report.

    Attributes
    ----------
    name : of the report's file, or of what was scored.
    counts : of rows that were used, and that were skipped.
    groups : by column, by the value of that column.
    """

    name: str
    command: str
    task: str
    units: str
    counts: Mapping[str, float]
    metrics: Mapping[str, Figure]
    groups: Mapping[str, Mapping[str, Mapping[str, Figure]]]

    @property
    def of_rows(self) -> Mapping[str, Figure]:
        return {name: Figure(count) for name, count in self.counts.items()}


def figures_of(report: Json, name: str) -> Figures:
    """Return the numbers of a report as the JSON contract has it, and as it was validated."""
    rows, skipped = report["input"]["rows"], report["input"]["skipped"]["rows"]
    return Figures(
        name=name,
        command=report["command"],
        task=report["task"],
        units=report["units"],
        counts={ROWS: float(rows), SKIPPED: float(skipped)},
        metrics=_metrics(report),
        groups=_groups(report),
    )


def _metrics(of: Json) -> dict[str, Figure]:
    intervals = of.get("intervals", {})
    return {
        name: Figure(
            _number(value),
            **{end: _number(x) for end, x in intervals.get(name, {}).items() if end in ENDS},
        )
        for name, value in of["metrics"].items()
    }


ENDS = ("se", "lower", "upper", "level")


def _groups(report: Json) -> dict[str, dict[str, dict[str, Figure]]]:
    """Return the groups of a report; those of its classes are groups by class."""
    groups: dict[str, dict[str, dict[str, Figure]]] = {}
    for group in report.get("groups", ()):
        columns = ",".join(group["key"])
        value = ", ".join(visible(str(value)) for value in group["key"].values())
        groups.setdefault(columns, {})[value] = _metrics(group)
    if "class" not in groups and report.get("per_class"):
        groups["class"] = {
            visible(group["class"]): _metrics(group) for group in report["per_class"]
        }
    return groups


def _number(value: float | str | None) -> float | None:
    return None if value is None else float(value)
