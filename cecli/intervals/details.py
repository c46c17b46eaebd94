"""What the options about groups and replicates add to a report."""

from collections.abc import Sequence

from cecli.core.evaluate import Detail
from cecli.metrics.metric import Metric
from cecli.options.intervals import CLUSTER, Grouping
from cecli.statistics.mean import Mean


def details_of(
    grouping: Grouping, metrics: Sequence[Metric], loss: Mean, header: Sequence[str], source: str
) -> Sequence[Detail]:
    """Return what adds the groups to a report, or the intervals of replicates."""
    # Most questions have neither: they do not wait for what makes them.
    if (resampling := grouping.resampling) is not None:
        from cecli.intervals.bootstrap import bootstrapped
        from cecli.statistics.replicates import ByText, by_place

        keys = by_place if grouping.cluster is None else ByText(CLUSTER)
        return [bootstrapped(metrics, keys, resampling.replicates, resampling.seed, grouping.level)]
    if not grouping.by:
        return []
    from cecli.metrics.groups import ByGroup, groups_of

    groups = groups_of(grouping, header, source)
    return [] if groups is None else [ByGroup(groups, tuple(metrics), loss, grouping.level)]
