"""How rows were sampled, and the intervals that follow."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.intervals.clusters import Clusters
from cecli.intervals.delta import Draws, IndependentRows
from cecli.intervals.formula import Formula, Sampled, Unusual
from cecli.intervals.weighted import WeightedRows
from cecli.options.scoring import CLUSTER, Grouping, Resampling
from cecli.report.result import Interval
from cecli.statistics.mean import Mean

if TYPE_CHECKING:
    from cecli.intervals.bootstrap import Bootstrap

MOST_CLUSTERS = 1_000_000


class Sampling(Protocol):
    """How rows depend on each other, and how intervals are computed.

    Either rows or clusters are independent; intervals may also come from replicates of either.
    """

    @property
    def level(self) -> float:
        """The confidence level: the share of intervals that cover the true value."""
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """Findings about the sampling itself, such as unusual replicates."""
        ...

    def statistics(self, metric: Sampled) -> Sequence[Statistic[Any]]:
        """Return the statistics that the interval needs beside those of the metric."""
        ...

    def interval(self, metric: Sampled, value: float | None, states: States) -> Interval | None:
        """Return the interval of a metric's value; None if it has none."""
        ...

    def unusual(self, states: States) -> Iterator[Unusual]:
        """Yield what is unusual about the replicates, if there are any."""
        ...


def sampling_of(
    grouping: Grouping, metrics: Sequence[Sampled], weight: str | None, source: str
) -> Sampling:
    """Return the requested sampling, for the intervals of some metrics.

    Parameters
    ----------
    weight : the column of weights; None if all rows have the same.
    """
    if grouping.resampling is not None:
        return bootstrap_of(grouping, grouping.resampling, metrics)
    means = [mean for metric in metrics for mean in metric.means]
    return Formula(draws_of(grouping, means, weight, source))


def bootstrap_of(
    grouping: Grouping, resampling: Resampling, metrics: Sequence[Sampled]
) -> "Bootstrap":
    """Return the bootstrap of rows, or of clusters if there is a column of them."""
    # Imported here, because most plans have no replicates.
    from cecli.intervals.bootstrap import bootstrap
    from cecli.statistics.replicates import ByText, by_place

    keys = by_place if grouping.cluster is None else ByText(CLUSTER)
    return bootstrap(metrics, keys, resampling, grouping.level)


def draws_of(grouping: Grouping, means: Sequence[Mean], weight: str | None, source: str) -> Draws:
    """Return the independent units, for the standard errors of means."""
    if grouping.by_row:
        from cecli.intervals.by_row import FileRowDraws

        return FileRowDraws(grouping.level)
    if grouping.cluster is None:
        return rows_of(grouping, weight)
    from cecli.statistics.group_totals import GroupTotals

    distinct = tuple(dict.fromkeys(means))
    return Clusters(GroupTotals((CLUSTER,), distinct, source, MOST_CLUSTERS), grouping.level)


def rows_of(grouping: Grouping, weight: str | None) -> IndependentRows:
    """Return independent rows, with weights if there is a column of them."""
    return IndependentRows(grouping.level) if weight is None else WeightedRows(grouping.level)
