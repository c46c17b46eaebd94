"""The rows of each group: what they cost, and how much of the whole that is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import inf
from typing import Any

from cecli.metrics import Metric
from cecli.metrics.effective_rows import WEIGHT
from cecli.report import Group, Measure, Notice, Report, Result
from cecli.statistics import States, Statistic
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.mean import Mean, MeanState

LOSS_SHARE = "share of the whole loss"
GAP_SHARE = "share of what would be won if all groups were as good as the best"
NO_LOSS = "nothing is lost"
INFINITE = "the loss is infinite"


@dataclass(frozen=True)
class ByGroup:
    """Adds one group to a report for each combination of values of some text columns.

    Attributes
    ----------
    roles, names : of the columns, as chunks and as people call them.
    metrics : of the whole report; a group has those that are made of means alone.
    loss : what it is that groups lose.
    level : of the intervals.
    least : with fewer rows a group is marked as small.
    most : how many groups there may be.
    """

    roles: tuple[str, ...]
    names: tuple[str, ...]
    metrics: tuple[Metric, ...]
    loss: Mean
    level: float
    source: str
    least: int
    most: int

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
        distinct = tuple(dict.fromkeys((self.loss, *means)))
        return GroupMeans(self.roles, distinct, self.source, self.most)

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self._means,)

    def added_to(self, report: Report, states: States) -> Report:
        groups = sorted(self._groups(report, states), key=_worst_first)
        small = sum(group.is_small for group in groups)
        notices = [self._small(small)] if small else []
        return replace(report, groups=tuple(groups), notices=(*report.notices, *notices))

    def _groups(self, report: Report, states: States) -> Iterator[Group]:
        found = list(states[self._means])
        losses = {key: means[self.loss] for key, _, means in found}
        shares = self._shares(losses)
        for key, weights, means in found:
            known: dict[Statistic[Any], Any] = {WEIGHT: weights}
            of_group = States(known | dict(means))
            results = (metric.finish(of_group, _Alone(self.level)) for metric in self._metrics)
            yield Group(
                dict(zip(self.names, key, strict=True)),
                weights.rows,
                float(weights.total),
                (*(result.in_units(report.units) for result in results), *shares[key]),
                weights.rows < self.least,
            )

    def _shares(self, losses: Mapping[tuple[str, ...], MeanState]) -> Mapping[Any, list[Result]]:
        """Return each group's share of the whole loss, and of the gap to the best group."""
        large = [loss for loss in losses.values() if loss.weights.rows >= self.least]
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

    def _small(self, count: int) -> Notice:
        groups = f"{count:,} group{'' if count == 1 else 's'}"
        return Notice(
            "small-groups",
            f"{groups} of fewer than {self.least} rows: their intervals say little; "
            "--min-count N sets the limit",
        )


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
