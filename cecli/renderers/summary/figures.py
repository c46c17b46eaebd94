"""The figures of a report that sentences are made of, from a report or from its JSON."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from cecli.core.dataclasses import dataclass, field
from cecli.core.errors import visible
from cecli.renderers.summary.numbers import measured
from cecli.report.result import LEVEL, Interval

if TYPE_CHECKING:
    from cecli.report.report import Report
    from cecli.report.result import Group

# The metrics of a group that sentences are about.
OF_GROUPS = (
    "cross_entropy", "ecce_p_value_adjusted", "excess_loss", "calibration_gap",
    "gap_p_value_adjusted", "drift_p_value_adjusted",
)  # fmt: skip
NO_INTERVAL = Interval(None, None, None, LEVEL)


class OfGroup(NamedTuple):
    """The figures of a group: its name, such as "site = B", and whether it has few rows."""

    name: str
    is_small: bool
    values: Mapping[str, float | None]
    intervals: Mapping[str, Interval]


@dataclass(frozen=True)
class KeyFigures:
    """The figures of a report.

    Attributes
    ----------
    values, intervals : of its metrics, by name.
    counts : how many rows each kind of notice is about.
    conclusions : which models may be the best, and of comparisons, one sentence each.
    """

    command: str
    task: str
    units: str
    classes: Sequence[str]
    positive: str | None
    rows: int
    columns: Mapping[str, object]
    options: Mapping[str, object]
    values: Mapping[str, float | None]
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    groups: Sequence[OfGroup] = ()
    per_class: Sequence[OfGroup] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    conclusions: Sequence[str] = ()

    def has(self, *names: str) -> bool:
        """Return whether metrics are reported, defined and finite."""
        found = map(self.values.get, names)
        return all(value is not None and math.isfinite(value) for value in found)

    def __getitem__(self, name: str) -> float:
        """Return a metric that is defined."""
        return cast("float", self.values[name])

    def interval(self, name: str) -> Interval:
        return self.intervals.get(name, NO_INTERVAL)

    def side(self, name: str, of: float) -> int:
        """Return on which side of a number an interval lies; 0 if it holds it, or is unknown."""
        return side(self.interval(name), of)

    def text(self, name: str, like: str | None = None) -> str:
        """Return a metric with the digits that its standard error leaves, or that of another."""
        return measured(self[name], self.interval(like or name).se)

    @property
    def rows_tell(self) -> str:
        return "this one row tells" if self.rows == 1 else "these rows tell"

    @property
    def rows_here(self) -> str:
        return "this one row" if self.rows == 1 else "these rows"

    @property
    def is_of_likeliest_class(self) -> bool:
        """Whether the event of a row is that its likeliest class of several is observed."""
        return self.command == "calibration" and self.task == "multiclass"

    @property
    def alpha(self) -> float:
        """The share of the times that a claim may be made although it is not true."""
        return 1.0 - next((each.level for each in self.intervals.values()), LEVEL)


def side(interval: Interval, of: float) -> int:
    """Return -1 if an interval is below a number, 1 if it is above, and else 0."""
    lower, upper = interval.lower, interval.upper
    if lower is None or upper is None:
        return 0
    return 1 if lower > of else -1 if upper < of else 0


def of_report(report: "Report") -> KeyFigures:
    """Return the figures of a report."""
    return KeyFigures(
        report.command,
        report.task,
        str(report.units),
        report.classes,
        report.positive,
        report.input.rows,
        report.columns,
        report.options,
        report.metrics,
        report.intervals,
        tuple(map(_group, _with_few_metrics(report.groups))),
        tuple(map(_group, report.per_class)),
        _counts((notice.code, notice.count) for notice in report.notices),
        tuple(each.sentence for each in (report.confidence_set, *report.comparisons) if each),
    )


def _with_few_metrics(groups: "Sequence[Group]") -> "Sequence[Group]":
    """Return the groups; a table of very many makes no results that nobody looks at."""
    from cecli.report.grouped.table import GroupTable

    return groups.only(set(OF_GROUPS)) if isinstance(groups, GroupTable) else groups


def _group(group: "Group") -> OfGroup:
    some = [result for result in group.results if result.name in OF_GROUPS]
    intervals = {r.name: r.interval for r in some if r.interval is not None}
    return OfGroup(_named(group.key), group.is_small, {r.name: r.value for r in some}, intervals)


def of_json(report: Mapping[str, Any]) -> KeyFigures:
    """Return the figures of a report that is JSON, as `Report.to_dict` returns it."""
    return KeyFigures(
        report["command"],
        report["task"],
        report["units"],
        report["classes"],
        report["positive"],
        report["input"]["rows"],
        report["columns"],
        report["options"],
        _numbers(report["metrics"]),
        _intervals(report["intervals"]),
        tuple(map(_group_of_json, report["groups"])),
        tuple(map(_class_of_json, report["per_class"])),
        _counts((notice["code"], notice["count"]) for notice in report["notices"]),
        tuple(
            each["sentence"]
            for each in (report.get("confidence_set"), *report.get("comparisons", ()))
            if each
        ),
    )


def _group_of_json(group: Mapping[str, Any]) -> OfGroup:
    return OfGroup(
        _named(group["key"]),
        group.get("is_small", False),
        _numbers(group["metrics"]),
        _intervals(group.get("intervals", {})),
    )


def _class_of_json(found: Mapping[str, Any]) -> OfGroup:
    name, values = _named({"class": found["class"]}), _numbers(found["metrics"])
    return OfGroup(name, is_small=False, values=values, intervals={})


def _numbers(values: Mapping[str, float | str | None]) -> dict[str, float | None]:
    """Return numbers, of which infinite ones are texts in JSON."""
    return {name: None if value is None else float(value) for name, value in values.items()}


def _intervals(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Interval]:
    return {
        name: Interval(**_numbers({end: found[end] for end in ("se", "lower", "upper", "level")}))  # type: ignore[arg-type]
        for name, found in given.items()
    }


def _counts(notices: Iterable[tuple[str, int | None]]) -> dict[str, int]:
    return {code: count for code, count in notices if count is not None}


def _named(key: Mapping[str, str]) -> str:
    return visible(", ".join(f"{name} = {value or '(empty)'}" for name, value in key.items()))
