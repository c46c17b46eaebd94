"""The reliability table, and the errors of calibration that depend on its bins.

A bin holds the predictions above one edge and at most the next, as in scikit-learn's
`calibration_curve`; the first bin holds 0, too. Edges are compared with predictions exactly.

References
----------
Guo, C., Pleiss, G., Sun, Y., Weinberger, K. Q. (2017), On calibration of modern neural networks.
arXiv:1706.04599 (ECE and MCE)
Kumar, A., Liang, P., Ma, T. (2019), Verified uncertainty calibration. arXiv:1909.10155
Bröcker, J. (2012), Estimating reliability and resolution of probability forecasts through
decomposition of the empirical score. doi:10.1007/s00382-011-1191-1
"""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.intervals.scales import Estimate, ends
from cecli.metrics.reliability.divided import Divided, Share, Sums, sums_between
from cecli.numerics.cells.borders import border_after, border_places
from cecli.numerics.cells.keys import predictions_of
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.tails import quantile
from cecli.report.reliability import CalibrationBin, ReliabilityTable, Strategy
from cecli.report.result import Definition, Direction, IntervalScale, Notice, Result

ECE = Definition(
    "ece",
    "Expected calibration error: mean distance of observed rate and mean prediction over bins.",
    "sum over bins W_b |rate_b - mean prediction_b| / W",
    Direction.LOWER,
    high=1.0,
    also=("expected calibration error",),
    streams="exactly; quantile bins end where cells end",
)
MCE = Definition(
    "mce",
    "Maximum calibration error: largest distance of observed rate and mean prediction in a bin.",
    "max over bins |rate_b - mean prediction_b|",
    Direction.LOWER,
    high=1.0,
    also=("maximum calibration error",),
    streams=ECE.streams,
)
RMSCE = Definition(
    "rmsce",
    "Root mean square of the same distances.",
    "sqrt(sum over bins W_b (rate_b - mean prediction_b)^2 / W)",
    Direction.LOWER,
    high=1.0,
    also=("root mean square calibration error",),
    streams=ECE.streams,
)
DEBIASED = Definition(
    "rmsce_debiased",
    "The same without what chance adds to the squares; 0 if chance explains all.",
    "sqrt(max(0, sum over bins W_b ((rate_b - mean prediction_b)^2 - rate_b (1 - rate_b) / "
    "(n_b - 1)) / W))",
    Direction.LOWER,
    high=1.0,
    also=("debiased calibration error",),
    streams=ECE.streams,
)
DEFINITIONS = (ECE, MCE, RMSCE, DEBIASED)
FEW = (
    "a bin has one row, whose rate has no known error: fewer --bins, or --strategy quantile, "
    "have more rows in each"
)
# From this share of the weight in one bin on, the table tells next to nothing.
ALMOST_ALL = Fraction(19, 20)
# The places of one bin: its first cell, and the number of cells.
MOST_ENDS = 2
ONE_BIN = (
    "{} are in one bin of the reliability table, whose bins are equally wide: "
    "--strategy quantile makes bins of about equal weight"
)
IN_WORDS = {
    Strategy.UNIFORM: "of equal width",
    Strategy.QUANTILE: "of about equal weight",
    Strategy.EDGES: "between the given edges",
}


