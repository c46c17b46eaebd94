"""The change of the mean loss: other predictions, another meaning of them, less certain labels.

In the bins b of the reference's predictions, let p and q be the shares of both samples, l and l′
their mean losses, h and h′ the entropies of their labels, and m = l − h, m′ = l′ − h′ what is lost
beyond: by predictions that do not mean what they say. Then

    Σ q l′ − Σ p l = Σ (q − p) l + Σ q (m′ − m) + Σ q (h′ − h),

exactly: the change of the population at the reference's losses, of the calibration, and of the
refinement, both in the population of now. The first sum is the term of composition of Kitagawa, and
l = m + h splits the loss as DeGroot and Fienberg do.

References
----------
Kitagawa, E. M. (1955), Components of a difference between two rates. doi:10.2307/2281213
DeGroot, M. H., Fienberg, S. E. (1983), The comparison and evaluation of forecasters.
doi:10.2307/2987588
Bröcker, J. (2009), Reliability, sufficiency, and the decomposition of proper scores.
doi:10.1002/qj.456
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cecli.core.chunk import Chunk
from cecli.metrics.cross_entropy import cross_entropy
from cecli.metrics.drift.binned import weights_of
from cecli.numerics import Floats
from cecli.numerics.distributions.logarithm import log
from cecli.numerics.sums.exact import exact_sum, from_units
from cecli.report.result import Undefined
from cecli.statistics.cells.number_cells import NumberCellsState


def observed(chunk: Chunk) -> Floats:
    """Return 1 where the event happened, and 0 elsewhere."""
    return chunk.numbers["target"]


def finite_loss(chunk: Chunk) -> Floats:
    """Return the loss of each row in nats, 0 where it is infinite."""
    loss = chunk.once(cross_entropy)
    return np.where(np.isinf(loss), 0.0, loss)


def infinite_loss(chunk: Chunk) -> Floats:
    """Return 1 where the loss is infinite, and 0 elsewhere."""
    return np.isinf(chunk.once(cross_entropy)).astype(np.float64)


# What is summed in each cell of the predictions.
SCORES = (observed, finite_loss, infinite_loss)


class LossChange(NamedTuple):
    """The mean losses of both samples, and the parts of their difference; in nats."""

    reference: float
    current: float
    population: float
    calibration: float
    refinement: float


def change_of(
    reference: NumberCellsState, current: NumberCellsState, borders: Sequence[int]
) -> LossChange | Undefined:
    """Return the parts of the change of the loss.

    Parameters
    ----------
    borders : the keys of predictions at which a bin begins, none of which is empty in the
        reference; cells of both end there.
    """
    both = [_sums(state, borders) for state in (reference, current)]
    if any(infinite.any() for *_, infinite in both):
        return Undefined("some losses are infinite")
    (weight, events, loss, _), (weight_now, events_now, loss_now, _) = both
    p, q = weight / weight.sum(), weight_now / weight_now.sum()
    then, now = loss / weight, _quotient(loss_now, weight_now)
    h, h_now = _entropy(events / weight), _entropy(_quotient(events_now, weight_now))
    return LossChange(
        _sum(p * then),
        _sum(q * now),
        _sum((q - p) * then),
        _sum(q * ((now - h_now) - (then - h))),
        _sum(q * (h_now - h)),
    )


def _sums(state: NumberCellsState, borders: Sequence[int]) -> list[Floats]:
    found = state.settled
    keys = np.array(borders, dtype=np.int64)
    places = np.searchsorted(keys, found.least, side="right")
    size = len(borders) + 1
    return [np.bincount(places, weights_of(each), size).astype(np.float64) for each in found.sums]


def _quotient(sums: Floats, weight: Floats) -> Floats:
    """Return means, 0 in bins without rows."""
    return sums / np.where(weight > 0.0, weight, 1.0)


def _entropy(rate: Floats) -> Floats:
    found = np.zeros(len(rate))
    inside = (rate > 0.0) & (rate < 1.0)
    x = rate[inside]
    found[inside] = -x * log(x) - (1.0 - x) * log(1.0 - x)
    return found


def _sum(terms: Floats) -> float:
    return float(from_units(exact_sum(terms)))
