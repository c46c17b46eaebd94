"""Standard errors of rows that may depend on each other within clusters."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import FEW_ROWS, Slopes, Spread, are_finite, without_rounding
from cecli.numerics import Floats
from cecli.report.result import LEVEL
from cecli.statistics.mean import WEIGHT, Mean

if TYPE_CHECKING:
    from cecli.statistics.group_totals import GroupTotals


@dataclass(frozen=True)
class Clusters:
    """Rows of one cluster, such as a user's, may be dependent; clusters are independent.

    Attributes
    ----------
    groups : the sums of each cluster, for all means that may be requested.

    Notes
    -----
    The residuals w(x − x̄) are summed within each cluster, r_c; with h_c its share of the weight the
    variance is Σ r_c²/(1 − h_c) / W² (CR2), free of bias if the clusters have variances in
    proportion to their weights. It has 1/(Σh²(1 − 2h)/(1 − h)² + (Σh²/(1 − h))²) degrees of
    freedom. Of C equal clusters, it is the variance with the factor C/(C − 1), and C − 1 degrees.

    References
    ----------
    Liang, K.-Y., Zeger, S. L. (1986), Longitudinal data analysis using generalized linear models.
    doi:10.1093/biomet/73.1.13
    Pustejovsky, J. E., Tipton, E. (2018), Small-sample methods for cluster-robust variance
    estimation. doi:10.1080/07350015.2016.1247004
    """

    groups: "GroupTotals"
    level: float = LEVEL
    draw: ClassVar[str] = "cluster"

    def at_level(self, level: float) -> Self:
        return replace(self, level=level)

    def statistics(self, means: Sequence[Mean]) -> list[Statistic[Any]]:  # noqa: ARG002
        return [WEIGHT, self.groups]

    def spread(self, slopes: Slopes, states: States) -> Spread | None:
        if any(states[mean].infinite_rows for mean in slopes) or not are_finite(slopes):
            return None
        shares = states.once(ClusterShares(self.groups))
        if len(shares) < 2:
            return None
        residuals = np.zeros_like(shares)
        for mean, slope in slopes.items():
            with np.errstate(over="ignore", invalid="ignore"):
                residuals += float(slope) * states.once(Residuals(self.groups, mean))
        weight = float(states[WEIGHT].total)
        rest = 1.0 - shares
        if not rest.all():
            return None
        largest = float(np.abs(residuals).max())
        if not math.isfinite(largest):
            return None
        # In units of the largest, so that no square exceeds the range.
        shared = residuals / (largest or 1.0)
        se = largest * math.sqrt(math.fsum((shared * shared / rest).tolist())) / weight
        return Spread(without_rounding(se, len(shares), slopes, states), self.degrees(states))

    def degrees(self, states: States) -> float:
        shares = states.once(ClusterShares(self.groups))
        return degrees_of(shares) if len(shares) > 1 and (shares < 1.0).all() else math.nan

    def number(self, states: States) -> int:
        return len(states.once(ClusterShares(self.groups)))

    def effective(self, states: States) -> float:
        return 1.0 / math.fsum((states.once(ClusterShares(self.groups)) ** 2).tolist())


@dataclass(frozen=True)
class ClusterShares:
    """The share of each cluster in the weight, shape (clusters,)."""

    groups: "GroupTotals"

    def __call__(self, states: States) -> Floats:
        return states[self.groups].weights() / float(states[WEIGHT].total)


@dataclass(frozen=True)
class Residuals:
    """Σw(x − x̄) of each cluster, shape (clusters,)."""

    groups: "GroupTotals"
    mean: Mean

    def __call__(self, states: States) -> Floats:
        return states[self.groups].residuals(self.mean, states[self.mean].finite_mean)


def degrees_of(shares: Floats) -> float:
    """Return the degrees of freedom of a variance between clusters with these shares of weight."""
    rest = 1.0 - shares
    squares = shares * shares
    below = math.fsum((squares * (1.0 - 2.0 * shares) / (rest * rest)).tolist())
    below += math.fsum((squares / rest).tolist()) ** 2
    return 1.0 / below if below * FEW_ROWS > 1.0 else math.inf
