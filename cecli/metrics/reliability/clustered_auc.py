"""The error of an AUC for rows that depend on each other within clusters.

The placements of the rows of a cluster are summed, those of events and those of the others; the
variance is that of these sums between clusters.

References
----------
Obuchowski, N. A. (1997), Nonparametric analysis of clustered ROC curve data. Biometrics 53,
567-578. doi:10.2307/2533958
"""

import math
from fractions import Fraction

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.intervals.delta import Spread, few
from cecli.intervals.sampling import MOST_CLUSTERS
from cecli.metrics.predicted_variance import RATE
from cecli.metrics.reliability.placements import Placements
from cecli.numerics import Floats
from cecli.options.scoring import CLUSTER
from cecli.statistics.cells.prediction_cells import row_keys
from cecli.statistics.group_totals import GroupTotals, GroupTotalsState
from cecli.statistics.mean import Mean

LEAST_CLUSTERS = 2


@dataclass(frozen=True, eq=False)
class PlacedBeyond:
    """How much better a row of a class is placed than the mean of its class; 0 for other rows."""

    placements: Placements
    of_events: bool

    def __call__(self, chunk: Chunk) -> Floats:
        known = self.placements
        places = known.places(row_keys(chunk))
        values = (known.of_events if self.of_events else known.of_others)[places]
        happened = chunk.numbers["target"] == 1.0
        return np.where(happened == self.of_events, values - known.auc, 0.0)


@dataclass(frozen=True)
class ClusteredAuc:
    """The error of an AUC, or of a difference of two, between clusters.

    Attributes
    ----------
    events, others : the deviation of the placement of each event, and of each other row.
    """

    events: Mean
    others: Mean
    source: str

    @property
    def statistic(self) -> GroupTotals:
        means = (self.events, self.others, RATE)
        return GroupTotals((CLUSTER,), means, self.source, MOST_CLUSTERS)

    def spread(self, state: GroupTotalsState) -> Spread | None:
        """Return the standard error; None if a class is in one cluster, or nothing varies.

        Its degrees of freedom are those of the class that is in fewer clusters, of equal weight.
        """
        weights = state.weights()
        of_events = state.residuals(RATE, Fraction(0))
        rows = (of_events, np.maximum(weights - of_events, 0.0))
        sums = [state.residuals(mean, Fraction(0)) for mean in (self.events, self.others)]
        numbers = [int(np.count_nonzero(each)) for each in rows]
        if min(numbers) < LEAST_CLUSTERS:
            return None
        first, second = (x / math.fsum(n.tolist()) for x, n in zip(sums, rows, strict=True))
        products = ((first, first, numbers[0]), (second, second, numbers[1]))
        variance = sum(_between(x, y, number) for x, y, number in products)
        variance += 2.0 * _between(first, second, len(weights))
        if variance <= 0.0:
            return None
        degrees = min(map(_effective, rows)) - 1.0
        return Spread(math.sqrt(variance), degrees if few(degrees) else math.inf)


def _between(x: Floats, y: Floats, clusters: int) -> float:
    return math.fsum((x * y).tolist()) * clusters / (clusters - 1)


def _effective(weights: Floats) -> float:
    """Return the number of clusters of equal weight: (Σn)²/Σn²."""
    shares = weights / math.fsum(weights.tolist())
    return 1.0 / math.fsum((shares * shares).tolist())


def clustered_auc(placements: Placements, source: str) -> ClusteredAuc:
    """Return what gives the error in a pass over rows whose placements are known."""
    events, others = (Mean(PlacedBeyond(placements, of_events)) for of_events in (True, False))
    return ClusteredAuc(events, others, source)
