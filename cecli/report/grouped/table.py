"""The results of many groups as columns. A group becomes an object when it is looked at."""

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import repeat
from typing import NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass, replace
from cecli.report.result import Group, Interval, IntervalScale, Measure, Result, Units

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
# So many groups are objects at once while all are looked at.
BLOCK = 1 << 10


class IntervalColumns(NamedTuple):
    """One interval for each group.

    Attributes
    ----------
    se, lower, upper : shape (groups,); NaN or infinite where a group is to be computed alone.
    level : the confidence level.
    degrees : of freedom; infinite for the normal distribution.
    is_floored : whether the predictions alone imply the standard error.
    """

    se: Floats
    lower: Floats
    upper: Floats
    level: float
    degrees: Floats
    is_floored: NDArray[np.bool_]
    scale: IntervalScale = IntervalScale.LINEAR

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """Which groups need not be computed alone."""
        return np.isfinite(self.se) & np.isfinite(self.lower) & np.isfinite(self.upper)

    def at(self, places: Places | slice) -> "IntervalColumns":
        """Return the intervals of the groups at these places."""
        ends = self.se[places], self.lower[places], self.upper[places]
        of_groups = self.degrees[places], self.is_floored[places]
        return IntervalColumns(*ends, self.level, *of_groups, self.scale)

    def divided(self, scale: float) -> "IntervalColumns":
        """Return the intervals of values divided by scale."""
        return self._replace(se=self.se / scale, lower=self.lower / scale, upper=self.upper / scale)

    def intervals(self) -> Iterator[Interval]:
        """Yield the interval of each group."""
        ends = self.se.tolist(), self.lower.tolist(), self.upper.tolist()
        of_groups = self.degrees.tolist(), self.is_floored.tolist()
        for se, lower, upper, degrees, is_floored in zip(*ends, *of_groups, strict=True):
            yield Interval(
                se,
                lower,
                upper,
                self.level,
                degrees=None if degrees == np.inf else degrees,
                scale=self.scale,
                floor="predictions" if is_floored else None,
            )


@dataclass(frozen=True, eq=False)
class MetricColumn:
    """One metric of all groups.

    Attributes
    ----------
    name, meaning, measure : of each result.
    values : shape (groups,).
    intervals : if the metric has one.
    others : the results of the groups that the arrays do not have, by their places.
    """

    name: str
    meaning: str
    measure: Measure
    values: Floats
    intervals: IntervalColumns | None
    others: Mapping[int, Result]

    def at(self, places: Places) -> "MetricColumn":
        """Return the column of the groups at these places."""
        others = np.fromiter(self.others, dtype=np.int64)
        chosen = np.flatnonzero(np.isin(places, others)).tolist()
        found = {new: self.others[int(places[new])] for new in chosen}
        intervals = None if self.intervals is None else self.intervals.at(places)
        return replace(self, values=self.values[places], intervals=intervals, others=found)

    def results(self, start: int, stop: int) -> list[Result]:
        """Return the results of the groups from one place to another."""
        part = slice(start, stop)
        intervals = repeat(None) if self.intervals is None else self.intervals.at(part).intervals()
        found = [
            Result(self.name, self.meaning, value, self.measure, interval)
            for value, interval in zip(self.values[part].tolist(), intervals, strict=False)
        ]
        if self.others:
            found = [self.others.get(place, own) for place, own in enumerate(found, start)]
        return found

    def in_units(self, units: Units) -> "MetricColumn":
        """Return the column converted from nats."""
        scale = self.measure.nats_per(units)
        if scale == 1.0:
            return self
        with np.errstate(over="ignore"):
            values = self.values / scale
        others = {place: result.in_units(units) for place, result in self.others.items()}
        for place in np.flatnonzero(np.isinf(values)).tolist():
            if place not in others:
                others[place] = self.results(place, place + 1)[0].in_units(units)
        intervals = None if self.intervals is None else self.intervals.divided(scale)
        return replace(self, values=values, intervals=intervals, others=others)

    def as_numbers(self, undefined: float) -> Floats:
        """Return the values, with a number for those that are undefined."""
        found = self.values.copy()
        for place, result in self.others.items():
            found[place] = undefined if result.value is None else result.value
        return found


@dataclass(frozen=True, eq=False)
class GroupTable(Sequence[Group]):
    """The groups of a report, in order.

    Attributes
    ----------
    names : of the columns that form the groups.
    keys : the values of each group in these columns.
    rows, weights : shape (groups,) each.
    least : groups with fewer rows are small.
    columns : the metrics.
    """

    names: tuple[str, ...]
    keys: Sequence[tuple[str, ...]]
    rows: NDArray[np.int64]
    weights: Floats
    least: int
    columns: tuple[MetricColumn, ...]

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, place: int) -> Group: ...
    @overload
    def __getitem__(self, place: slice) -> list[Group]: ...
    def __getitem__(self, place: int | slice) -> Group | list[Group]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        start = range(len(self))[place]
        (found,) = self.block(slice(start, start + 1))
        return found

    def __iter__(self) -> Iterator[Group]:
        for start in range(0, len(self), BLOCK):
            yield from self.block(slice(start, min(start + BLOCK, len(self))))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    @property
    def small(self) -> int:
        """The number of small groups."""
        return int(np.count_nonzero(self.rows < self.least))

    def only(self, names: Container[str]) -> "GroupTable":
        """Return the groups with some of their metrics."""
        return replace(self, columns=tuple(c for c in self.columns if c.name in names))

    def in_units(self, units: Units) -> "GroupTable":
        """Return the groups with their results converted from nats."""
        return replace(self, columns=tuple(column.in_units(units) for column in self.columns))

    def block(self, part: slice) -> Iterator[Group]:
        """Yield consecutive groups, all of which are objects at once."""
        start, stop = part.start, part.stop
        of_groups = self.keys[part], self.rows[part].tolist(), self.weights[part].tolist()
        columns = [column.results(start, stop) for column in self.columns]
        results = zip(*columns, strict=True) if columns else repeat((), stop - start)
        for key, rows, weight, found in zip(*of_groups, results, strict=True):
            named = dict(zip(self.names, key, strict=True))
            yield Group(named, rows, weight, found, rows < self.least)
