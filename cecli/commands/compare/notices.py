"""Rows in which a model loses infinitely much, rows without partner, and clusters that are few."""

from functools import partial

from cecli.commands.compare.findings import Candidate
from cecli.core.errors import named
from cecli.core.plan import Noticing
from cecli.core.remarks import at_rows, counted
from cecli.core.statistic import States
from cecli.intervals.delta import Clusters
from cecli.join.by_key import UNMATCHED
from cecli.notices.loss import SUGGESTED_CLIP
from cecli.preparations.rows import CLIPPED
from cecli.report.result import Notice
from cecli.statistics.first_rows import FirstRows, Remarked
from cecli.statistics.mean import Mean

# Where clusters weigh as few equal ones would, 95 % intervals hold the truth less often: in 88 % of
# the samples with 6, in 70 % with 3, if rows of a cluster are all alike. For equal clusters, even a
# few, Student's t is right. benchmarks/coverage.py shows it.
FEW_CLUSTERS, UNEVEN = 10, 0.8

HINT = f"--clip {SUGGESTED_CLIP:g} bounds such losses"


def infinite_differences(baseline: str, model: Candidate) -> list[Noticing]:
    """Watch for rows whose difference is infinite, or the difference of two infinities."""
    paired = model.paired
    first, second = named(baseline), named(model.name)
    return [
        _infinite(paired.both_infinite, f"{first} and {second} both", "infinity minus infinity"),
        _infinite(paired.model_infinite, f"{second}, and not {first},", "plus infinity"),
        _infinite(paired.baseline_infinite, f"{first}, and not {second},", "minus infinity"),
    ]


def _infinite(rows: FirstRows, who: str, difference: str) -> Noticing:
    return Noticing((rows,), partial(_infinite_notice, rows, who, difference))


def _infinite_notice(
    statistic: FirstRows, who: str, difference: str, states: States
) -> Notice | None:
    rows = states[statistic]
    if not rows.count:
        return None
    what = f"{who} gave probability 0 to what happened in {counted(rows.count, 'row')}"
    return at_rows("infinite-loss", rows, f"{what}: a difference of {difference}; {HINT}")


def clipping(epsilon: float) -> Noticing:
    """Report in how many rows a requested clip moved a probability of any model."""
    return Noticing((Remarked(CLIPPED),), partial(_clipping, epsilon))


def _clipping(epsilon: float, states: States) -> Notice:
    rows = states[Remarked(CLIPPED)]
    what = f"--clip {epsilon:g} moved a probability of {counted(rows.count, 'row')}"
    return at_rows(CLIPPED, rows, what)


def few_clusters(clusters: Clusters, mean: Mean) -> Noticing:
    """Watch for clusters of which a few have most of the weight; the mean is one of theirs."""
    return Noticing((clusters.groups,), partial(_few_clusters, clusters, mean))


def _few_clusters(clusters: Clusters, mean: Mean, states: States) -> Notice | None:
    weights = clusters.draws(mean, states).weights
    equal = float(weights.effective_rows)
    if equal >= FEW_CLUSTERS or equal >= UNEVEN * weights.rows:
        return None
    what = f"{weights.rows:,} clusters weigh as about {equal:.2g} equal ones would"
    return Notice("few-clusters", f"{what}: intervals are too narrow with so few")


def _unmatched(states: States) -> Notice | None:
    rows = states[Remarked(UNMATCHED)]
    if not rows.count:
        return None
    what = f"{counted(rows.count, 'row')} left out, whose id the other input does not have"
    return at_rows(UNMATCHED, rows, what)


WITHOUT_PARTNER = Noticing((Remarked(UNMATCHED),), _unmatched)


def _by_position(states: States) -> Notice:  # noqa: ARG001
    what = (
        "rows were put side by side by their position: both inputs have as many, and their labels "
        "agree; --id COL joins by a key"
    )
    return Notice("paired-by-position", what)


BY_POSITION = Noticing((), _by_position)
