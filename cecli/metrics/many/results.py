"""The results of many groups: the usual ones as arrays, the others one by one.

Arrays of pairs of floats have the digits of the exact numbers in all but rare cases, and know where
they do not: see `numerics.sums.pairs`. There, and where a group is no usual case, its own states
decide. So every result is that of the group alone, bit for bit.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States
from cecli.intervals.columns import (
    Corrections,
    around_many,
    of_equal_rows,
    of_weighted_rows,
    spread_of_many,
)
from cecli.intervals.delta import IndependentRows
from cecli.intervals.formula import Formula, Unusual
from cecli.intervals.inside import OfGroup
from cecli.intervals.sampling import Sampling
from cecli.intervals.weighted import WeightedRows
from cecli.metrics.metric import Metric
from cecli.numerics import Floats
from cecli.report.grouped.table import IntervalColumns, MetricColumn
from cecli.report.result import Result
from cecli.statistics.group_columns import GroupColumns
from cecli.statistics.group_means import GroupMeansState, states_of

Mask = NDArray[np.bool_]
Correcting = Callable[[GroupColumns], Corrections]


@dataclass(frozen=True)
class ManyGroups:
    """The states of all groups.

    Attributes
    ----------
    means : of each group.
    columns : the same as arrays.
    further : returns further states of a group, by its key.
    """

    means: GroupMeansState
    columns: GroupColumns
    further: OfGroup

    def states(self, places: NDArray[np.int64]) -> Iterator[tuple[int, States]]:
        """Yield the place of each of some groups, and its states."""
        for place, (key, weights, means) in zip(
            places.tolist(), self.means.at(places), strict=True
        ):
            yield place, states_of(weights, {**means, **self.further(key)})


def metric_columns(
    metrics: Sequence[Metric], sampling: Sampling, groups: ManyGroups
) -> tuple[list[MetricColumn], list[list[Unusual]]]:
    """Return a column for each metric, and what is unusual about the replicates of groups."""
    found = [_usual(metric, sampling, groups.columns) for metric in metrics]
    alone: list[dict[int, Result]] = [{} for _ in metrics]
    is_other = [~_is_known(column) for column in found]
    places = np.flatnonzero(np.logical_or.reduce(is_other))
    unusual = []
    for place, states in groups.states(places):
        unusual.append(list(sampling.unusual(states)))
        for metric, mask, others in zip(metrics, is_other, alone, strict=True):
            if mask[place]:
                others[place] = metric.result(states, sampling)
    columns = [replace(column, others=o) for column, o in zip(found, alone, strict=True)]
    return columns, unusual


# Clusters have residuals, and replicates are of each group alone.
CORRECTIONS: Mapping[type | None, Correcting] = {
    IndependentRows: of_equal_rows,
    WeightedRows: of_weighted_rows,
}


def _is_known(column: MetricColumn) -> Mask:
    known = np.isfinite(column.values)
    return known if column.intervals is None else known & column.intervals.is_known


def _usual(metric: Metric, sampling: Sampling, columns: GroupColumns) -> MetricColumn:
    """Return the column of a metric: NaN where a group is to be computed alone."""
    values, intervals = np.full(len(columns), np.nan), None
    draws = type(sampling.draws) if isinstance(sampling, Formula) else None
    if metric.many is not None and draws in CORRECTIONS:
        with np.errstate(all="ignore"):
            values = metric.many.value(columns)
            intervals = _intervals(metric, values, columns, CORRECTIONS[draws], sampling.level)
    return MetricColumn(metric.name, metric.meaning, metric.measure, values, intervals, {})


def _intervals(
    metric: Metric,
    values: Floats,
    columns: GroupColumns,
    corrections: Correcting,
    level: float,
) -> IntervalColumns | None:
    """Return the intervals as `Formula.interval`, if the metric has any."""
    if metric.many is None or metric.many.slopes is None:
        return None
    slopes = metric.many.slopes(columns)
    spread = spread_of_many(slopes, columns, corrections)
    if metric.image is None:
        least = None if metric.floor is None else metric.floor.least_of_many(slopes, columns)
        return around_many(metric.definition, values, spread, least, columns, level)
    of: Any = metric.image.of
    rates = _intervals(of, of.many.value(columns), columns, corrections, level)
    assert rates is not None
    lower, upper = metric.image.many_ends(rates.lower, rates.upper)
    none = np.full(len(values), np.inf), np.zeros(len(values), dtype=np.bool_)
    return IntervalColumns(spread.se, lower, upper, level, *none)
