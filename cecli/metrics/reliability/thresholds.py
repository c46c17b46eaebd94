"""What follows from a threshold: rows with q at least as large count as positive.

All shares are quotients of exact sums over the cells on either side of the threshold.

References
----------
Matthews, B. W. (1975), Comparison of the predicted and observed secondary structure of T4 phage
lysozyme. doi:10.1016/0005-2795(75)90109-9
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import square_root
from cecli.metrics.reliability.bins import wilson
from cecli.metrics.reliability.divided import Divided, Share, Sums, sums_between
from cecli.numerics.cells.borders import border_before, border_places
from cecli.report.reliability import AtThreshold
from cecli.report.result import (
    Definition,
    Direction,
    Interval,
    IntervalScale,
    Result,
    Undefined,
)

HIGHER = Direction.HIGHER
SHARE = IntervalScale.SHARE
COUNTED = (
    Definition("true_positives", "Weight of the events with q >= T.", "sum w t [q >= T]"),
    Definition("false_positives", "Weight of the others with q >= T.", "sum w (1 - t) [q >= T]"),
    Definition("false_negatives", "Weight of the events with q < T.", "sum w t [q < T]"),
    Definition("true_negatives", "Weight of the others with q < T.", "sum w (1 - t) [q < T]"),
)
POSITIVES = Definition(
    "predicted_positives",
    "Share of the rows with q >= T.",
    "sum w [q >= T] / sum w",
    high=1.0,
    also=("alert rate", "selection rate"),
    scale=SHARE,
)
PRECISION = Definition(
    "precision",
    "Share of events among the rows with q >= T.",
    "true_positives / (true_positives + false_positives)",
    HIGHER,
    high=1.0,
    also=("positive predictive value", "PPV"),
    scale=SHARE,
)
RECALL = Definition(
    "recall",
    "Share of the events with q >= T.",
    "true_positives / (true_positives + false_negatives)",
    HIGHER,
    high=1.0,
    also=("sensitivity", "true positive rate", "TPR"),
    scale=SHARE,
)
SPECIFICITY = Definition(
    "specificity",
    "Share of the others with q < T.",
    "true_negatives / (true_negatives + false_positives)",
    HIGHER,
    high=1.0,
    also=("true negative rate", "TNR"),
    scale=SHARE,
)
F1 = Definition(
    "f1",
    "Harmonic mean of precision and recall.",
    "2 true_positives / (2 true_positives + false_positives + false_negatives)",
    HIGHER,
    high=1.0,
    also=("F-score", "Dice"),
)
MCC = Definition(
    "mcc",
    "Correlation of the decision and the outcome.",
    "(TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN))",
    HIGHER,
    low=-1.0,
    high=1.0,
    also=("Matthews correlation coefficient", "phi coefficient"),
)
LIFT = Definition(
    "lift",
    "How many times as frequent events are among the rows with q >= T as among all.",
    "precision / base_rate",
    HIGHER,
)
DEFINITIONS = (POSITIVES, PRECISION, RECALL, SPECIFICITY, F1, MCC, LIFT, *COUNTED)
NONE_ABOVE = Undefined("no prediction is as large as the threshold")
NO_EVENT = Undefined("no row is of the positive class")
NO_OTHER = Undefined("no row is of the other class")
ONE_SIDE = Undefined("all rows are on one side of the threshold, or of one class")


class Decisions(NamedTuple):
    """Sums over the rows below a threshold, and over those from it on."""

    below: Sums
    above: Sums

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """The weights of true and false positives, false and true negatives."""
        events, negatives = self.above.events, self.below.events
        return events, self.above.weight - events, negatives, self.below.weight - negatives

    @property
    def predicted(self) -> Share:
        squares = sum(self.above.squares) + sum(self.below.squares)
        return Share(self.above.weight, self.above.weight + self.below.weight, squares)

    @property
    def recall(self) -> Share:
        tp, _, fn, _ = self.counts
        return Share(tp, tp + fn, self.above.squares[0] + self.below.squares[0])

    @property
    def specificity(self) -> Share:
        _, fp, _, tn = self.counts
        return Share(tn, tn + fp, self.above.squares[1] + self.below.squares[1])

    @property
    def f1(self) -> float | Undefined:
        tp, fp, fn, _ = self.counts
        return float(Fraction(2 * tp, 2 * tp + fp + fn)) if tp + fp + fn else ONE_SIDE

    @property
    def mcc(self) -> float | Undefined:
        tp, fp, fn, tn = self.counts
        square = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
        if not square:
            return ONE_SIDE
        return _quotient_by_root(tp * tn - fp * fn, square)

    @property
    def lift(self) -> float | Undefined:
        tp, fp, fn, tn = self.counts
        if not tp + fp:
            return NONE_ABOVE
        if not tp + fn:
            return NO_EVENT
        return float(Fraction(tp * (tp + fp + fn + tn), (tp + fp) * (tp + fn)))


def _quotient_by_root(top: int, square: int) -> float:
    """Return top/√square of integers."""
    root = square_root(Fraction(top * top, square))
    return root if top >= 0 else -root


@dataclass(frozen=True)
class OverThreshold:
    """Yields what follows from a threshold.

    Attributes
    ----------
    divided : cells, divided at least at the threshold.
    level : of the intervals of shares.
    soft : whether targets are probabilities, whose shares have no interval here.
    dependent : whether rows may depend on each other: the intervals are of independent rows.
    """

    threshold: float
    divided: Divided
    level: float
    soft: bool = False
    dependent: bool = False

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return self.divided.statistics

    def finish(self, states: States) -> Iterator[AtThreshold]:
        cells = states.once(self.divided)
        place = int(border_places(cells, [border_before(self.threshold)])[0])
        below, above = sums_between(cells, 0, place), sums_between(cells, place, len(cells))
        yield AtThreshold(self.threshold, tuple(self._results(Decisions(below, above), states)))

    def _results(self, found: Decisions, states: States) -> Iterator[Result]:
        yield self._share(POSITIVES, found.predicted, NONE_ABOVE)
        yield self._share(PRECISION, found.above.rate, NONE_ABOVE)
        yield self._share(RECALL, found.recall, NO_EVENT)
        yield self._share(SPECIFICITY, found.specificity, NO_OTHER)
        for definition, value in ((F1, found.f1), (MCC, found.mcc), (LIFT, found.lift)):
            yield _result(definition, value)
        for definition, units in zip(COUNTED, found.counts, strict=True):
            yield _result(definition, self.divided.weight(states, units))

    def _share(self, definition: Definition, share: Share, none: Undefined) -> Result:
        if not share.whole:
            return _result(definition, none)
        if self.dependent or (self.soft and definition is not POSITIVES):
            return _result(definition, share.value)
        lower, upper = wilson(share, self.level)
        interval = Interval(None, lower, upper, self.level, scale=SHARE)
        return _result(definition, share.value, interval)


def _result(
    definition: Definition, value: float | Undefined, interval: Interval | None = None
) -> Result:
    if isinstance(value, Undefined):
        return Result(definition.name, definition.meaning, None, undefined=value.reason)
    return Result(definition.name, definition.meaning, value, interval=interval)
