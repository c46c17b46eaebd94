"""Metrics of each group of rows, and its share of the total loss."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from cecli.core.chunk import Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.intervals.formula import UNUSUAL, Unusual
from cecli.intervals.inside import Inside, sampling_inside
from cecli.intervals.sampling import Sampling
from cecli.metrics.base_rate import BASE_RATE_ENTROPY
from cecli.metrics.metric import Metric
from cecli.metrics.suppressed import SUPPRESSED, is_suppressed, together
from cecli.numerics import Floats
from cecli.options.scoring import Grouping
from cecli.report.report import Part
from cecli.report.result import Definition, Group, Notice, Result
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.keys import Key
from cecli.statistics.mean import WEIGHT, Mean, Product, WeightState

if TYPE_CHECKING:
    from cecli.report.grouped.table import MetricColumn
    from cecli.statistics.group_columns import GroupColumns

LOSS_SHARE = Definition(
    "loss_share",
    "Share of the total loss due to a group, or to the rows shown.",
    "sum of w CE_i over these rows / sum w CE_i",
    high=1.0,
)
GAP_SHARE = Definition(
    "gap_share",
    "Group's share of the loss that would be saved if all groups had the skill of the best.",
    "W_g (CE_g - NE_best H_g) / its sum over the groups, H_g the entropy of its base rate; without "
    "base rates: W_g (CE_g - CE_best)",
    high=1.0,
)
DEFINITIONS = (LOSS_SHARE, GAP_SHARE)
OF_LOSS = "share of the total loss"
OF_GAP = "share of the loss saved if all groups had the skill of the best"


@dataclass(frozen=True)
class Groups:
    """One group of rows for each combination of values of some text columns.

    Attributes
    ----------
    roles, names : of the columns: in chunks, and in the header row.
    least : groups with fewer rows are marked as small.
    most : maximum number of groups.
    shown : groups with fewer rows are counted together; None if each is shown.
    """

    roles: tuple[str, ...]
    names: tuple[str, ...]
    source: str
    least: int
    most: int
    shown: int | None = None

    def sums(self, statistics: Iterable[Statistic[Any]]) -> GroupMeans:
        """Return the statistic that has these means and products of each group."""
        distinct = dict.fromkeys(statistics)
        means = tuple(s for s in distinct if isinstance(s, Mean))
        products = tuple(s for s in distinct if isinstance(s, Product))
        return GroupMeans(self.roles, means, self.source, self.most, products)

    def group(self, key: Key, weights: WeightState, results: Sequence[Result]) -> Group:
        """Return the results of one group."""
        return Group(
            dict(zip(self.names, key, strict=True)),
            weights.rows,
            float(weights.total),
            tuple(results),
            weights.rows < self.least,
        )

    def settled(
        self, states: States, of: Statistic[Any], others: Iterable[Statistic[Any]] = ()
    ) -> States:
        """Return states in which groups that are not shown are one; see `together`."""
        return together(states, of, others, self.shown)

    def parts(self, groups: Sequence[Group]) -> Iterator[Group | Notice]:
        """Yield the groups, and notices if some are small, or not shown."""
        yield from groups
        yield from self.notices(sum(group.is_small for group in groups))
        rows = {tuple(group.key.values()): group.rows for group in groups}
        yield from self.suppressed(rows)

    def suppressed(self, rows: Mapping[Key, int]) -> Iterator[Notice]:
        """Yield a notice if some groups are counted together, given the rows of those shown."""
        found = sum(number for key, number in rows.items() if is_suppressed(key))
        if self.shown is not None and found:
            yield Notice(
                "suppressed",
                f"groups of fewer than {self.shown:,} rows are counted together as {SUPPRESSED}, "
                f"with as many larger ones that none follows by difference: {found:,} rows",
            )

    def notices(self, small: int) -> Iterator[Notice]:
        """Yield a notice if there are small groups."""
        if small:
            yield self._small(small)

    def _small(self, count: int) -> Notice:
        groups = f"{count:,} group{'' if count == 1 else 's'}"
        return Notice(
            "small-groups",
            f"{groups} with fewer than {self.least} rows: the intervals are unreliable; "
            "--min-count N sets the limit",
        )


def groups_of(grouping: Grouping, header: Sequence[str], source: str) -> Groups | None:
    """Return the requested groups of rows; None if none were requested."""
    roles, names = tuple(grouping.reported(header)), tuple(grouping.names(header))
    if not roles:
        return None
    least, most = grouping.min_count, grouping.max_groups
    return Groups(roles, names, source, least, most, grouping.min_group)


def by_group(
    grouping: Grouping,
    metrics: Sequence[Metric],
    loss: Mean | None,
    weight: str | None,
    header: Sequence[str],
    source: str,
) -> "list[ByGroup]":
    """Return the finding of the requested groups, if any.

    Parameters
    ----------
    loss : what groups have shares of; None if the first metric is no loss.
    """
    groups = groups_of(grouping, header, source)
    if groups is None:
        return []
    metrics = tuple(filter(is_of_means, metrics))
    # Of a row with several events, a group has one.
    apart = replace(grouping, by_row=False)
    inside = sampling_inside(apart, groups.roles, metrics, weight, source)
    return [ByGroup(groups, metrics, loss, inside)]


def is_of_means(metric: Metric) -> bool:
    """Return whether a metric depends on means alone, which groups have."""
    return all(isinstance(needed, Mean) or needed == WEIGHT for needed in metric.statistics)


@dataclass(frozen=True)
class ByGroup:
    """The metrics of each group, worst group first.

    Attributes
    ----------
    metrics : of means alone.
    loss : the mean that the shares are of, if there are any.
    inside : the sampling of each group, for intervals.
    """

    groups: Groups
    metrics: tuple[Metric, ...]
    loss: Mean | None
    inside: Inside[Sampling]

    @cached_property
    def means(self) -> GroupMeans:
        """The statistic that has all that the metrics of each group need."""
        of_metrics = (s for metric in self.metrics for s in metric.statistics)
        of_intervals = (s for metric in self.metrics for s in self.inside.how.statistics(metric))
        of_loss = () if self.loss is None else (self.loss,)
        return self.groups.sums((*of_loss, *of_metrics, *of_intervals))

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        # The sums of replicates allow the fewest groups: they refuse more of them first.
        return (*self.inside.statistics, self.means)

    def settled(self, states: States) -> States:
        return self.groups.settled(states, self.means, self.inside.statistics)

    def finish(self, states: States) -> Iterator[Part]:
        # Imported here, because most commands only ask whether groups are wanted.
        from cecli.metrics.many.results import ManyGroups, metric_columns
        from cecli.report.grouped.table import GroupTable

        found = states[self.means]
        of_groups = ManyGroups(found, found.columns(), self.inside.states(states))
        columns, unusual = metric_columns(self.metrics, self.inside.how, of_groups)
        columns += self._shares(of_groups.columns, columns)
        weights = of_groups.columns[WEIGHT]
        order = _worst_first(of_groups.columns.keys, columns)
        table = GroupTable(
            self.groups.names,
            [of_groups.columns.keys[place] for place in order.tolist()],
            weights.rows.astype(np.int64)[order],
            weights.rounded[order],
            self.groups.least,
            tuple(column.at(order) for column in columns),
        )
        yield table
        yield from self.groups.notices(table.small)
        yield from self.groups.suppressed(dict(zip(table.keys, table.rows.tolist(), strict=True)))
        yield from _unusual_notices(unusual)

    def _shares(
        self, columns: "GroupColumns", metrics: "Sequence[MetricColumn]"
    ) -> "list[MetricColumn]":
        """Return each group's share of the total loss, and of the gap to the best group."""
        if self.loss is None:
            return []
        from cecli.metrics.many.shares import GroupLosses

        is_large = columns[WEIGHT].rows >= self.groups.least
        losses = GroupLosses(columns[self.loss], self._constants(metrics, len(columns)), is_large)
        return [losses.of_loss(LOSS_SHARE, OF_LOSS), losses.of_gaps(GAP_SHARE, OF_GAP)]

    def _constants(self, metrics: "Sequence[MetricColumn]", groups: int) -> Floats:
        """Return the loss of the best constant prediction of each group; 1 if there is none."""
        for column in metrics:
            if column.name == BASE_RATE_ENTROPY.name:
                return column.as_numbers(undefined=0.0)
        return np.ones(groups)


def _unusual_notices(groups: Sequence[Sequence[Unusual]]) -> Iterator[Notice]:
    """Yield a notice for each way in which replicates of some groups are unusual."""
    names: dict[str, dict[str, None]] = {}
    counts: Counter[str] = Counter()
    for group in groups:
        counts.update({unusual.what for unusual in group})
        for unusual in group:
            names.setdefault(unusual.what, {})[unusual.metric] = None
    for what, some in names.items():
        of = f"{counts[what]:,} group{'' if counts[what] == 1 else 's'}"
        yield Notice(UNUSUAL, f"{' and '.join(some)}: in {of}, replicates are {what}")


def _worst_first(keys: Sequence[Key], columns: "Sequence[MetricColumn]") -> Integers:
    """Return the places of the groups: those with the largest gap, if any, then value, first."""
    by = columns[-1] if columns[-1].name == GAP_SHARE.name else columns[0]
    gaps, values = (-column.as_numbers(undefined=inf) for column in (by, columns[0]))
    order = sorted(zip(gaps.tolist(), values.tolist(), keys, range(len(keys)), strict=True))
    return np.array([place for *_, place in order], dtype=np.int64)
