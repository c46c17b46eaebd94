"""The statistics of a report on binary predictions by group, from one compiled pass over a chunk.

Where groups have many rows in a chunk, the sums of all rows come of the same pass. Where they have
few, the rows wait for it until there are more.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Self

import numpy as np

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import Joint, Statistic
from cecli.kernels.binary_pass import BINARY_PASS, applies, scale_of, states_of
from cecli.kernels.group_digits import BinaryRows, GroupDigits, group_loops, lines_of, sums_by
from cecli.statistics.group_means import GroupMeans, GroupMeansState
from cecli.statistics.group_rows import Unsummed
from cecli.statistics.keys import Keys, groups_of

# Rows of a group from which on it is faster to sum them with all rows of the chunk.
MANY = 64
# The same where each group is passed over alone, as soft labels and weighted rows are; fewer wait.
LONG = 256


@dataclass(frozen=True, eq=False)
class GroupedStates(Joint):
    """The states of a pass over all rows, and those of the means of groups."""

    whole: Joint
    means: GroupMeans
    of_groups: GroupMeansState

    @cached_property
    def statistics(self) -> frozenset[Statistic[Any]]:
        return self.whole.statistics | {self.means}

    def merge(self, other: Self) -> Self:
        merged = self.whole.merge(other.whole), self.of_groups.merge(other.of_groups)
        return replace(self, whole=merged[0], of_groups=merged[1])

    def moved(self, lines: int) -> Self:
        return replace(self, whole=self.whole.moved(lines))

    def __getitem__(self, statistic: Statistic[Any]) -> Any:
        return self.of_groups if statistic == self.means else self.whole[statistic]


@dataclass(frozen=True, eq=False)
class GroupPass:
    """Computes the statistics of `BinaryPass`, and the means of groups.

    Attributes
    ----------
    means : of the groups.
    """

    means: GroupMeans

    def __call__(self, chunk: Chunk) -> Mapping[Statistic[Any], Any]:
        """Return the states that it can compute: none if it does not apply to the chunk."""
        if group_loops is None or not applies(chunk, Scale.PROBABILITY, Scale.LOGIT):
            return {}
        keys, codes = groups_of(chunk, self.means.roles)
        if len(keys) > self.means.most:
            return {}  # the statistics refuse them
        targets, stated = chunk.numbers["target"], chunk.numbers["prob"]
        scale = Scale(scale_of(chunk))
        if len(chunk) < MANY * len(keys):
            places = codes.astype(np.int32)
            rows = BinaryRows(self.means.scores, scale, places, targets == 1.0, stated)
            return self._with_groups(BINARY_PASS(chunk), keys, rows)
        found = sums_by(scale, codes, len(keys), targets, stated)
        if found is None:
            return {}
        digits = GroupDigits.of(found, self.means.scores, len(keys))
        return self._with_groups(states_of(found, chunk), keys, digits)

    def _with_groups(
        self, states: Mapping[Statistic[Any], Any], keys: Keys, rows: Unsummed
    ) -> Mapping[Statistic[Any], Any]:
        """Return states of a chunk with those of its groups; none if there are none."""
        if not states:
            return states
        empty = self.means.empty()
        of_groups = replace(empty, sums=empty.sums.of_rows(keys, rows))
        return with_groups(states, self.means, of_groups)


def with_groups(
    states: Mapping[Statistic[Any], Any], means: GroupMeans, of_groups: GroupMeansState
) -> Mapping[Statistic[Any], Any]:
    """Return states of a chunk with those of its groups."""
    if isinstance(states, Joint):
        return GroupedStates(states, means, of_groups)
    return {**states, means: of_groups}


def passes_of(statistics: Iterable[Statistic[Any]]) -> tuple[GroupPass, ...]:
    """Return the pass over the groups of one of some statistics; none if it does not know any."""
    if group_loops is None:
        return ()
    groups = (each for each in statistics if isinstance(each, GroupMeans))
    known = (each for each in groups if lines_of(each.terms, each.scores) is not None)
    return tuple(GroupPass(each) for each in known)[:1]
