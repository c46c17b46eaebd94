"""The numbers of a report that rules check, read from its JSON."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cecli.commands.check.rule import ROWS, SKIPPED
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError
from cecli.core.remarks import ZERO_WEIGHT
from cecli.options.groups import Average
from cecli.report.result import IntervalScale

Json = Mapping[str, Any]
CLASS = "class"
ENDS = ("se", "lower", "upper", "level", "degrees")


@dataclass(frozen=True)
class Figure:
    """A value and its interval, if it has one.

    Attributes
    ----------
    value : may be infinite; None if the metric is undefined.
    bounds : certain bounds of the value, if they are all that is known.
    """

    value: float | None
    se: float | None = None
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    degrees: float | None = None
    scale: IntervalScale = IntervalScale.LINEAR
    bounds: tuple[float, float] | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the largest value that it can have; of a finite value."""
        return self.bounds or (self.value or 0.0, self.value or 0.0)


# The values of a group in its columns.
Key = tuple[str, ...]
Groups = Mapping[Key, Mapping[str, Figure]]


@dataclass(frozen=True)
class Figures:
    """The numbers of one report.

    Attributes
    ----------
    name : of the report's file, or of the scored input.
    average : what means are over: rows, or groups.
    counts : the numbers of used and of skipped rows.
    read : the number of all rows of the input: used, skipped, or of weight 0.
    weight : the total weight of the used rows.
    groups : by column, or by several columns joined with commas.
    absent : in the same way, the groups none of whose rows counts; None if they are not known.
    """

    name: str
    command: str
    task: str
    units: str
    average: str
    counts: Mapping[str, float]
    read: float
    weight: float
    metrics: Mapping[str, Figure]
    groups: Mapping[str, Groups]
    absent: Mapping[str, Sequence[Key]] | None = None

    @property
    def of_rows(self) -> Mapping[str, Figure]:
        return {name: Figure(count) for name, count in self.counts.items()}


def figures_of(report: Json, name: str) -> Figures:
    """Return the numbers of a report that was validated against the JSON contract.

    Raises
    ------
    InputError
        If a group occurs twice, as only one of the two could be checked.
    """
    usable, skipped = report["input"]["rows"], report["input"]["skipped"]["rows"]
    return Figures(
        name=name,
        command=report["command"],
        task=report["task"],
        units=report["units"],
        average=report["options"].get("average", Average.ROWS),
        counts={ROWS: float(usable - _weightless(report)), SKIPPED: float(skipped)},
        read=float(usable + skipped),
        weight=float(report["input"]["weight"]),
        metrics=_metrics(report),
        groups=_groups(report, name),
    )


def _weightless(report: Json) -> int:
    """Return the number of rows of weight 0, which are among the rows but not in the results."""
    counts = (of["count"] for of in report["notices"] if of["code"] == ZERO_WEIGHT)
    return sum(count for count in counts if count is not None)


def _metrics(of: Json) -> dict[str, Figure]:
    intervals = of.get("intervals", {})
    metrics = of["metrics"]
    return {
        name: _figure(_number(value), intervals.get(name, {}), bounds_of(name, metrics))
        for name, value in metrics.items()
    }


def bounds_of(name: str, metrics: Mapping[str, float | str | None]) -> tuple[float, float] | None:
    """Return the certain bounds of a metric; None if it is exact.

    A bound that is not told is the value itself.
    """
    named = [f"{name}_{end}" for end in ("lower", "upper")]
    if not any(bound in metrics for bound in named):
        return None
    lower, upper = (_number(metrics.get(bound, metrics[name])) for bound in named)
    return None if lower is None or upper is None else (lower, upper)


def _figure(value: float | None, interval: Json, bounds: tuple[float, float] | None) -> Figure:
    ends = {end: _number(interval.get(end)) for end in ENDS}
    scale = IntervalScale(interval.get("scale", IntervalScale.LINEAR))
    return Figure(value, **ends, scale=scale, bounds=bounds)


def _groups(report: Json, name: str) -> dict[str, Groups]:
    """Return the groups of a report; its classes are groups by "class"."""
    groups: dict[str, dict[Key, Mapping[str, Figure]]] = {}
    for columns, values, group in _keyed(report):
        found = groups.setdefault(columns, {})
        if values in found:
            raise InputError(f"the group {columns}={','.join(values)} occurs twice", name)
        found[values] = _metrics(group)
    return dict(groups)


def _keyed(report: Json) -> Iterator[tuple[str, Key, Json]]:
    """Yield each group with its columns and its values in them."""
    by_class = False
    for group in report.get("groups", ()):
        columns = ",".join(group["key"])
        by_class |= columns == CLASS
        yield columns, tuple(group["key"].values()), group
    if not by_class:
        for group in report.get("per_class", ()):
            yield CLASS, (group[CLASS],), group


def _number(value: float | str | None) -> float | None:
    return None if value is None else float(value)
