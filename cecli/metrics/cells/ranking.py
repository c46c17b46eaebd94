"""How well predictions rank events above non-events, from the cells of the predictions.

References
----------
DeLong, E. R., DeLong, D. M., Clarke-Pearson, D. L. (1988), Comparing the areas under two or more
correlated receiver operating characteristic curves. doi:10.2307/2531595
Davis, J., Goadrich, M. (2006), The relationship between precision-recall and ROC curves.
doi:10.1145/1143844.1143874
"""

from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple, TypeVar

import numpy as np

from cecli.core.statistic import States
from cecli.intervals.formula import Direct, Image
from cecli.metrics.cells.bracket import Bracket, Bracketed, bracketed
from cecli.metrics.cells.delong import RowsOfClasses
from cecli.metrics.metric import Metric, Task
from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.distributions.logarithm import log1p
from cecli.numerics.sums.exact import exact_dot, exact_sum, from_units
from cecli.report.result import Definition, Direction, IntervalScale, Undefined
from cecli.statistics.cells.prediction_cells import CELLS

ONE_CLASS = Undefined("there is one class only, so that nothing can be ranked above the other")
NO_EVENT = Undefined("no row is of the positive class")
PRECISION_BITS, HALF_BITS = 53, 31


class RankedPairs(NamedTuple):
    """Twice the weights of the pairs of an event and a non-event, exact.

    Attributes
    ----------
    right : those in the right order, and half of those with equal predictions.
    unknown : those that share a cell, but not for certain their prediction.
    total : all of them.
    """

    right: int
    unknown: int
    total: int


def pairs_of(states: States) -> RankedPairs:
    """Return the weights of pairs by what is known of their order."""
    cells = states[CELLS].cells
    events, others = cells.events, cells.others
    below = np.cumsum(others) - others
    same = [_dot(events[kind], others[kind]) for kind in (~cells.is_wide, cells.is_wide)]
    total = 2 * int(events.sum()) * int(others.sum())
    return RankedPairs(2 * _dot(events, below) + same[0], 2 * same[1], total)


def _dot(x: Integers, y: Integers) -> int:
    """Return Σxy of integers that are not negative, exact."""
    if not len(x):
        return 0
    if max(int(x.max()), int(y.max())) >> PRECISION_BITS == 0:
        a, b = x.astype(np.float64), y.astype(np.float64)
        return int(from_units(exact_dot(a, b)))
    mask = (1 << HALF_BITS) - 1
    halves = [[(z & mask).astype(np.float64), (z >> HALF_BITS).astype(np.float64)] for z in (x, y)]
    return sum(
        int(from_units(exact_dot(a, b))) << (HALF_BITS * (i + j))
        for i, a in enumerate(halves[0])
        for j, b in enumerate(halves[1])
    )


def _auc(states: States) -> Bracket | Undefined:
    pairs = states.once(pairs_of)
    if not pairs.total:
        return ONE_CLASS
    ends = (2 * pairs.right + pairs.unknown, 2 * pairs.right, 2 * (pairs.right + pairs.unknown))
    return Bracket(*(float(Fraction(end, 2 * pairs.total)) for end in ends))


def _gini(states: States) -> Bracket | Undefined:
    pairs = states.once(pairs_of)
    if not pairs.total:
        return ONE_CLASS
    ends = (2 * pairs.right + pairs.unknown, 2 * pairs.right, 2 * (pairs.right + pairs.unknown))
    return Bracket(*(float(Fraction(end, pairs.total) - 1) for end in ends))


def delong_variance(states: States) -> Fraction | None:
    """Return the variance of the AUC by the placements of each class among the other.

    The placement of a row is the share of the other class that it is ranked rightly against; those
    in its own cell count half.
    """
    cells, auc = states[CELLS].cells, states.once(_auc)
    if isinstance(auc, Undefined):
        return None
    events, others = (x.astype(np.float64) for x in (cells.events, cells.others))
    positives, negatives = int(cells.events.sum()), int(cells.others.sum())
    below = (np.cumsum(cells.others) - cells.others).astype(np.float64)
    above = (positives - np.cumsum(cells.events)).astype(np.float64)
    of_events = ((below + others / 2.0) / float(negatives) - auc.value) ** 2
    of_others = ((above + events / 2.0) / float(positives) - auc.value) ** 2
    squares = cells.squares
    return states.once(rows_of_classes).variance(
        _total(squares[0] * of_events) / positives**2,
        _total(squares[1] * of_others) / negatives**2,
    )


def rows_of_classes(states: States) -> RowsOfClasses:
    """Return the effective numbers of events and of non-events."""
    return RowsOfClasses.of(states[CELLS].cells)


def _degrees(states: States) -> float:
    return states.once(rows_of_classes).degrees


def _total(values: Floats) -> Fraction:
    return from_units(exact_sum(values))


def _of_gini(states: States) -> Fraction | None:
    variance = states.once(delong_variance)
    return None if variance is None else 4 * variance


X = TypeVar("X", float, Floats)


def _doubled(low: X, high: X) -> tuple[X, X]:
    return 2.0 * low - 1.0, 2.0 * high - 1.0


def _no_floor(states: States) -> None:  # noqa: ARG001
    """Return None: no variance is implied by the predictions."""
    return


