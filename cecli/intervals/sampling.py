"""How the rows that were sampled depend on each other, as the options say it."""

from collections.abc import Sequence

from cecli.intervals.delta import Clusters, Draws, IndependentRows, Uncertainty
from cecli.metrics.metric import Metric
from cecli.options.intervals import CLUSTER, Grouping
from cecli.statistics.mean import Mean

MOST_CLUSTERS = 1_000_000


def uncertainty_of(grouping: Grouping, metrics: Sequence[Metric], source: str) -> Uncertainty:
    """Return how the rows depend on each other."""
    if grouping.resampling is not None:
        from cecli.intervals.percentiles import WithoutFormula

        return WithoutFormula(grouping.level)
    return draws_of(grouping, [mean for metric in metrics for mean in metric.means], source)


def draws_of(grouping: Grouping, means: Sequence[Mean], source: str) -> Draws:
    """Return what is independent, to know how uncertain means are."""
    if grouping.cluster is None:
        return IndependentRows(grouping.level)
    from cecli.statistics.group_means import GroupMeans

    distinct = tuple(dict.fromkeys(means))
    return Clusters(GroupMeans((CLUSTER,), distinct, source, MOST_CLUSTERS), grouping.level)
