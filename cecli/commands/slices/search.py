"""The search for slices: all groups of some columns and of their crossings, tested together."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import combinations
from math import prod
from typing import NamedTuple

import numpy as np

from cecli.commands.slices import definitions
from cecli.commands.slices.features import OTHER, Searched
from cecli.commands.slices.found import SlicesFound, kept_of
from cecli.commands.slices.sums import OF_BINARY, OF_SEVERAL, SURPLUS, PartSums, joined, spread_of
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError, UsageError
from cecli.core.statistic import States
from cecli.metrics.predicted_variance import LOSS
from cecli.numerics.tails import holm
from cecli.report.report import Part
from cecli.report.result import Group, Measure, Notice, Result
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.mean import WEIGHT, Mean

# Weights whose mean is between these have powers that pairs of floats hold.
LEAST_MEAN, LARGEST_MEAN = 2.0**-100, 2.0**100
# More groups than this are not held at once.
MOST_GROUPS = 500_000


class SliceTests(NamedTuple):
    """The adjusted p-values of each group, and of how many hypotheses they are."""

    loss: list[float | None]
    gap: list[float | None]
    number: int


@dataclass(frozen=True)
class Search:
    """Yields the groups that are worse than the rest, those that cost most first.

    Attributes
    ----------
    least : the rows that a group and the rest must have.
    level : of confidence; false findings are at most as likely as what is left of 1.
    several, is_soft : whether there are several classes, or soft labels.
    """

    columns: tuple[Searched, ...]
    depth: int
    least: int
    level: float
    source: str
    several: bool = False
    is_soft: bool = False

    def __post_init__(self) -> None:
        groups = sum(prod(c.size for c in crossed) for crossed in self._crossings)
        if groups > MOST_GROUPS:
            raise UsageError(
                f"the columns and their crossings have up to {groups:,} groups, more than "
                f"{MOST_GROUPS:,}",
                self.source,
                "fewer --columns, a smaller --depth, or a larger --min-rows",
            )

    @cached_property
    def _crossings(self) -> list[tuple[Searched, ...]]:
        depths = range(1, min(self.depth, len(self.columns)) + 1)
        return [crossed for depth in depths for crossed in combinations(self.columns, depth)]

    @property
    def _means(self) -> tuple[Mean, ...]:
        return OF_SEVERAL if self.several else OF_BINARY

    @property
    def statistics(self) -> list[GroupMeans]:
        return [
            GroupMeans(
                tuple(column.role for column in crossed),
                self._means,
                self.source,
                # What is not searched is a group, too.
                prod(column.size + 1 for column in crossed),
                (spread_of(self._means),),
            )
            for crossed in self._crossings
        ]

    def finish(self, states: States) -> Iterator[Part]:
        self._refuse_extreme_weights(states)
        found, total = self._groups(states)
        if not np.isfinite(total.mean(LOSS)).all():
            what = "some losses are infinite, so that the groups with them cannot be compared"
            raise InputError(what, self.source, "--clip 1e-6 makes them finite")
        if found is None:
            yield definitions.result(definitions.TESTED, 0.0)
            yield Notice("search", self._said(0, 0))
            yield from self._passed_over()
            return
        tests = self._tests(found)
        yield definitions.result(definitions.TESTED, float(len(found.keys)))
        kept, redundant = kept_of(found, tests.loss, tests.gap, 1.0 - self.level)
        for place in kept:
            yield self._group(found, tests, place)
        yield Notice("search", self._said(len(found.keys), tests.number))
        if redundant:
            groups = "1 more group is" if redundant == 1 else f"{redundant:,} more groups are"
            yield Notice(
                "redundant-slices",
                f"{groups} worse than the rest only by the rows shared with those above",
            )
        yield from self._passed_over()

    def _refuse_extreme_weights(self, states: States) -> None:
        if not LEAST_MEAN < (mean := states[WEIGHT].mean) < LARGEST_MEAN:
            raise InputError(
                f"the weights are {float(mean):.3g} on average, and their powers are beyond the "
                "range of floating point",
                self.source,
                "multiply all weights by the same number, so that they are about 1: they then "
                "mean the same",
            )

    def _groups(self, states: States) -> tuple[SlicesFound | None, PartSums]:
        """Return the groups that are large enough, and all rows."""
        parts, keys = list[PartSums](), list[Mapping[str, str]]()
        total: PartSums | None = None
        rows: dict[tuple[tuple[str, str], ...], float] = {}
        for crossed, statistic in zip(self._crossings, self.statistics, strict=True):
            columns = states[statistic].columns()
            every = PartSums.of(columns, self._means, is_soft=self.is_soft)
            total = total or every.all_rows()
            whole = total.rows[0]
            places = []
            for place, (key, n) in enumerate(zip(columns.keys, every.rows.tolist(), strict=True)):
                if OTHER in key or not self.least <= n <= whole - self.least:
                    continue
                one = tuple((c.name, value) for c, value in zip(crossed, key, strict=True))
                rows[one] = n
                # A crossing that has all rows of a group is that group.
                wider = combinations(one, len(one) - 1) if len(one) > 1 else ()
                if all(rows.get(other) != n for other in wider):
                    places.append(place)
                    keys.append(dict(one))
            parts.append(every.at(np.array(places, dtype=np.int64)))
        if total is None:
            raise ValueError("a search has columns")
        return (SlicesFound(tuple(keys), joined(parts), total) if keys else None), total

    def _tests(self, found: SlicesFound) -> SliceTests:
        loss = found.parts.worse_than(found.rest).p_above()
        gap: list[float | None] = []
        if not self.several:
            # Which side a group is off on is seen, not asked.
            one_sided = found.parts.further_off(found.rest).p_above()
            gap = [None if p is None else min(1.0, 2.0 * p) for p in one_sided]
        adjusted = holm([*loss, *gap])
        number = len(loss)
        return SliceTests(adjusted[:number], adjusted[number:] or [None] * number, len(adjusted))

    def _group(self, found: SlicesFound, tests: SliceTests, place: int) -> Group:
        own = found.parts.at(np.array([place]))
        excess = float(found.excess[place])
        share = excess * float(own.weight[0]) / found.total_loss if found.total_loss else None
        results = [
            Result("cross_entropy", "log loss", float(own.mean(LOSS)[0]), Measure.INFORMATION),
            definitions.result(definitions.EXCESS, excess),
            definitions.result(definitions.EXCESS_SHARE, share),
            definitions.result(definitions.LOSS_P, tests.loss[place]),
        ]
        if not self.several:
            gap = float(own.mean(SURPLUS)[0])
            results += [
                definitions.result(definitions.GAP, gap),
                definitions.result(definitions.GAP_P, tests.gap[place]),
            ]
        values = found.keys[place].items()
        name = " and ".join(f"{column} = {value or '(empty)'}" for column, value in values)
        return Group({"slice": name}, int(own.rows[0]), float(own.weight[0]), tuple(results))

    def _said(self, groups: int, tests: int) -> str:
        least = f"{self.least:,} rows or more"
        if not groups:
            return f"no group has {least}, as the rest must have, too; --min-rows sets the limit"
        return (
            f"{tests:,} tests of {groups:,} groups of {least}: false findings are kept below "
            f"{100 * (1 - self.level):.3g} % over all of them (Holm)"
        )

    def _passed_over(self) -> Iterator[Notice]:
        """Yield what was not searched."""
        for column in self.columns:
            if column.edges is None and column.frequent > len(column.values):
                yield Notice(
                    "few-values",
                    f"of column {column.name}, the {len(column.values)} most frequent of "
                    f"{column.frequent:,} values were searched",
                )
            elif column.edges is None and not column.values:
                yield Notice(
                    "few-values",
                    f"column {column.name} was not searched: no value has {self.least:,} rows",
                )
