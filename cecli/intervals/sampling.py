"""How rows were sampled: what is independent of what, and what intervals follow from it."""

from collections.abc import Sequence
from typing import Any, Protocol

from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Clusters, Draws, IndependentRows, Sampled
from cecli.options.scoring import CLUSTER, Grouping
from cecli.report.result import Interval
from cecli.statistics.mean import Mean

MOST_CLUSTERS = 1_000_000


class Sampling(Protocol):
    """How the rows depend on each other, and how an interval is found.

    Rows may be independent, or clusters of them; or replicates of either tell the intervals.
    """

    @property
    def level(self) -> float:
        """The share of intervals that hold the truth."""
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """What there is to say of the sampling itself, such as how replicates went."""
        ...

    def statistics(self, metric: Sampled) -> Sequence[Statistic[Any]]:
        """Return what has to be known of the rows beside the statistics of a metric."""
        ...

    def interval(self, metric: Sampled, value: float | None, states: States) -> Interval | None:
        """Return the interval of a metric's value; None where it can have none."""
        ...


def sampling_of(grouping: Grouping, metrics: Sequence[Sampled], source: str) -> Sampling:
    """Return the sampling that was asked for, to find the intervals of some metrics."""
    if grouping.resampling is None:
        return draws_of(grouping, [mean for metric in metrics for mean in metric.means], source)
    # Most plans have no replicates: they do not wait for what makes them.
    from cecli.intervals.bootstrap import bootstrap
    from cecli.statistics.replicates import ByText, by_place

    keys = by_place if grouping.cluster is None else ByText(CLUSTER)
    return bootstrap(metrics, keys, grouping.resampling, grouping.level)


def draws_of(grouping: Grouping, means: Sequence[Mean], source: str) -> Draws:
    """Return what is independent, to know how uncertain means are."""
    if grouping.cluster is None:
        return IndependentRows(grouping.level)
    from cecli.statistics.group_means import GroupMeans

    distinct = tuple(dict.fromkeys(means))
    return Clusters(GroupMeans((CLUSTER,), distinct, source, MOST_CLUSTERS), grouping.level)