@dataclass(frozen=True)
class Binning:
    """How predictions are divided into bins.

    Attributes
    ----------
    number : of bins; fewer if predictions are tied.
    edges : from 0 to 1, ascending; empty if they follow from the predictions.
    """

    strategy: Strategy
    number: int
    edges: tuple[float, ...] = ()

    @property
    def borders(self) -> list[int]:
        """The borders of cells at the edges, if these are known before any row is read."""
        return [border_after(edge) for edge in self.edges[1:-1]]

    def places(self, cells: OrderedCells) -> list[int]:
        """Return the first cell of each bin, and the number of cells.

        A cell belongs to one bin.
        """
        if self.strategy is not Strategy.QUANTILE:
            return [0, *border_places(cells, self.borders).tolist(), len(cells)]
        total = np.cumsum(cells.weight)
        whole = int(total[-1])
        wanted = [-(-k * whole // self.number) for k in range(1, self.number)]
        places = np.searchsorted(total, np.array(wanted, dtype=np.int64), side="left") + 1
        return [0, *np.unique(places[places < len(cells)]).tolist(), len(cells)]

    def edges_of(self, cells: OrderedCells, places: Sequence[int]) -> list[float]:
        """Return the edges of the bins that begin at these cells."""
        if self.strategy is not Strategy.QUANTILE:
            return list(self.edges)
        last = cells.most[np.array(places[1:-1], dtype=np.int64) - 1]
        return [0.0, *predictions_of(last)[0].tolist(), 1.0]

    def words(self, bins: int) -> str:
        """Return the bins in words, with the number of those that have rows."""
        kind = IN_WORDS[self.strategy]
        if bins == self.number:
            return f"{bins} bins {kind}" if bins > 1 else "one bin"
        return f"{self.number} bins {kind}, {bins} of them with rows"


def uniform(number: int) -> Binning:
    """Return bins of equal width.

    Examples
    --------
    >>> uniform(4).edges
    (0.0, 0.25, 0.5, 0.75, 1.0)
    """
    edges = tuple(float(Fraction(k, number)) for k in range(number + 1))
    return Binning(Strategy.UNIFORM, number, edges)


@dataclass(frozen=True)
class InBins:
    """The reliability table, and what follows from it.

    Attributes
    ----------
    divided : cells, divided at least at the edges.
    level : of the intervals.
    soft : whether targets are probabilities, whose means have no interval here.
    debiased : whether to report what is left without chance.
    of : the class or the model that it is of.
    dependent : whether rows may depend on each other: the intervals are of independent rows.
    """

    binning: Binning
    divided: Divided
    level: float
    soft: bool = False
    debiased: bool = False
    of: str = ""
    dependent: bool = False

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return self.divided.statistics

    def finish(self, states: States) -> Iterator[Result | ReliabilityTable | Notice]:
        cells = states.once(self.divided)
        places = self.binning.places(cells)
        edges = self.binning.edges_of(cells, places)
        found = [
            (edge, sums_between(cells, *place))
            for edge, place in zip(pairwise(edges), pairwise(places), strict=True)
            if place[0] < place[1]
        ]
        sums = [each for _, each in found]
        yield from self._errors(sums)
        whole = sum(each.weight for each in sums)
        bins = (self._bin(*edge, each, whole, states) for edge, each in found)
        yield ReliabilityTable(self.of, self.binning.strategy, self.level, tuple(bins))
        share = Fraction(max(each.weight for each in sums), whole)
        if share >= ALMOST_ALL and self._would_differ(cells):
            yield Notice("one-bin", ONE_BIN.format(almost_all(share)))

    def _would_differ(self, cells: OrderedCells) -> bool:
        """Return whether bins of equal weight would tell apart what bins of equal width do not."""
        if self.of or self.binning.strategy is not Strategy.UNIFORM:
            return False
        return len(Binning(Strategy.QUANTILE, self.binning.number).places(cells)) > MOST_ENDS

    def _bin(
        self, low: float, high: float, sums: Sums, whole: int, states: States
    ) -> CalibrationBin:
        is_bare = self.soft or self.dependent
        lower, upper = (None, None) if is_bare else wilson(sums.rate, self.level)
        return CalibrationBin(
            low,
            high,
            sums.rows,
            self.divided.weight(states, sums.weight),
            float(sums.mean_prediction),
            sums.rate.value,
            lower,
            upper,
            float(abs(sums.gap) * sums.weight / whole),
        )

    def _errors(self, bins: Sequence[Sums]) -> Iterator[Result]:
        words = self.binning.words(len(bins))
        mean = _mean(bins, [abs(each.gap) for each in bins])
        yield _result(ECE, mean, f"mean |observed rate - mean prediction| over {words}")
        largest = max(abs(each.gap) for each in bins)
        yield _result(MCE, largest, "largest |observed rate - mean prediction| of the same bins")
        if self.debiased:
            square = _mean(bins, [each.gap**2 for each in bins])
            yield _result(RMSCE, _root(square), "root mean square of the same differences")
            yield self._debiased(bins, square)

    def _debiased(self, bins: Sequence[Sums], square: Fraction) -> Result:
        meaning = "the same, without what chance adds to the squares"
        why = "no variance is known of the mean of soft labels" if self.soft else ""
        why = "the rows of a cluster may depend on each other" if self.dependent else why
        if not why and any(each.rate.size <= 1.0 for each in bins):
            why = FEW
        if why:
            return Result(DEBIASED.name, meaning, None, undefined=why)
        noise = _mean(bins, [_variance(each.rate) for each in bins])
        return _result(DEBIASED, _root(square - noise), meaning)


def almost_all(share: Fraction) -> str:
    """Return a large share of the rows in words, never as 100 % if it is not all.

    Examples
    --------
    >>> almost_all(Fraction(999999, 1000000)), almost_all(Fraction(97, 100))
    ('99.9 % of the rows', '97 % of the rows')
    """
    return "all rows" if share == 1 else f"{math.floor(share * 1000) / 10:g} % of the rows"


def _mean(bins: Sequence[Sums], values: Sequence[Fraction]) -> Fraction:
    """Return the mean of some values of bins, by their weights."""
    total = sum(x * each.weight for x, each in zip(values, bins, strict=True))
    return Fraction(total) / sum(each.weight for each in bins)


def wilson(share: Share, level: float) -> tuple[float, float]:
    """Return the interval of a share (Wilson 1927), with the effective number of rows."""
    of = Estimate(share.value, 0.0, share.size)
    low, high = ends(IntervalScale.SHARE, of, quantile((1.0 + level) / 2.0, math.inf))
    return max(0.0, low), min(1.0, high)


def _variance(rate: Share) -> Fraction:
    """Return an estimate without bias of the variance of a rate."""
    p = Fraction(rate.part, rate.whole)
    return p * (1 - p) / (Fraction(rate.size) - 1)


def _root(square: Fraction) -> float:
    return math.sqrt(max(0.0, float(square)))


def _result(definition: Definition, value: Fraction | float, meaning: str) -> Result:
    return Result(definition.name, meaning, float(value))
