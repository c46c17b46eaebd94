"""Tables of bins in reports: of calibration, with thresholds, and of drift from a reference."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, NamedTuple

from cecli.core.contract import Bounds, Count, InJson, Many, Number, Presence, Says, stated
from cecli.core.dataclasses import dataclass, replace
from cecli.report.result import Interval, Result, Units, intervals_of, metrics_of

Share = Annotated[float, Bounds(ge=0.0, le=1.0)]


class Strategy(StrEnum):
    """How predictions are divided into bins."""

    UNIFORM = "uniform"
    QUANTILE = "quantile"
    EDGES = "edges"


@stated
@dataclass(frozen=True)
class CalibrationBin:
    """The rows whose predictions are above one edge and at most the next; the first has 0, too.

    Attributes
    ----------
    low, high : the edges.
    lower, upper : the interval of the rate (Wilson 1927); None for soft labels, and for rows that
        depend on each other.
    contribution : to ece: the share of the weight, times |observed rate − mean prediction|.
    """

    low: Share
    high: Share
    rows: Count
    weight: float
    mean_prediction: Share
    observed_rate: Share
    lower: Number
    upper: Number
    contribution: Share


@stated
@dataclass(frozen=True)
class ReliabilityTable:
    """Mean prediction and observed rate in bins of the prediction; bins without rows are left out.

    Attributes
    ----------
    of : the class or the model that it is of; empty if there is one only.
    level : of the intervals.
    """

    of: Annotated[str, Presence.LEFT_OUT] = ""
    strategy: Annotated[Strategy, Bounds(strict=False)] = Strategy.UNIFORM
    level: float = 0.95
    bins: Annotated[Many[CalibrationBin], Says("from the lowest predictions to the highest")] = ()


class AtThreshold(NamedTuple):
    """What follows if predictions from a threshold on count as positive."""

    threshold: float
    results: tuple[Result, ...]


@dataclass(frozen=True)
class ModelResults:
    """The results of one of several models on the same rows."""

    model: str
    results: tuple[Result, ...]

    def in_units(self, units: Units) -> "ModelResults":
        """Return the results converted from nats."""
        return replace(self, results=tuple(result.in_units(units) for result in self.results))


@stated
@dataclass(frozen=True)
class ModelDocument:
    """The results of one of several models on the same rows."""

    model: str
    metrics: Mapping[str, Number]
    intervals: Mapping[str, Interval]


@stated
@dataclass(frozen=True)
class ThresholdDocument:
    """What follows if predictions from a threshold on count as positive."""

    threshold: Share
    metrics: Mapping[str, Number]
    intervals: Mapping[str, Interval]


# The fields of a report, which few reports have.
Tables = Annotated[
    Many[ReliabilityTable], Presence.LEFT_OUT, Says("observed rates in bins of the prediction")
]
Thresholds = Annotated[
    Many[ThresholdDocument], Presence.LEFT_OUT, Says("what follows from each threshold")
]
Models = Annotated[Many[ModelDocument], Presence.LEFT_OUT, Says("the results of further models")]


def threshold_document(at: AtThreshold) -> ThresholdDocument:
    """Return what follows from a threshold in the shape of its JSON."""
    return ThresholdDocument(at.threshold, metrics_of(at.results), intervals_of(at.results))


def model_document(of: ModelResults) -> ModelDocument:
    """Return the results of a model in the shape of their JSON."""
    return ModelDocument(of.model, metrics_of(of.results), intervals_of(of.results))


class DriftVerdict(StrEnum):
    """What the test of a column allows to say."""

    MOVED = "moved"
    NOT_SHOWN = "not-shown"
    UNTESTED = "untested"
    GONE = "gone"


class ColumnKind(StrEnum):
    """How the values of a column are compared."""

    NUMBERS = "numbers"
    CATEGORIES = "categories"


def _text(kind: type[StrEnum]) -> InJson:
    return InJson(str, kind)


@stated
@dataclass(frozen=True, kw_only=True)
class BinDrift:
    """A bin in both inputs: a value, numbers from `low` on and below `high`, or missing values.

    Attributes
    ----------
    reference, current : shares of all rows.
    """

    value: Annotated[str | None, Presence.LEFT_OUT] = None
    low: Annotated[Number, Presence.LEFT_OUT] = None
    high: Annotated[Number, Presence.LEFT_OUT] = None
    is_missing: Annotated[bool, Presence.LEFT_OUT] = False
    others: Annotated[
        Count, Presence.LEFT_OUT, Says("of so many further values together; 0 for a single bin")
    ] = 0
    reference: float
    current: float


@stated
@dataclass(frozen=True)
class ColumnDrift:
    """The drift of a column.

    Attributes
    ----------
    sentence : what the evidence allows to say.
    new, vanished : the first values that only the current input has, or only the reference.
    new_values, vanished_values : how many there are.
    """

    column: str
    kind: Annotated[ColumnKind, _text(ColumnKind)]
    verdict: Annotated[DriftVerdict, _text(DriftVerdict)]
    sentence: str
    bins: Many[BinDrift]
    new: Many[str] = ()
    vanished: Many[str] = ()
    new_values: Count = 0
    vanished_values: Count = 0


@dataclass(frozen=True)
class MeasuredColumn:
    """A column with all its metrics, which a report has under its name."""

    drift: ColumnDrift
    rows: int
    weight: float
    results: tuple[Result, ...]

    @property
    def values(self) -> Mapping[str, float | None]:
        return {result.name: result.value for result in self.results}
