"""Whether the numbers of a stored report agree with each other."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from cecli.core.errors import InputError, shown
from cecli.metrics.registry import known
from cecli.report.result import Definition, Units

Json = Mapping[str, Any]
# A value may be beyond the range of its metric by rounding.
ROUNDING = 1e-9


def refuse_contradictions(report: Json, source: str) -> None:
    """Raise an InputError if numbers of a report that obeys its schema contradict each other.

    A verdict would depend on which of them is read.
    """
    found = next(_contradictions(report), None)
    if found is not None:
        raise InputError(
            f"contradicts itself: {found}", source, "write it again by cecli, and do not edit it"
        )


def _contradictions(report: Json) -> Iterator[str]:
    skipped = report["input"]["skipped"]
    if skipped["rows"] != sum(skipped["reasons"].values()):
        yield f"{skipped['rows']} rows were skipped, but the reasons count others"
    if report["input"]["weight"] < 0.0:
        yield f"the weight of the rows is {report['input']['weight']:g}"
    units = Units(report["units"])
    for where, numbers in _places(report):
        for name, value in numbers["metrics"].items():
            if (definition := known(name)) is not None:
                yield from _beyond(f"{name}{where}", _number(value), definition, units)
                yield from _between(f"{name}{where}", name, numbers["metrics"])
        for name, interval in numbers.get("intervals", {}).items():
            if name not in numbers["metrics"]:
                yield f"there is an interval of {name}{where}, but no value"
            else:
                value = _number(numbers["metrics"][name])
                yield from _in_interval(f"{name}{where}", value, interval)


def _places(report: Json) -> Iterator[tuple[str, Json]]:
    """Yield each part of a report that has metrics, with words for where it is."""
    yield "", report
    for part in report["per_class"]:
        yield f" of class {shown(part['class'])}", part
    for part in report["groups"]:
        key = ",".join(f"{column}={value}" for column, value in part["key"].items())
        yield f" of {shown(key)}", part
    for part in report.get("comparisons", ()):
        yield f" of {shown(part['model'])}", part


def _beyond(what: str, value: float | None, of: Definition, units: Units) -> Iterator[str]:
    if value is None or math.isinf(value):
        return
    scale = of.measure.nats_per(units)
    low, high = of.low / scale, of.high / scale
    slack = ROUNDING * max(1.0, abs(value))
    if not low - slack <= value <= high + slack:
        yield f"{what} is {value!r}, which is not in [{low:.6g}, {high:.6g}]"


def _between(what: str, name: str, metrics: Json) -> Iterator[str]:
    """Yield a contradiction if a value is not within its certain bounds, or has none."""
    value = _number(metrics[name])
    ends = (metrics.get(f"{name}_{end}", metrics[name]) for end in ("lower", "upper"))
    lower, upper = map(_number, ends)
    if (lower is None) is not (value is None) or (upper is None) is not (value is None):
        yield f"{what} is {value!r}, but its bounds are [{lower!r}, {upper!r}]"
    elif not (lower is None or value is None or upper is None or lower <= value <= upper):
        yield f"{what} is {value!r}, which is not within its bounds [{lower!r}, {upper!r}]"


def _in_interval(what: str, value: float | None, interval: Json) -> Iterator[str]:
    se, lower, upper = (_number(interval[end]) for end in ("se", "lower", "upper"))
    if not 0.0 < interval["level"] < 1.0:
        yield f"the interval of {what} has the level {interval['level']:g}"
    if se is not None and se < 0.0:
        yield f"the standard error of {what} is {se!r}"
    if lower is None and upper is None:
        return
    if lower is None or upper is None or value is None:
        yield f"the interval of {what} has a part without the others"
    elif not lower <= value <= upper:
        yield f"{what} is {value!r}, which is not in its interval [{lower!r}, {upper!r}]"


def _number(value: float | str | None) -> float | None:
    return None if value is None else float(value)
