"""Calibration by cumulative differences: no bins to choose.

D(x) = Σ w(t − q)/W over the rows with q ≤ x is a random walk around 0 if the predictions are
calibrated. Where they are too low, it rises; where they are too high, it falls.

References
----------
Arrieta-Ibarra, I., Gujral, P., Tannen, J., Tygert, M., Xu, C. (2022), Metrics of calibration for
probabilistic predictions. Journal of Machine Learning Research 23(351), 1-54.
Feller, W. (1951), The asymptotic distribution of the range of sums of independent random variables.
doi:10.1214/aoms/1177729589
"""

import math
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import numpy as np

from cecli.core.statistic import States
from cecli.intervals.delta import square_root
from cecli.metrics.calibration_tests.skewness import expected_rarer, too_few
from cecli.metrics.cells.bracket import Bracket, bracketed
from cecli.metrics.metric import Metric, Task
from cecli.metrics.predicted_variance import OUTCOME_VARIANCE
from cecli.numerics import Floats
from cecli.numerics.cells.keys import predictions_of
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.skewed import two_tails
from cecli.numerics.sums.exact import from_units
from cecli.numerics.tails import upper_tail
from cecli.report.result import Answer, Definition, Direction, Undefined
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.mean import WEIGHT

# A narrower range of a Brownian motion has a probability below 1e-50.
NARROW = 0.3
# Nor does it go so far.
LARGEST_MOTION = 40.0
CERTAIN = Undefined("all predictions are 0 or 1, so that chance moves nothing")


class Walk(NamedTuple):
    """The cumulative differences: at the borders of cells, and how far they may reach inside.

    Attributes
    ----------
    at : 0, and D after each cell, shape (n + 1,).
    highest, lowest : certain bounds of D within each cell, shape (n,).
    """

    at: Floats
    highest: Floats
    lowest: Floats

    @property
    def range(self) -> Bracket:
        inner = float(self.at.max() - self.at.min())
        if not len(self.highest):
            return Bracket(inner, inner, inner)
        highest = max(float(self.at.max()), float(self.highest.max()))
        lowest = min(float(self.at.min()), float(self.lowest.min()))
        return Bracket(inner, inner, highest - lowest)

    @property
    def farthest(self) -> Bracket:
        inner = float(np.abs(self.at).max())
        if not len(self.highest):
            return Bracket(inner, inner, inner)
        outer = max(float(self.highest.max()), -float(self.lowest.min()), inner)
        return Bracket(inner, inner, outer)


def walk_of(states: States) -> Walk:
    """Return the cumulative differences."""
    return walk(states[CELLS].cells)


def walk(cells: OrderedCells) -> Walk:
    """Return the cumulative differences over some cells."""
    total = float(int(cells.weight.sum()))
    q, rest = cells.means
    # One of both is exact, and small where the other is near 1.
    events, others = cells.events.astype(np.float64), cells.others.astype(np.float64)
    steps = (events * rest - others * q) / total
    at = np.append(0.0, np.cumsum(steps))
    wide = cells.is_wide & (cells.events > 0) & (cells.others > 0)
    low, high = predictions_of(cells.least[wide]), predictions_of(cells.most[wide])
    start = at[:-1][wide]
    # The events lift D by 1 − q each, the others lower it by q: at most so far, in any order.
    highest = start + events[wide] * low[1] / total
    lowest = start - others[wide] * high[0] / total
    return Walk(at, highest, lowest)


def _range(states: States) -> Bracket:
    return states.once(walk_of).range


def _farthest(states: States) -> Bracket:
    return states.once(walk_of).farthest


def _sigma(states: States) -> float:
    variance = states[OUTCOME_VARIANCE].twice_weighted
    return square_root(max(variance, Fraction(0)) / states[WEIGHT].total ** 2)


def _p_value(states: States) -> Bracket | Undefined:
    variance, weight = states[OUTCOME_VARIANCE].twice_weighted, states[WEIGHT]
    expected = expected_rarer(variance, weight.total, from_units(weight.weight_squared))
    found, sigma = states.once(_range), _sigma(states)
    ends: list[float] = []
    # The larger the differences, the smaller the chance of them.
    for reach in (found.value, found.upper, found.lower):
        answer = p_value_of(reach, sigma, expected)
        if isinstance(answer, Undefined):
            return answer
        ends.append(answer)
    return Bracket(*ends)


