"""The sampling inside of each group of rows: its own rows, or its own clusters."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.intervals.clusters import Clusters
from cecli.intervals.delta import Draws
from cecli.intervals.formula import Formula, Sampled
from cecli.intervals.sampling import Sampling, bootstrap_of, draws_of
from cecli.options.scoring import CLUSTER, Grouping

H = TypeVar("H")
# The key of a group, and the states that its intervals need beside those of its means.
OfGroup = Callable[[tuple[str, ...]], Mapping[Statistic[Any], Any]]


@dataclass(frozen=True)
class Inside(Generic[H]):
    """How intervals of a group are found: its draws, or its sampling.

    Attributes
    ----------
    how : for the states of a single group.
    nested : the statistics of all groups, by the statistic of a single group that each is made of;
        none if the means are enough.
    depth : the number of columns that form the groups.
    """

    how: H
    nested: Mapping[Statistic[Any], Statistic[Any]]
    depth: int

    @property
    def statistics(self) -> tuple[Statistic[Any], ...]:
        return tuple(self.nested.values())

    def states(self, states: States) -> OfGroup:
        """Return a function from a group to the states of its clusters, or of its replicates."""
        parts = {of_one: states[of].split(self.depth) for of_one, of in self.nested.items()}
        return lambda key: {of_one: of_groups[key] for of_one, of_groups in parts.items()}


def draws_inside(draws: Draws, roles: Sequence[str]) -> Inside[Draws]:
    """Return the draws inside of the groups by some text roles, given those of all rows."""
    if not isinstance(draws, Clusters):
        return Inside(draws, {}, len(roles))
    nested = replace(draws.groups, roles=(*roles, CLUSTER))
    return Inside(replace(draws, groups=nested), {nested: nested}, len(roles))


def sampling_inside(
    grouping: Grouping,
    roles: tuple[str, ...],
    metrics: Sequence[Sampled],
    weight: str | None,
    source: str,
) -> Inside[Sampling]:
    """Return the requested sampling inside of the groups by some text roles; see `sampling_of`."""
    if grouping.resampling is None:
        means = [mean for metric in metrics for mean in metric.means]
        inside = draws_inside(draws_of(grouping, means, weight, source), roles)
        return Inside(Formula(inside.how), inside.nested, inside.depth)
    # Imported here, because most plans have no replicates.
    from cecli.statistics.group_replicates import GroupReplicates

    sampling = bootstrap_of(grouping, grouping.resampling, metrics)
    one = sampling.replicates
    of_all = GroupReplicates(roles, one, source, grouping.max_groups)
    return Inside(sampling, {one: of_all}, len(roles))
