"""The smooth calibration error: no bins, and no bandwidth to choose.

Residuals t − q are smoothed along q by a Gaussian kernel of bandwidth σ, reflected at 0 and 1. What
remains of them, f(σ) = ∫|Σ w(t − q) K(x, q)|dx / W, falls in σ. The error is the σ with f(σ) = σ.

References
----------
Błasiok, J., Nakkiran, P. (2024), Smooth ECE: principled reliability diagrams via kernel smoothing.
ICLR 2024, arXiv:2309.12236
"""

import math
from enum import IntEnum
from typing import Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cecli.core.dataclasses import dataclass, field
from cecli.core.statistic import States
from cecli.metrics.cells.bracket import Bracket, bracketed
from cecli.numerics import Floats
from cecli.numerics.cells.keys import predictions_of
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.distributions.exponential import exp
from cecli.report.result import Definition, Direction
from cecli.statistics.cells.prediction_cells import CELLS

try:
    # Sums in a stated order, compiled.
    from cecli.numerics import scalar_loops
except ImportError:
    scalar_loops = None  # type: ignore[assignment]

# The L1 distance of two Gaussians d apart is at most √(2/π)·d/σ.
MOVED = math.sqrt(2.0 / math.pi)
# ∫|φ″| is 4φ(1) for σ = 1. A mass that is split between the ends of a step moves the curve by h²/8
# of it, and a straight line over a step is off by as much.
BENT = 2.0 * 4.0 * math.exp(-0.5) / math.sqrt(2.0 * math.pi) / 8.0
# The steps in a bandwidth: these errors are below 2.4e-4 of the sum of all masses.
STEPS = 32
# Bounding so many bandwidths, the kernel is below the last bit.
REACH = 8.5
# Rounding is far below this.
ROUNDING = 1e-12
LEAST_STEPS, MOST_STEPS = 1 << 5, 1 << 17
# So many products at once stay in the cache of a processor.
AT_ONCE = 1 << 13
PRECISE = 1e-6
LEAST = 1e-9
WIDER = 1.25


class Bounding(IntEnum):
    """The side of a value on which a bound is."""

    BELOW = -1
    ABOVE = 1


@dataclass(frozen=True, eq=False)
class Masses:
    """The residuals of cells, each at its mean prediction.

    Attributes
    ----------
    at, mass : where, and Σw(t − q)/W.
    moved : the sum of |residuals|, each times how far it may be from there.
    total : Σ|mass|.
    grids : the masses on grids, by their steps, once they were needed.
    """

    at: Floats
    mass: Floats
    moved: float
    total: float
    grids: dict[int, Floats] = field(default_factory=dict)

    @classmethod
    def of(cls, cells: OrderedCells) -> Self:
        """Return the residuals in some cells."""
        weight = float(int(cells.weight.sum()))
        q, rest = cells.means
        events, others = cells.events / weight, cells.others / weight
        mass = events * rest - others * q
        wide = cells.is_wide
        low, high = predictions_of(cells.least[wide]), predictions_of(cells.most[wide])
        far = np.maximum(high[0] - q[wide], q[wide] - low[0])
        # Of events, t − q is at most 1 − q of the least prediction; of others, q of the largest.
        absolute = events[wide] * low[1] + others[wide] * high[0]
        return cls(q, mass, float((absolute * far).sum()), float(np.abs(mass).sum()))

    def smoothed(self, sigma: float) -> Bracket:
        """Return f(σ)."""
        steps = 1 << max(0, math.ceil(math.log2(STEPS / sigma)))
        steps = min(max(steps, LEAST_STEPS), MOST_STEPS)
        value = _integral(_convolved(self._grid(steps), sigma * steps))
        bent = BENT * self.total / (sigma * steps) ** 2
        off = MOVED * self.moved / sigma + bent + ROUNDING
        return Bracket(value, value - off, value + off)

    def _grid(self, steps: int) -> Floats:
        if steps not in self.grids:
            self.grids[steps] = self._on_grid(steps)
        return self.grids[steps]

    def _on_grid(self, steps: int) -> Floats:
        """Return the masses on a grid of [0, 1], each split between its two neighbours."""
        place = self.at * steps
        before = np.minimum(place.astype(np.int64), steps - 1)
        after = place - before
        first = np.bincount(before, self.mass * (1.0 - after), steps + 1)
        second = np.bincount(before + 1, self.mass * after, steps + 1)
        return np.asarray(first + second, dtype=np.float64)


