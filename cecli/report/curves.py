"""Curves and bins of calibration and ranking, as plain frozen values: what pictures are made of."""

from dataclasses import dataclass
from typing import NamedTuple


class CurvePoints(NamedTuple):
    """The points of a curve, in the order in which it runs.

    Attributes
    ----------
    x, y : equally many finite numbers.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]


class BandPoints(NamedTuple):
    """The points of a band between two curves: at each x, from lower to upper."""

    x: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]


class ReliabilityBin(NamedTuple):
    """The rows whose predictions lie between two edges.

    Attributes
    ----------
    low, high : the edges.
    rows : at least 1; bins without rows are left out.
    predicted, observed : the mean prediction, and the observed rate; both weighted.
    lower, upper : the interval of the rate (Wilson 1927).
    """

    low: float
    high: float
    rows: int
    predicted: float
    observed: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Reliability:
    """How often what a model predicts is observed.

    Attributes
    ----------
    model : its name.
    rows : the number of rows.
    bins : from the lowest predictions to the highest.
    level : of the intervals and of the band.
    isotonic : the observed rate by isotonic regression, at the lowest and the highest prediction
        of each of its blocks (CORP: Dimitriadis, Gneiting, Jordan 2021,
        doi:10.1073/pnas.2016191118).
    band : where this curve would be in a share `level` of cases, were predictions calibrated.
    edges, counts : the distribution of predictions: one more edge than counts; empty if only the
        bins are known.
    """

    model: str
    rows: int
    bins: tuple[ReliabilityBin, ...]
    level: float = 0.95
    isotonic: CurvePoints | None = None
    band: BandPoints | None = None
    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class RankingCurve:
    """A curve over all thresholds: ROC, or precision and recall.

    Attributes
    ----------
    points : false positive rate and true positive rate, both from 0 to 1; or recall and precision.
    value : the area under the curve, or the average precision; None if it is undefined.
    lower, upper : the interval of the value; None without one.
    """

    model: str
    points: CurvePoints
    value: float | None = None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class CumulativeDifference:
    """Observed minus predicted, added up from the lowest prediction to the highest.

    Its slope over a stretch of predictions is the miscalibration there
    (Arrieta-Ibarra et al., JMLR 23, 2022).

    Attributes
    ----------
    points : x, the share of the weight from 0 to 1; y, the sum of w (t − q) so far over all w.
        The first point is (0, 0).
    limit : the walk of a calibrated model stays within ± this in a share `level` of cases: the
        standard deviation of its end times the quantile of the maximum of |Brownian motion| on
        [0, 1], which is 2.2414 for 0.95; None if it is not known.
    ecce : the greatest less the least y; None if it is not known.
    """

    model: str
    points: CurvePoints
    limit: float | None = None
    level: float = 0.95
    ecce: float | None = None
    p_value: float | None = None
