"""The rows of each group: what they cost, and how much of the whole that is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Any

from cecli.core.statistic import States, Statistic
from cecli.metrics.metric import WEIGHT, Metric
from cecli.report.report import Report
from cecli.report.result import Group, Measure, Notice, Result
from cecli.statistics.group_means import GroupMeans, Key
from cecli.statistics.mean import Mean, MeanState, WeightState

LOSS_SHARE = "share of the whole loss"
GAP_SHARE = "share of what would be won if all groups were as good as the best"
NO_LOSS = "nothing is lost"
INFINITE = "the loss is infinite"


@dataclass(frozen=True)
class Groups:
    """One group of rows for each combination of values of some text columns.

    Attributes
    ----------
    roles, names : of the columns, as chunks and as people call them.
    least : with fewer rows a group is marked as small.
    most : how many groups there may be.
    """

    roles: tuple[str, ...]
    names: tuple[str, ...]
    source: str
    least: int
    most: int

    def means(self, means: Iterable[Mean]) -> GroupMeans:
        """Return what has to be known of the rows to have these means of each group."""
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

    def added_to(self, report: Report, groups: Sequence[Group]) -> Report:
        """Return the report with groups, and with a notice where some of them are small."""
        small = sum(group.is_small for group in groups)
        notices = [self._small(small)] if small else []
        return replace(report, groups=tuple(groups), notices=(*report.notices, *notices))

    def _small(self, count: int) -> Notice:
        groups = f"{count:,} group{'' if count == 1 else 's'}"
        return Notice(
            "small-groups",
            f"{groups} of fewer than {self.least} rows: their intervals say little; "
            "--min-count N sets the limit",
        )


def states_of(weights: WeightState, means: Mapping[Mean, MeanState]) -> States:
    """Return what is known of the rows of one group."""
    known: dict[Statistic[Any], Any] = {WEIGHT: weights}
    return States(known | dict(means))


@dataclass(frozen=True)
class ByGroup:
    """Adds to a report what is known of the rows of each group.

    Attributes
    ----------
    metrics : of the whole report; a group has those that are made of means alone.
    loss : what it is that groups lose.
    level : of the intervals.
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

    def added_to(self, report: Report, states: States) -> Report:
        found = self._groups(report, states)
        return self.groups.added_to(report, sorted(found, key=_worst_first))

    def _groups(self, report: Report, states: States) -> Iterator[Group]:
        found = list(states[self._means])
        losses = {key: means[self.loss] for key, _, means in found}
        shares = self._shares(losses)
        for key, weights, means in found:
            of_group = states_of(weights, means)
            results = (metric.finish(of_group, _Alone(self.level)) for metric in self._metrics)
            of_report = (result.in_units(report.units) for result in results)
            yield self.groups.group(key, weights, [*of_report, *shares[key]])

    def _shares(self, losses: Mapping[tuple[str, ...], MeanState]) -> Mapping[Any, list[Result]]:
        """Return each group's share of the whole loss, and of the gap to the best group."""
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
                _share("loss_share", LOSS_SHARE, totals[key], of_loss),
                _share("gap_share", GAP_SHARE, gaps[key], of_gaps),
            ]
            for key in losses
        }


@dataclass(frozen=True)
class _Alone:
    """The uncertainty inside of one group, where means of one score are all that is known."""

    level: float

    def statistics(self, together: Sequence[tuple[Mean, ...]]) -> list[Statistic[Any]]:  # noqa: ARG002
        return []

    def covariance(self, x: Mean, y: Mean, states: States) -> Fraction | None:
        return states[x].variance_of_mean if x == y else None


def _gap(loss: MeanState, best: Fraction | float) -> Fraction:
    # Never negative but for small groups, which may be better than the best that counts.
    return max(Fraction(0), (loss.finite_mean - Fraction(best)) * loss.weights.total)


def _share(name: str, meaning: str, part: Fraction | float, whole: Fraction | float) -> Result:
    if not whole or whole == inf:
        why = INFINITE if whole else NO_LOSS
        return Result(name, meaning, None, Measure.NUMBER, undefined=why)
    return Result(name, meaning, float(part / whole), Measure.NUMBER)


def _worst_first(group: Group) -> tuple[float, float, tuple[str, ...]]:
    gap = group.metrics["gap_share"]
    first = next(iter(group.metrics.values()))
    return (
        -(inf if gap is None else gap),
        -(inf if first is None else first),
        tuple(group.key.values()),
    )
