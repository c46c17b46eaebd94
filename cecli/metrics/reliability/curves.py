"""Curves of calibration and ranking, from the cells of the predictions.

A curve is exact at the borders of cells. Between them it is known as far as the rows of a cell can
move it in any order, and no curve is reported where that is far. Of the points, those are kept that
are needed to be close to all of them.

References
----------
Dimitriadis, T., Gneiting, T., Jordan, A. I. (2021), Stable reliability diagrams for probabilistic
classifiers. doi:10.1073/pnas.2016191118
Davis, J., Goadrich, M. (2006), The relationship between precision-recall and ROC curves.
doi:10.1145/1143844.1143874
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple, Self

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.metrics.cells.cumulative import ECCE_P_VALUE, ECCE_SIGMA, largest_of_motion, walk_of
from cecli.metrics.cells.decomposition import Isotonic, isotonic_of
from cecli.numerics import Floats
from cecli.numerics.cells.histogram import histogram_of
from cecli.numerics.cells.keys import predictions_of
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.thinning import MANY, Polyline, extremes
from cecli.report.curves import (
    BandPoints,
    CumulativeCurve,
    CurvePoints,
    Curves,
    IsotonicCurve,
    PrecisionRecallCurve,
    PredictionHistogram,
    RocCurve,
)
from cecli.report.result import Undefined
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.mean import WEIGHT

# The significant digits of coordinates.
DIGITS = 7
# A share of the range of an axis that these digits do not tell.
NOTHING = 1e-9
# No curve is reported whose rows could move it farther than this; nor its beginning, if that could.
MOST_UNKNOWN = 0.01
# A share of the rows at either end that do not decide how finely the others are drawn.
FEW = 0.005


class Band(NamedTuple):
    """Where the isotonic curve is if predictions are calibrated, by a number of draws."""

    points: BandPoints
    draws: int


@dataclass(frozen=True)
class OfCurves:
    """Yields the curves of one model or class.

    Attributes
    ----------
    level : of the bands.
    soft : whether targets are probabilities: then there is no ranking, and no events are counted.
    of : the class or the model.
    band : of the isotonic curve; None if no labels were drawn.
    dependent : whether rows may depend on each other: the bands are of independent rows.
    """

    level: float
    soft: bool = False
    of: str = ""
    band: Band | None = None
    dependent: bool = False

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (CELLS, WEIGHT, *(() if self.soft else ECCE_P_VALUE.statistics))

    def finish(self, states: States) -> Iterator[Curves]:
        cells: OrderedCells = states[CELLS].cells
        yield Curves(
            isotonic=(self._isotonic(cells, states.once(isotonic_of)),),
            histogram=(self._histogram(cells, states[WEIGHT].total),),
            roc=tuple(self._roc(cells, states)),
            precision_recall=tuple(self._precision_recall(cells)),
            cumulative=tuple(self._cumulative(states)),
        )

    def _isotonic(self, cells: OrderedCells, found: Isotonic) -> IsotonicCurve:
        points, draws = (None, 0) if self.band is None else self.band
        line = isotonic_line(cells, found)
        return IsotonicCurve(
            of=self.of,
            points=_points(line.thinned(lengths=usual_lengths(cells, found))),
            is_exact=not found.is_living.any(),
            band=points,
            level=self.level,
            draws=draws,
        )

    def _histogram(self, cells: OrderedCells, total: Fraction) -> PredictionHistogram:
        edges, weight, events = histogram_of(cells)
        unit = total / sum(weight)
        return PredictionHistogram(
            of=self.of,
            edges=edges,
            weight=tuple(float(x * unit) for x in weight),
            events=() if self.soft else tuple(float(x * unit) for x in events),
        )

    def _roc(self, cells: OrderedCells, states: States) -> Iterator[RocCurve]:
        if self.soft or not (cells.events.any() and cells.others.any()):
            return
        line = roc_line(cells)
        if line.within_x <= MOST_UNKNOWN:
            # The hull of what is known at the borders of cells is as near to that of all rows.
            hull = hull_line(states.once(isotonic_of)).wider(line.within_x, line.within_y)
            yield RocCurve(of=self.of, points=_points(line.thinned()), hull=_points(hull.thinned()))

    def _precision_recall(self, cells: OrderedCells) -> Iterator[PrecisionRecallCurve]:
        if self.soft or not cells.events.any():
            return
        line = precision_line(cells)
        if len(line.x):
            yield PrecisionRecallCurve(of=self.of, points=_points(line.thinned()))

    def _cumulative(self, states: States) -> Iterator[CumulativeCurve]:
        line = cumulative_line(states)
        if line.within_y <= MOST_UNKNOWN:
            points, limit = _points(line.thinned()), self._limit(states)
            yield CumulativeCurve(of=self.of, points=points, limit=limit, level=self.level)

    def _limit(self, states: States) -> float | None:
        """Return how far a calibrated model would go; None where that is not known."""
        if self.soft or self.dependent or isinstance(ECCE_P_VALUE.answer(states), Undefined):
            return None
        sigma = ECCE_SIGMA.answer(states)
        if isinstance(sigma, Undefined) or sigma == 0.0:
            return None
        return rounded(sigma * largest_of_motion(self.level))


def _points(line: Polyline) -> CurvePoints:
    """Return a line with few digits; the bounds are rounded up, or left out if they are less."""
    within = (
        float(f"{1.05 * value:.2g}") if value > NOTHING * length else 0.0
        for value, length in zip((line.within_x, line.within_y), line.ranges, strict=True)
    )
    return CurvePoints(_all_rounded(line.x), _all_rounded(line.y), *within)


def _all_rounded(values: Floats) -> tuple[float, ...]:
    return tuple(map(rounded, values.tolist()))


def rounded(value: float) -> float:
    """Return a coordinate with the digits that curves have."""
    return float(f"{value:.{DIGITS}g}")


def isotonic_line(cells: OrderedCells, found: Isotonic) -> Polyline:
    """Return the rate of each block at its lowest and at its highest prediction."""
    starts = found.steps.starts
    stops = np.append(starts[1:], len(cells)) - 1
    ends = np.column_stack([cells.least[starts], cells.most[stops]])
    rates = np.column_stack([found.steps.events / found.steps.weight] * 2)
    # A block of one prediction is one point.
    is_new = np.column_stack([np.ones(len(starts), dtype=bool), ends[:, 0] < ends[:, 1]])
    return Polyline(predictions_of(ends[is_new])[0], rates[is_new])


def usual_lengths(cells: OrderedCells, found: Isotonic) -> tuple[float, float]:
    """Return how far apart nearly all predictions are, and the rates of their blocks.

    One event at the end of the predictions may have a rate of 1, where all others are far lower.
    """
    ends = [share * float(int(cells.weight.sum())) for share in (FEW, 1.0 - FEW)]
    places = np.searchsorted(np.cumsum(cells.weight), ends)
    blocks = np.searchsorted(np.cumsum(found.steps.weight), ends)
    rates = found.steps.events[blocks] / found.steps.weight[blocks]
    x, y = (float(z[1] - z[0]) or 1.0 for z in (cells.means[0][places], rates))
    return x, y


class FromAbove(NamedTuple):
    """The rows above each threshold between cells, from the highest cell to the lowest.

    Attributes
    ----------
    events, others : their weights, after each cell, shape (n,).
    is_unknown : whether the order of the rows in a cell could matter.
    """

    events: Floats
    others: Floats
    is_unknown: Any

    @classmethod
    def of(cls, cells: OrderedCells) -> Self:
        mixed = cells.is_wide & (cells.events > 0) & (cells.others > 0)
        events, others = (np.cumsum(x[::-1]).astype(float) for x in (cells.events, cells.others))
        return cls(events, others, mixed[::-1])


def roc_line(cells: OrderedCells) -> Polyline:
    """Return the true positive rate by the false positive rate.

    Notes
    -----
    In a cell, the curve is somewhere in the rectangle around the straight line, and so within
    ab/(a + b) of it along both axes, a and b being its sides.
    """
    above = FromAbove.of(cells)
    x, y = (np.append(0.0, z / z[-1]) for z in (above.others, above.events))
    a, b = (np.diff(z)[above.is_unknown] for z in (x, y))
    off = float((a * b / (a + b)).max(initial=0.0))
    return Polyline(x, y, off, off)


def hull_line(found: Isotonic) -> Polyline:
    """Return the convex hull of the ROC curve: its slopes are those of isotonic regression."""
    events, weight = found.steps.events[::-1], found.steps.weight[::-1]
    x, y = (np.append(0.0, np.cumsum(z) / z.sum()) for z in (weight - events, events))
    return Polyline(x, y)


def precision_line(cells: OrderedCells) -> Polyline:
    """Return the precision by the recall as steps, from the recall on from which it is known.

    Notes
    -----
    With events T and others B above a cell that holds S and F, the precision in it is at most
    (T + S)/(T + S + B) and at least T/(T + B + F).
    """
    above = FromAbove.of(cells)
    t, b = above.events, above.others
    recall, precision = t / t[-1], t / (t + b)
    before_t, before_b = (np.append(0.0, x[:-1]) for x in (t, b))
    with np.errstate(invalid="ignore"):
        highest, lowest = t / (t + before_b), before_t / (before_t + b)
    off = np.where(above.is_unknown, np.maximum(highest - precision, precision - lowest), 0.0)
    unknown = np.flatnonzero(off > MOST_UNKNOWN)
    first = int(unknown[-1]) + 1 if len(unknown) else 0
    line = Polyline(recall[first:], precision[first:])
    if not len(line.x):
        return line
    started = np.append(0.0, recall)[first:-1]
    places = extremes(line) if len(line.x) > MANY else np.arange(len(line.x))
    x = np.column_stack([started[places], line.x[places]]).ravel()
    return Polyline(x, np.repeat(line.y[places], 2), 0.0, float(off[first:].max()))


def cumulative_line(states: States) -> Polyline:
    """Return the cumulative differences by the cumulated share of the weight."""
    cells, walk = states[CELLS].cells, states.once(walk_of)
    weight = np.cumsum(cells.weight)
    x = np.append(0.0, weight / float(weight[-1]))
    mixed = cells.is_wide & (cells.events > 0) & (cells.others > 0)
    ends = walk.at[:-1][mixed], walk.at[1:][mixed]
    above = float((walk.highest - np.maximum(*ends)).max(initial=0.0))
    below = float((np.minimum(*ends) - walk.lowest).max(initial=0.0))
    return Polyline(x, walk.at, 0.0, max(above, below))
