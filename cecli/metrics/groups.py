"""Metrics of each group of rows, and its share of the total loss."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Any, ClassVar

from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Sampled, interval_of
from cecli.metrics.metric import Metric
from cecli.options.scoring import Grouping
from cecli.report.report import Part
from cecli.report.result import Definition, Group, Interval, Notice, Result
from cecli.statistics.group_means import GroupMeans, OfGroup
from cecli.statistics.keys import Key
from cecli.statistics.mean import WEIGHT, Mean, MeanState, WeightState

LOSS_SHARE = Definition(
    "loss_share",
    "Share of the total loss due to a group, or to the rows shown.",
    "sum of w CE_i over these rows / sum w CE_i",
    high=1.0,
)
GAP_SHARE = Definition(
    "gap_share",
    "Group's share of the loss that would be saved if all groups were as good as the best.",
    "W_g (CE_g - CE_best) / its sum over the groups",
    high=1.0,
)
DEFINITIONS = (LOSS_SHARE, GAP_SHARE)
OF_LOSS = "share of the total loss"
OF_GAP = "share of the loss saved if all groups were as good as the best"
NO_LOSS = "the loss is 0"
INFINITE = "the loss is infinite"


@dataclass(frozen=True)
class Groups:
    """One group of rows for each combination of values of some text columns.

    Attributes
    ----------
    roles, names : of the columns: in chunks, and in the header row.
    least : groups with fewer rows are marked as small.
    most : maximum number of groups.
    """

    roles: tuple[str, ...]
    names: tuple[str, ...]
    source: str
    least: int
    most: int

    def means(self, means: Iterable[Mean]) -> GroupMeans:
        """Return the statistic for these means of each group."""
        return GroupMeans(self.roles, tuple(dict.fromkeys(means)), self.source, self.most)

    def group(self, key: Key, weights: WeightState, results: Sequence[Result]) -> Group:
        """Return the results of one group."""
        return Group(
            dict(zip(self.names, key, strict=True)),
            weights.rows,
            float(weights.total),
            tuple(results),
            weights.rows < self.least,
        )

    def parts(self, groups: Sequence[Group]) -> Iterator[Group | Notice]:
        """Yield the groups, and a notice if some are small."""
        yield from groups
        if small := sum(group.is_small for group in groups):
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
    return Groups(roles, names, source, grouping.min_count, grouping.max_groups)


def by_group(
    grouping: Grouping, metrics: Sequence[Metric], loss: Mean, header: Sequence[str], source: str
) -> "list[ByGroup]":
    """Return the finding of the requested groups, if any."""
    groups = groups_of(grouping, header, source)
    return [] if groups is None else [ByGroup(groups, tuple(metrics), loss, grouping.level)]


def states_of(weights: WeightState, states: OfGroup) -> States:
    """Return the states of one group."""
    known: dict[Statistic[Any], Any] = {WEIGHT: weights}
    return States(known | dict(states))


@dataclass(frozen=True)
class ByGroup:
    """The metrics of each group, worst group first.

    Attributes
    ----------
    metrics : of the report; groups have those that depend on means alone.
    loss : the mean that the shares are of.
    level : confidence level of the intervals.
    """

    groups: Groups
    metrics: tuple[Metric, ...]
    loss: Mean
    level: float

    @cached_property
    def _metrics(self) -> tuple[Metric, ...]:
        return tuple(
            metric
            for metric in self.metrics
            if all(isinstance(needed, Mean) or needed == WEIGHT for needed in metric.statistics)
        )

    @cached_property
    def _means(self) -> GroupMeans:
        means = (s for metric in self._metrics for s in metric.statistics if isinstance(s, Mean))
        return self.groups.means((self.loss, *means))

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self._means,)

    def finish(self, states: States) -> Iterator[Part]:
        return self.groups.parts(sorted(self._groups(states), key=_worst_first))

    def _groups(self, states: States) -> Iterator[Group]:
        found = list(states[self._means])
        losses = {key: means[self.loss] for key, _, means in found}
        shares = self._shares(losses)
        for key, weights, means in found:
            of_group = states_of(weights, means)
            results = [metric.result(of_group, InsideGroup(self.level)) for metric in self._metrics]
            yield self.groups.group(key, weights, [*results, *shares[key]])

    def _shares(self, losses: Mapping[tuple[str, ...], MeanState]) -> Mapping[Any, list[Result]]:
        """Return each group's share of the total loss, and of the gap to the best group."""
        large = [loss for loss in losses.values() if loss.weights.rows >= self.groups.least]
        best = min(loss.mean for loss in large or losses.values())
        totals = {key: loss.total for key, loss in losses.items()}
        gaps = {
            key: inf if best == inf or loss.mean == inf else _gap(loss, best)
            for key, loss in losses.items()
        }
        of_loss, of_gaps = sum(totals.values()), sum(gaps.values())
        return {
            key: [
                _share(LOSS_SHARE, OF_LOSS, totals[key], of_loss),
                _share(GAP_SHARE, OF_GAP, gaps[key], of_gaps),
            ]
            for key in losses
        }


@dataclass(frozen=True)
class InsideGroup:
    """The sampling within one group, in which only the moments of single means are known."""

    level: float
    findings: ClassVar[Sequence[Finding]] = ()

    def statistics(self, metric: Sampled) -> Sequence[Statistic[Any]]:  # noqa: ARG002
        return ()

    def interval(self, metric: Sampled, value: float | None, states: States) -> Interval | None:
        return interval_of(metric, value, states, self)

    def covariance(self, x: Mean, y: Mean, states: States) -> Fraction | None:
        return states[x].variance_of_mean if x == y else None


def _gap(loss: MeanState, best: Fraction | float) -> Fraction:
    # Negative only for small groups, which may beat the best of the large ones.
    return max(Fraction(0), (loss.finite_mean - Fraction(best)) * loss.weights.total)


def _share(
    definition: Definition, meaning: str, part: Fraction | float, whole: Fraction | float
) -> Result:
    if not whole or whole == inf:
        why = INFINITE if whole else NO_LOSS
        return Result(definition.name, meaning, None, undefined=why)
    return Result(definition.name, meaning, float(part / whole))


def _worst_first(group: Group) -> tuple[float, float, tuple[str, ...]]:
    gap = group.metrics["gap_share"]
    first = next(iter(group.metrics.values()))
    return (
        -(inf if gap is None else gap),
        -(inf if first is None else first),
        tuple(group.key.values()),
    )