DELONG = Direct((CELLS,), lambda states: states.once(delong_variance), _no_floor, _degrees)
AUC = bracketed(
    Definition(
        "auc",
        "Chance that an event has a higher prediction than a non-event; ties count half.",
        "sum over pairs w w' ([q > q'] + [q = q'] / 2) / sum w w', of events and non-events",
        Direction.HIGHER,
        high=1.0,
        also=("AUROC", "ROC AUC", "C statistic", "concordance"),
        streams="within auc_lower and auc_upper, about 7e-5 apart",
        scale=IntervalScale.LOGIT,
    ),
    "chance that an event is ranked above a non-event",
    (CELLS,),
    _auc,
    DELONG,
)
_GINI = bracketed(
    Definition(
        "gini",
        "Area between the ROC curve and the diagonal, relative to the largest possible.",
        "2 auc - 1",
        Direction.HIGHER,
        low=-1.0,
        high=1.0,
        also=("Somers' D", "accuracy ratio"),
        streams="within gini_lower and gini_upper, about 1.4e-4 apart",
    ),
    "2 auc - 1",
    (CELLS,),
    _gini,
    Direct((CELLS,), _of_gini, _no_floor, _degrees),
)
GINI = Bracketed(
    replace(_GINI.value, image=Image(AUC.value, _doubled, _doubled)), _GINI.lower, _GINI.upper
)


def _precision(states: States) -> Bracket | Undefined:
    cells = states[CELLS].cells
    if not cells.events.any():
        return NO_EVENT
    wide = cells.is_wide & (cells.events > 0)
    tied, first, evenly, last = _contributions(cells)
    positives = float(cells.events.sum())
    # If all rows of a cell are events, its order is known as soon as weights are equal.
    columns = (
        np.where(wide, evenly, tied),
        np.where(wide, last, tied),
        np.where(wide, first, tied),
    )
    point, lower, upper = (min(1.0, float(_total(x)) / positives) for x in columns)
    return Bracket(min(max(point, lower), upper), lower, upper)


def _contributions(cells: OrderedCells) -> tuple[Floats, Floats, Floats, Floats]:
    """Return what each cell adds to Σw·precision over the events, for four orders of its rows.

    All predictions are equal; the events tie above the others; labels are spread evenly; the events
    come after the others, one by one.

    Notes
    -----
    With events S, others F, and T and B of each above: S(T+S)/(T+S+B+F); S(T+S)/(T+S+B); the
    integral of the precision along a straight line; S − (B+F)·ln(1 + S/(T+B+F)).
    """
    s, f = (x.astype(np.float64) for x in (cells.events, cells.others))
    above = [(int(x.sum()) - np.cumsum(x)).astype(np.float64) for x in (cells.events, cells.others)]
    t, b = above
    with np.errstate(divide="ignore", invalid="ignore"):
        tied = s * (t + s) / (t + s + b + f)
        first = s * (t + s) / (t + s + b)
        last = np.where(b + f > 0.0, s - (b + f) * log1p(s / (t + b + f)), s)
        n = s + f
        share = s / n
        before = t + b
        grown = log1p(n / before)
        off = (t - before * share) / n * np.where(before > 0.0, grown, 0.0)
        evenly = s * (share + off)
    nothing = s == 0.0
    tied, first, evenly, last = (np.where(nothing, 0.0, x) for x in (tied, first, evenly, last))
    return tied, first, evenly, np.clip(last, 0.0, first)


AVERAGE_PRECISION = bracketed(
    Definition(
        "average_precision",
        "Mean over the events of the precision at their prediction.",
        "sum w t (share of events among rows with q at least as high) / sum w t",
        Direction.HIGHER,
        high=1.0,
        also=("AP", "PR AUC", "AUPRC"),
        streams="within average_precision_lower and average_precision_upper",
    ),
    "mean precision at the events",
    (CELLS,),
    _precision,
)


def _ks(states: States) -> Bracket | Undefined:
    cells = states[CELLS].cells
    if not (cells.events.any() and cells.others.any()):
        return ONE_CLASS
    shares = [x / float(x.sum()) for x in (cells.events, cells.others)]
    after = [np.cumsum(x) / float(x.sum()) for x in (cells.events, cells.others)]
    gap = after[1] - after[0]
    lower = min(1.0, float(np.abs(gap).max()))
    if not cells.is_wide.any():
        return Bracket(lower, lower, lower)
    # Within a cell, all non-events may come first, or all events.
    events, others = (x[cells.is_wide] for x in shares)
    ends = gap[cells.is_wide]
    reach = np.maximum(ends + events, others - ends)
    return Bracket(lower, lower, min(1.0, max(lower, float(reach.max()))))


KS = bracketed(
    Definition(
        "ks",
        "Largest difference between the distributions of predictions of events and non-events; of "
        "cecli drift, between those of a column then and now.",
        "max over x |P(q <= x | event) - P(q <= x | non-event)|",
        Direction.HIGHER,
        high=1.0,
        also=("Kolmogorov-Smirnov", "Youden's J"),
        streams="within ks_lower and ks_upper",
    ),
    "largest distance of the two distributions of predictions",
    (CELLS,),
    _ks,
)


def reported(task: Task) -> tuple[Metric, ...]:
    """Return the metric of ranking that a score reports: none for soft labels."""
    return () if task.several or task.soft else (AUC.value,)


RANKING = (AUC, GINI, AVERAGE_PRECISION, KS)
DEFINITIONS = tuple(definition for each in RANKING for definition in each.definitions)
