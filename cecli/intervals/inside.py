"""The independent draws inside of each group of rows: its own rows, or its own clusters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cecli.core.statistic import States, Statistic
from cecli.intervals.clusters import Clusters
from cecli.intervals.delta import Draws
from cecli.options.scoring import CLUSTER

# The key of a group, and the states that its draws need beside those of its means.
OfGroup = Callable[[tuple[str, ...]], Mapping[Statistic[Any], Any]]


@dataclass(frozen=True)
class Inside:
    """The draws of a group.

    Attributes
    ----------
    draws : with the statistics of a single group.
    nested : the clusters of all groups, which the states of a group have a part of; none if rows
        are independent.
    depth : the number of columns that form the groups.
    """

    draws: Draws
    nested: tuple[Statistic[Any], ...]
    depth: int

    def states(self, states: States) -> OfGroup:
        """Return a function from a group to the states of its clusters."""
        parts = {statistic: states[statistic].split(self.depth) for statistic in self.nested}
        return lambda key: {statistic: of_groups[key] for statistic, of_groups in parts.items()}


def inside(draws: Draws, roles: Sequence[str]) -> Inside:
    """Return the draws inside of the groups by some text roles, given those of all rows."""
    if not isinstance(draws, Clusters):
        return Inside(draws, (), len(roles))
    nested = replace(draws.groups, roles=(*roles, CLUSTER))
    return Inside(replace(draws, groups=nested), (nested,), len(roles))
