"""Curves of calibration and ranking, as plain frozen values: in reports, and for pictures.

The curves of a report have a few hundred points, whatever the number of rows. They say how far the
exact curve may be from the line through these points, and their numbers have seven digits.
"""

from collections.abc import Iterable
from typing import Annotated, NamedTuple, Self

from cecli.core.contract import Bounds, Count, Many, Presence, Says, stated
from cecli.core.dataclasses import dataclass, fields, replace

Within = Annotated[float, Bounds(ge=0.0), Presence.LEFT_OUT]
OF = "the class or the model that it is of; left out if there is one only"
Of = Annotated[str, Presence.LEFT_OUT, Says(OF)]


def _require_as_many(x: Many[float], y: Many[float]) -> None:
    """Raise a ValueError if two coordinates are not of equally many points."""
    if len(x) != len(y):
        raise ValueError(f"the curve has {len(x)} x, but {len(y)} y")


@stated
@dataclass(frozen=True)
class CurvePoints:
    """The points of a curve, in the order in which it runs.

    Attributes
    ----------
    x, y : equally many finite numbers.
    within_x, within_y : no point of the exact curve is farther than this from the line through the
        points, along either axis.
    """

    x: Many[float]
    y: Many[float]
    within_x: Within = 0.0
    within_y: Within = 0.0

    def __post_init__(self) -> None:
        _require_as_many(self.x, self.y)


@stated
@dataclass(frozen=True)
class BandPoints:
    """The points of a band between two curves: at each x, from lower to upper."""

    x: Many[float]
    lower: Many[float]
    upper: Many[float]

    def __post_init__(self) -> None:
        _require_as_many(self.x, self.lower)
        _require_as_many(self.x, self.upper)


@stated
@dataclass(frozen=True, kw_only=True)
class IsotonicCurve:
    """The observed rate by isotonic regression.

    Attributes
    ----------
    points : the rate at the lowest and at the highest prediction of each of its blocks
        (CORP: Dimitriadis, Gneiting, Jordan 2021, doi:10.1073/pnas.2016191118).
    is_exact : whether predictions count as different wherever they differ; else those that agree
        in about 12 bits of their log-odds count as equal.
    band : where the curve of a calibrated model would be, at each prediction, in a share of at
        least `level` of cases, by `draws` draws of the labels from the predictions; None without.
    """

    of: Of = ""
    points: CurvePoints
    is_exact: bool = True
    band: BandPoints | None = None
    level: float = 0.95
    draws: Count = 0


@stated
@dataclass(frozen=True, kw_only=True)
class PredictionHistogram:
    """The distribution of the predictions, in bins of equal width.

    Attributes
    ----------
    edges : one more than bins; a bin holds predictions from one edge on and below the next, and
        the last one holds its upper edge, too.
    weight : of the rows in each bin: their number, if they have no weights.
    events : the weight of the events among them; empty for soft labels.
    """

    of: Of = ""
    edges: Many[float]
    weight: Many[float]
    events: Many[float] = ()

    def __post_init__(self) -> None:
        bins = len(self.weight)
        if len(self.edges) != bins + 1:
            raise ValueError(f"the histogram has {bins} bins, but {len(self.edges)} edges")
        if len(self.events) not in (0, bins):
            raise ValueError(f"the histogram has {bins} bins, but {len(self.events)} with events")


@stated
@dataclass(frozen=True, kw_only=True)
class RocCurve:
    """The true positive rate by the false positive rate, over all thresholds.

    Attributes
    ----------
    points : from (0, 0) to (1, 1).
    hull : the convex hull: the best that a monotone recalibration, and thresholds that are drawn
        by lot, could reach on these rows.
    """

    of: Of = ""
    points: CurvePoints
    hull: CurvePoints


@stated
@dataclass(frozen=True, kw_only=True)
class PrecisionRecallCurve:
    """The precision by the recall, over all thresholds.

    Attributes
    ----------
    points : steps, below which the area is the average precision: x is the recall.
    """

    of: Of = ""
    points: CurvePoints


@stated
@dataclass(frozen=True, kw_only=True)
class CumulativeCurve:
    """Observed minus predicted, added up from the lowest prediction to the highest.

    Its slope over a stretch of predictions is the miscalibration there
    (Arrieta-Ibarra et al., JMLR 23, 2022).

    Attributes
    ----------
    points : x, the share of the weight from 0 to 1; y, the sum of w (t − q) so far over all w.
        The first point is (0, 0).
    limit : the curve of a calibrated model stays within ± this in a share `level` of cases, for
        many rows: `ecce_sigma` times the quantile of the maximum of |Brownian motion| on [0, 1];
        None where that does not hold, as `ecce_p_value` is undefined.
    """

    of: Of = ""
    points: CurvePoints
    limit: float | None = None
    level: float = 0.95


@stated
@dataclass(frozen=True)
class Curves:
    """The curves of a report on calibration, one for each model or class."""

    isotonic: Annotated[Many[IsotonicCurve], Presence.LEFT_OUT] = ()
    histogram: Annotated[Many[PredictionHistogram], Presence.LEFT_OUT] = ()
    roc: Annotated[Many[RocCurve], Presence.LEFT_OUT] = ()
    precision_recall: Annotated[Many[PrecisionRecallCurve], Presence.LEFT_OUT] = ()
    cumulative: Annotated[Many[CumulativeCurve], Presence.LEFT_OUT] = ()

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """Return the curves of all parts, in their order."""
        some = list(parts)
        return cls(*(sum((getattr(part, f.name) for part in some), ()) for f in fields(cls)))

    def named(self, of: str) -> Self:
        """Return the same curves as those of a class or a model."""
        kinds = (getattr(self, field.name) for field in fields(self))
        return type(self)(*(tuple(replace(curve, of=of) for curve in kind) for kind in kinds))


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

    @property
    def has_interval(self) -> bool:
        """Whether the rate has an interval; where it has none, both ends are the rate."""
        return self.lower < self.upper


@dataclass(frozen=True)
class Reliability:
    """How often what a model predicts is observed, as a diagram shows it.

    Attributes
    ----------
    model : its name.
    rows : the number of rows.
    bins : from the lowest predictions to the highest.
    level : of the intervals and of the band.
    isotonic, band : as of `IsotonicCurve`.
    edges, counts : the distribution of predictions: one more edge than counts; empty if only the
        bins are known.
    events : how many of the counts are events; empty if that is not known.
    """

    model: str
    rows: int
    bins: tuple[ReliabilityBin, ...]
    level: float = 0.95
    isotonic: CurvePoints | None = None
    band: BandPoints | None = None
    edges: tuple[float, ...] = ()
    counts: tuple[float, ...] = ()
    events: tuple[float, ...] = ()


@dataclass(frozen=True)
class RankingCurve:
    """A curve over all thresholds, as a chart shows it: ROC, or precision and recall.

    Attributes
    ----------
    points : false positive rate and true positive rate, both from 0 to 1; or recall and precision.
    value : the area under the curve, or the average precision; None if it is undefined.
    lower, upper : the interval of the value; None without one.
    hull : the convex hull of an ROC curve; None without one.
    """

    model: str
    points: CurvePoints
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    hull: CurvePoints | None = None


@dataclass(frozen=True)
class CumulativeDifference:
    """A walk of cumulative differences, as a chart shows it.

    Attributes
    ----------
    points, limit, level : as of `CumulativeCurve`.
    ecce : the greatest less the least y; None if it is not known.
    """

    model: str
    points: CurvePoints
    limit: float | None = None
    level: float = 0.95
    ecce: float | None = None
    p_value: float | None = None
