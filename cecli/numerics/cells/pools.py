"""Isotonic regression over cells, and which cells could still change it.

Rows in the order of their predictions make a diagram: the cumulated weight of the events over the
cumulated weight of the rows. Isotonic regression is the slope of its greatest convex minorant. If
only the sums of cells are known, the minorant of the cells' borders is nowhere below the true one.
The true one can be below it only inside a cell whose corner, "all non-events first", is. So all
other cells can stay as they are, whatever the order of their rows: they are dead.

All is in integers, so that rounding cannot decide whether two means violate the order.

References
----------
Ayer, M. et al. (1955), An empirical distribution function for sampling with incomplete
information. doi:10.1214/aoms/1177728423
Barlow, R. E., Brunk, H. D. (1972), The isotonic regression problem and its dual, theorem 3.1.
doi:10.1080/01621459.1972.10481216
"""

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers
from cecli.numerics.cells.tables import cell_loops
from cecli.numerics.distributions.logarithm import log
from cecli.numerics.sums.exact import exact_sum, from_units

Flags = NDArray[np.bool_]


class Pools(NamedTuple):
    """A step function of the prediction: the pools of isotonic regression.

    Attributes
    ----------
    starts : the first cell of each pool, ascending from 0.
    weight, events : of the pools, int64.
    """

    starts: Integers
    weight: Integers
    events: Integers

    @classmethod
    def over(cls, weight: Integers, events: Integers) -> Self:
        """Return the pools of some cells in ascending order.

        Parameters
        ----------
        weight, events : shape (n,), int64; 0 <= events <= weight, weight above 0 and below 2**62
            in total.

        Examples
        --------
        >>> found = Pools.over(np.array([1, 1, 1, 2]), np.array([0, 1, 0, 2]))
        >>> found.starts.tolist(), found.weight.tolist(), found.events.tolist()
        ([0, 1, 3], [1, 2, 2], [0, 1, 2])
        """
        starts = _starts(weight, events)
        if not len(starts):
            return cls(starts, weight, events)
        return cls(starts, np.add.reduceat(weight, starts), np.add.reduceat(events, starts))

    @property
    def losses(self) -> "Losses":
        return losses_of(self.weight, self.events)


class Losses(NamedTuple):
    """Mean losses of pools that predict their own mean: cross-entropy in nats, and Brier score."""

    cross_entropy: float
    brier: float


def losses_of(weight: Integers, events: Integers) -> Losses:
    """Return the mean losses of pools that predict their own mean."""
    n, s, f = (x.astype(np.float64) for x in (weight, events, weight - events))
    happened, not_happened = s > 0.0, f > 0.0
    cost = np.zeros(len(n))
    cost[happened] += s[happened] * log(n[happened] / s[happened])
    cost[not_happened] += f[not_happened] * log(n[not_happened] / f[not_happened])
    total = int(weight.sum())
    return Losses(_quotient(cost, total), _quotient(s * (f / n), total))


def _quotient(values: Floats, total: int) -> float:
    return float(from_units(exact_sum(values)) / total)


def _starts(weight: Integers, events: Integers) -> Integers:
    if cell_loops is not None:
        return cell_loops.pool_starts(np.ascontiguousarray(weight), np.ascontiguousarray(events))
    pools: list[tuple[int, int, int]] = []
    for place, (all_, happened) in enumerate(zip(weight.tolist(), events.tolist(), strict=True)):
        start, n, s = place, all_, happened
        while pools and pools[-1][2] * n >= s * pools[-1][1]:
            start, others, others_happened = pools.pop()
            n, s = n + others, s + others_happened
        pools.append((start, n, s))
    return np.array([start for start, _, _ in pools], dtype=np.int64)


def living(weight: Integers, events: Integers, steps: Pools, is_wide: Flags) -> Flags:
    """Return which cells could lie below the minorant of the borders, shape (n,).

    Parameters
    ----------
    weight, events : of the cells, as of `Pools.over`.
    is_wide : whether a cell holds more than one prediction; only then can its rows be ordered.
    """
    if cell_loops is not None:
        return cell_loops.living(
            np.ascontiguousarray(weight),
            np.ascontiguousarray(events),
            np.ascontiguousarray(steps.starts),
            np.ascontiguousarray(is_wide).view(np.uint8),
        ).view(np.bool_)
    sizes = np.diff(np.append(steps.starts, len(weight)))
    before = [np.cumsum(x) - x for x in (weight, events)]
    x, y = (found - np.repeat(found[steps.starts], sizes) for found in before)
    corner = x + weight - events
    # Python's integers: the products take up to 124 bits.
    left = y.astype(object) * np.repeat(steps.weight, sizes)
    return np.asarray(is_wide & (left < corner.astype(object) * np.repeat(steps.events, sizes)))


def least_losses(weight: Integers, events: Integers, is_living: Flags) -> Losses:
    """Return the losses of isotonic regression if the rows of living cells had the best order.

    That is all non-events first. No order of their rows gives less, for any proper score: of two
    convex curves with the same ends, the slopes of the lower one majorize those of the other
    (Karamata's inequality).
    """
    others = np.where(is_living, weight - events, weight)
    happened = np.where(is_living, 0, events)
    last = np.where(is_living, events, 0)
    n, s = (np.column_stack(both).ravel() for both in ((others, last), (happened, last)))
    return Pools.over(n[n > 0], s[n > 0]).losses