def p_value_of(found: float, sigma: float, expected: float) -> Answer:
    """Return the chance of cumulative differences with a range as large, were they calibrated.

    Parameters
    ----------
    found, sigma : ecce and its unit.
    expected : about how many of the rarer outcome the predictions expect.
    """
    if sigma == 0.0:
        # What has no chance and happens anyway needs no limit.
        return CERTAIN if found == 0.0 else 0.0
    if few := too_few(expected):
        return few
    return tail_of_range(found / sigma, 1.0 / math.sqrt(expected))


def tail_of_range(x: float, skewness: float = 0.0) -> float:
    """Return the chance that a Brownian motion on [0, 1] has at least this range.

    Parameters
    ----------
    skewness : of the sum of all steps, if they are not so many that it does not matter.

    Notes
    -----
    8 Σ (−1)ᵏ⁻¹ k·P(Z > kx): Feller's density, integrated. Far out, the first term is all of it:
    the chance that the walk goes as far, one way or the other. There the tails of a skewed sum
    take the place of the normal ones; n rare events have a skewness of 1/√n.

    Examples
    --------
    >>> round(tail_of_range(2.497), 3), tail_of_range(0.0)
    (0.05, 1.0)
    """
    if x < NARROW:
        return 1.0
    total, k = 4.0 * two_tails(x, skewness), 2
    while True:
        term = 8.0 * k * upper_tail(k * x, math.inf)
        total += term if k % 2 else -term
        if term < 1e-18:
            return min(max(total, 0.0), 1.0)
        k += 1


@cache
def largest_of_motion(level: float) -> float:
    """Return what |Brownian motion| on [0, 1] stays below with this probability.

    Notes
    -----
    Of P(max|B| >= x) = 4 Σ (−1)ᵏ P(Z > (2k + 1)x), by the reflection principle.

    Examples
    --------
    >>> round(largest_of_motion(0.95), 4)
    2.2414
    """
    low, high = 0.0, LARGEST_MOTION
    while True:
        middle = 0.5 * (low + high)
        if not low < middle < high:
            return high
        if middle < NARROW or _tail_of_largest(middle) > 1.0 - level:
            low = middle
        else:
            high = middle


def _tail_of_largest(x: float) -> float:
    total, k = 0.0, 0
    while True:
        term = 4.0 * upper_tail((2 * k + 1) * x, math.inf)
        total += -term if k % 2 else term
        if term < 1e-18:
            return total
        k += 1


NEEDED = (CELLS,)
ECCE = bracketed(
    Definition(
        "ecce",
        "Estimated cumulative calibration error: the range of the cumulative differences.",
        "max D - min D, D(x) = sum over q <= x of w (t - q) / sum w, and 0",
        Direction.LOWER,
        high=1.0,
        also=("ECCE-R", "cumulative calibration error"),
        streams="within ecce_lower and ecce_upper",
    ),
    "range of the cumulative differences: calibration error, without bins",
    NEEDED,
    _range,
)
ECCE_MAD = bracketed(
    Definition(
        "ecce_mad",
        "Largest cumulative difference, up or down.",
        "max |D|, D as of ecce",
        Direction.LOWER,
        high=1.0,
        also=("ECCE-MAD",),
        streams="within ecce_mad_lower and ecce_mad_upper",
    ),
    "largest cumulative difference",
    NEEDED,
    _farthest,
)
ECCE_SIGMA = Metric(
    Definition(
        "ecce_sigma",
        "Standard deviation of the sum of all differences, were the predictions calibrated.",
        "sqrt(sum w^2 q (1 - q)) / sum w",
    ),
    "its unit: what chance moves the cumulative difference",
    (OUTCOME_VARIANCE, WEIGHT),
    _sigma,
)
_P_VALUE = bracketed(
    Definition(
        "ecce_p_value",
        "Chance of an ecce as large, were the predictions calibrated.",
        "P(range of a skewed Brownian motion >= ecce / ecce_sigma), if sum q (1 - q) >= 5",
        high=1.0,
        streams="within ecce_p_value_lower and ecce_p_value_upper",
    ),
    "hypothesis: the predictions are calibrated",
    (CELLS, OUTCOME_VARIANCE, WEIGHT),
    _p_value,
)
ECCE_P_VALUE = _P_VALUE.value
DEFINITIONS = (
    *ECCE.definitions,
    *ECCE_MAD.definitions,
    ECCE_SIGMA.definition,
    *_P_VALUE.definitions,
)


def reported(task: Task) -> tuple[Metric, ...]:
    """Return what a score reports; no p-value of soft labels, or of rows that depend on others."""
    if task.several:
        return ()
    return (ECCE.value,) if task.soft or task.dependent else (ECCE.value, ECCE_P_VALUE)
