"""Metrics of each group of rows, and its share of the total loss."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Any, NamedTuple

from cecli.core.statistic import States, Statistic
from cecli.intervals.formula import UNUSUAL, Unusual
from cecli.intervals.inside import Inside, sampling_inside
from cecli.intervals.sampling import Sampling
from cecli.metrics.base_rate import BASE_RATE_ENTROPY
from cecli.metrics.metric import Metric
from cecli.options.scoring import Grouping
from cecli.report.report import Part
from cecli.report.result import Definition, Group, Notice, Result, Undefined
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.keys import Key
from cecli.statistics.mean import WEIGHT, Mean, MeanState, Product, WeightState

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
    grouping: Grouping,
    metrics: Sequence[Metric],
    loss: Mean,
    weight: str | None,
    header: Sequence[str],
    source: str,
) -> "list[ByGroup]":
    """Return the finding of the requested groups, if any."""
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


def states_of(weights: WeightState, states: Mapping[Any, Any]) -> States:
    """Return the states of one group."""
    known: dict[Statistic[Any], Any] = {WEIGHT: weights}
    return States(known | dict(states))


@dataclass(frozen=True)
class ByGroup:
    """The metrics of each group, worst group first.

    Attributes
    ----------
    metrics : of means alone.
    loss : the mean that the shares are of.
    inside : the sampling of each group, for intervals.
    """

    groups: Groups
    metrics: tuple[Metric, ...]
    loss: Mean
    inside: Inside[Sampling]

    @cached_property
    def _means(self) -> GroupMeans:
        of_metrics = (s for metric in self.metrics for s in metric.statistics)
        of_intervals = (s for metric in self.metrics for s in self.inside.how.statistics(metric))
        return self.groups.sums((self.loss, *of_metrics, *of_intervals))

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        # The sums of replicates allow the fewest groups: they refuse more of them first.
        return (*self.inside.statistics, self._means)

    def finish(self, states: States) -> Iterator[Part]:
        found = list(self._groups(states))
        yield from self.groups.parts(sorted((group for group, _ in found), key=_worst_first))
        yield from _unusual_notices([unusual for _, unusual in found])

    def _groups(self, states: States) -> Iterator[tuple[Group, Sequence[Unusual]]]:
        """Yield each group, and what is unusual about its replicates."""
        found = list(states[self._means])
        losses = {
            key: GroupLoss(means[self.loss], self._constant(states_of(weights, means)))
            for key, weights, means in found
        }
        shares, of_draws = self._shares(losses), self.inside.states(states)
        for key, weights, means in found:
            of_group = states_of(weights, {**means, **of_draws(key)})
            results = [metric.result(of_group, self.inside.how) for metric in self.metrics]
            group = self.groups.group(key, weights, [*results, *shares[key]])
            yield group, list(self.inside.how.unusual(of_group))

    def _constant(self, states: States) -> Fraction:
        """Return the loss of the best constant prediction of a group; 1 if there is none."""
        for metric in self.metrics:
            if metric.definition is BASE_RATE_ENTROPY:
                answer = metric.answer(states)
                return Fraction(0) if isinstance(answer, Undefined) else Fraction(answer)
        return Fraction(1)

    def _shares(self, losses: Mapping[Key, "GroupLoss"]) -> Mapping[Key, list[Result]]:
        """Return each group's share of the total loss, and of the gap to the best group."""
        large = [loss for loss in losses.values() if loss.state.weights.rows >= self.groups.least]
        # Of a group with one class alone nothing is known of the skill.
        ratios = [loss.ratio for loss in large or losses.values() if loss.constant]
        best = min(ratios, default=Fraction(0))
        totals = {key: loss.state.total for key, loss in losses.items()}
        gaps = {key: loss.gap(best) for key, loss in losses.items()}
        of_loss, of_gaps = sum(totals.values()), sum(gaps.values())
        return {
            key: [
                _share(LOSS_SHARE, OF_LOSS, totals[key], of_loss),
                _share(GAP_SHARE, OF_GAP, gaps[key], of_gaps),
            ]
            for key in losses
        }


class GroupLoss(NamedTuple):
    """The loss of a group, and that of its best constant prediction.

    A group whose events are more frequent loses more, however good its predictions are.
    """

    state: MeanState
    constant: Fraction

    @property
    def ratio(self) -> Fraction | float:
        """The normalized entropy."""
        return inf if self.state.infinite_rows else self.state.finite_mean / self.constant

    def gap(self, best: Fraction | float) -> Fraction | float:
        """Return the loss that would be saved with the best normalized entropy; never negative."""
        if self.state.infinite_rows or best == inf:
            return inf
        # Negative only for small groups, which may beat the best of the large ones.
        more = self.state.finite_mean - Fraction(best) * self.constant
        return max(Fraction(0), more * self.state.weights.total)


def _share(
    definition: Definition, meaning: str, part: Fraction | float, whole: Fraction | float
) -> Result:
    if not whole or whole == inf:
        why = INFINITE if whole else NO_LOSS
        return Result(definition.name, meaning, None, undefined=why)
    return Result(definition.name, meaning, float(part / whole))


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


def _worst_first(group: Group) -> tuple[float, float, tuple[str, ...]]:
    gap = group.metrics["gap_share"]
    first = next(iter(group.metrics.values()))
    return (
        -(inf if gap is None else gap),
        -(inf if first is None else first),
        tuple(group.key.values()),
    )