def _convolved(mass: Floats, sigma: float) -> Floats:
    """Return masses smoothed and reflected at both ends; σ in steps."""
    reach = math.ceil(REACH * sigma)
    # Reflection makes the masses an even function of period 2; those at the ends count twice.
    inner = mass[1:-1]
    period = np.concatenate([[2.0 * mass[0]], inner, [2.0 * mass[-1]], inner[::-1]])
    padded = np.pad(period, reach, mode="wrap")[: len(mass) + 2 * reach]
    kernel = exp(-0.5 * (np.arange(reach + 1.0) / sigma) ** 2) / (sigma * math.sqrt(2.0 * math.pi))
    if scalar_loops is not None:
        return scalar_loops.convolved(padded, kernel)
    return _summed(padded, kernel)


def _summed(padded: Floats, kernel: Floats) -> Floats:
    """Return the sums of kernel[|k|] x[i + k], from the middle outwards."""
    reach = len(kernel) - 1
    size = len(padded) - 2 * reach
    # Row `reach + k` has the masses that are k steps further on.
    moved = sliding_window_view(padded, size)
    found: Floats = kernel[0] * moved[reach]
    rows = max(1, AT_ONCE // size)
    for first in range(1, reach + 1, rows):
        end = min(first + rows, reach + 1)
        before, after = (
            moved[reach - end + 1 : reach - first + 1],
            moved[reach + first : reach + end],
        )
        for term in kernel[first:end, np.newaxis] * (before[::-1] + after):
            found += term
    return found


def _integral(curve: Floats) -> float:
    """Return ∫|f| of the straight lines between the points of a curve, in steps."""
    a, b = np.abs(curve[:-1]), np.abs(curve[1:])
    crosses = (curve[:-1] < 0.0) != (curve[1:] < 0.0)
    whole = a + b
    with np.errstate(invalid="ignore"):
        triangles = np.where(whole > 0.0, (a * a + b * b) / whole, 0.0)
    return float(np.where(crosses, triangles, whole).sum()) / 2.0


def smooth_error(cells: OrderedCells) -> Bracket:
    """Return the smooth calibration error, and certain bounds of it."""
    masses = Masses.of(cells)
    value = _crossing(masses)
    if value == 0.0:
        # Every σ above is large enough if all residuals could be this small.
        return Bracket(0.0, 0.0, _bound(masses, LEAST, Bounding.ABOVE))
    return Bracket(
        value, _bound(masses, value, Bounding.BELOW), _bound(masses, value, Bounding.ABOVE)
    )


def _crossing(masses: Masses) -> float:
    """Return the σ with f(σ) = σ, by false position; f is at most the sum of all masses."""
    low, high = 0.0, min(1.0, masses.total)
    if high < LEAST:
        return 0.0
    above, below = high, masses.smoothed(high).value - high
    if below >= 0.0:
        return high
    while high - low > PRECISE * high:
        sigma = (low * below - high * above) / (below - above)
        # Not so near an end that the other one would stay where it is.
        sigma = min(max(sigma, low + 0.01 * (high - low)), high - 0.01 * (high - low))
        excess = masses.smoothed(sigma).value - sigma
        # f falls, so the crossing is no further away than this.
        if abs(excess) <= PRECISE * sigma:
            return sigma
        if excess >= 0.0:
            low, above, below = sigma, excess, 0.5 * below
        else:
            high, below, above = sigma, excess, 0.5 * above
    return 0.5 * (low + high)


def _bound(masses: Masses, value: float, side: Bounding) -> float:
    """Return a σ beyond which the error cannot be: f ± its error is on the other side of σ."""
    found = masses.smoothed(value or LEAST)
    # Where little remains, the error of f alone decides: σ² is about what moved.
    distance = 0.5 * min(found.upper - found.value, math.sqrt(masses.moved) + 1e-3 * value + LEAST)
    while True:
        sigma = value + side * distance
        if sigma <= LEAST:
            return 0.0
        if sigma >= 1.0:
            return 1.0
        at = masses.smoothed(sigma)
        if side * (at.upper if side is Bounding.ABOVE else at.lower) <= side * sigma:
            return sigma
        distance *= WIDER


def _smece(states: States) -> Bracket:
    return smooth_error(states[CELLS].cells)


SMECE = bracketed(
    Definition(
        "smece",
        "Smooth calibration error: residuals that remain after smoothing as far as they are large.",
        "sigma with integral |sum w (t - q) K(x, q)| dx / W = sigma, K Gaussian, reflected",
        Direction.LOWER,
        high=1.0,
        also=("smooth ECE",),
        streams="within smece_lower and smece_upper",
    ),
    "smooth calibration error: no bins to choose",
    (CELLS,),
    _smece,
)
DEFINITIONS = SMECE.definitions
