"""Means over groups, each of which counts the same: findings about a table with a row a group.

The value of a score in such a row is its mean in the group. So what is a function of means over
rows becomes the same function of means over groups, whose standard error is that of independent
groups: with G of them, Student's t has G − 1 degrees of freedom.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np

from cecli.core.chunk import NO_LINE, Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import visible
from cecli.core.plan import Finding, Given
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import IndependentRows
from cecli.intervals.formula import Formula
from cecli.metrics.groups import ByGroup, Groups
from cecli.metrics.metric import Measured, Metric
from cecli.metrics.predicted_variance import PredictedVariance, one
from cecli.numerics import Floats
from cecli.numerics.sums.pairs import FloatPairs
from cecli.report.report import Part
from cecli.report.result import Definition, Notice, Result
from cecli.statistics.group_columns import GroupColumns
from cecli.statistics.group_means import GroupMeans, GroupMeansState, states_of
from cecli.statistics.mean import WEIGHT, Mean, Product

NUMBER = Definition(
    "averaged_groups",
    "Number of groups in a mean over groups, in which each counts the same.",
    "groups of --by with --average groups",
)
DEFINITIONS = (NUMBER,)
# So many groups with an infinite loss are named.
NAMED = 3
# So many metrics that are left out are named.
SHOWN = 6


@dataclass(frozen=True)
class IndependentGroups(IndependentRows):
    """All groups are independent, and count the same."""

    draw: ClassVar[str] = "group"


@dataclass(frozen=True)
class GroupTableChunk:
    """Makes the table with one row for each group.

    Attributes
    ----------
    means : of each group.
    """

    means: GroupMeansState
    source: str

    @cached_property
    def columns(self) -> GroupColumns:
        return self.means.columns()

    def chunk(self, means: Sequence[Mean], numbers: Mapping[str, Floats] | None = None) -> Chunk:
        """Return the table, in which the scores of some means are those of the groups.

        Parameters
        ----------
        numbers : by role.
        """
        rows = Chunk(self.source, np.full(len(self.means), NO_LINE), numbers or {})
        for mean in means:
            of_group = partial(_mean, mean)
            rows = rows.knowing(mean.score, self.values(of_group, of_group))
        return rows

    def values(
        self, of_all: Callable[[GroupColumns], FloatPairs], of_one: Callable[[States], Any]
    ) -> Floats:
        """Return a number for each group, correctly rounded, from its exact one."""
        with np.errstate(all="ignore"):
            found = of_all(self.columns).rounded()
        places = np.flatnonzero(~np.isfinite(found))
        of_groups = zip(places.tolist(), self.means.at(places), strict=True)
        for place, (_, weights, states) in of_groups:
            found[place] = float(of_one(states_of(weights, states)))
        return found


def _mean(mean: Mean, states: Any) -> Any:
    return states[mean].mean


@dataclass(frozen=True)
class OverGroups:
    """Yields what findings about a table with one row for each group yield.

    Attributes
    ----------
    means : the statistic that has the groups.
    table : makes the table.
    findings : about that table.
    """

    means: GroupMeans
    table: Callable[[GroupMeansState], Chunk]
    findings: Sequence[Finding]

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self.means,)

    def finish(self, states: States) -> Iterator[Part]:
        rows = self.table(states[self.means])
        needed = dict.fromkeys(s for finding in self.findings for s in finding.statistics)
        of_groups = States({statistic: statistic.summarize(rows) for statistic in needed})
        for finding in self.findings:
            yield from finding.finish(of_groups)


@dataclass(frozen=True)
class WithinGroups:
    """Returns the variance of each group's mean that the predictions of its rows imply.

    It is known of a table of groups, which says what it is, and is never computed of other rows.
    """

    mean: Mean
    floor: PredictedVariance

    def __call__(self, chunk: Chunk) -> Floats:
        raise NotImplementedError

    def of_group(self, states: "States | GroupColumns") -> Any:
        """Return the variance of a group's mean, given its rows; or of the mean of each group."""
        read: Callable[[Any], Any] = self.floor.within[frozenset((self.mean,))][1]
        return read(states) / states[WEIGHT].total ** 2


@dataclass(frozen=True)
class NumberOfGroups:
    """Yields how many groups there are."""

    statistics: Sequence[Statistic[Any]] = (WEIGHT,)

    def finish(self, states: States) -> Iterator[Part]:
        what = "number of groups, each of which counts the same"
        yield Result(NUMBER.name, what, float(states[WEIGHT].rows))


@dataclass(frozen=True)
class InfiniteGroups:
    """Yields a notice that names the groups whose loss is infinite, and so the mean over groups."""

    groups: Groups
    means: GroupMeans
    loss: Mean

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self.means,)

    def finish(self, states: States) -> Iterator[Part]:
        found = [key for key, _, of in states[self.means] if of[self.loss].infinite_rows]
        if found:
            named = ", ".join(visible(", ".join(key)) for key in sorted(found)[:NAMED])
            more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
            by = ", ".join(self.groups.names)
            what = f"the mean over groups is infinite, as the loss is in {len(found):,} of them"
            yield Notice("infinite-groups", f"{what}: {by} {named}{more}")


def averaged(metrics: Iterable[Metric]) -> tuple[list[Metric], list[str]]:
    """Return the metrics of means over groups, and the names of those that have none."""
    found, others = [], []
    for metric in metrics:
        if metric.over_groups is None:
            others.append(metric.name)
        else:
            found.append(replace(metric.over_groups(metric), floor=_floor(metric)))
    return found, others


def over_groups(by: ByGroup, metrics: Sequence[Metric], loss: Mean, level: float) -> list[Finding]:
    """Return the findings of a score whose metrics are means over the groups of a finding."""
    found, others = averaged(metrics)
    sampling = Formula(IndependentGroups(level))
    inner: list[Finding] = [Measured(metric, sampling) for metric in found]
    source = by.groups.source
    floors = [score for metric in metrics if (score := _within(metric)) is not None]

    def table(state: GroupMeansState) -> Chunk:
        makes = GroupTableChunk(state, source)
        rows = makes.chunk(state.means)
        for score in floors:
            rows = rows.knowing(score, makes.values(score.of_group, score.of_group))
        return rows

    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    left = Notice(
        "not-averaged",
        f"{', '.join(others[:SHOWN])}{more}: left out, as they are no means over rows, and so have "
        "no mean over groups",
    )
    return [
        OverGroups(by.means, table, [*inner, NumberOfGroups()]),
        InfiniteGroups(by.groups, by.means, loss),
        *([Given([left])] if others else []),
    ]


def _within(metric: Metric) -> WithinGroups | None:
    floor = metric.floor
    if not isinstance(floor, PredictedVariance) or frozenset(metric.means) not in floor.within:
        return None
    return WithinGroups(metric.means[0], floor)


def _floor(metric: Metric) -> PredictedVariance | None:
    """Return the least variance of a mean over groups: that of each group, and between them."""
    score = _within(metric)
    if score is None:
        return None
    mean, total = score.mean, Product(score, one)
    return PredictedVariance(
        {mean: score.floor.expected[mean]},
        {frozenset((mean,)): (total, lambda states: states[total].total)},
        {},
    )
