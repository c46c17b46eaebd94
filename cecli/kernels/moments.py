"""Sums of scores and of their squares over equally weighted rows, as the states of means."""

from collections.abc import Mapping

from cecli.numerics.sums.exact import COMPILED_SHIFT
from cecli.statistics.mean import ONE, MeanState, WeightState

# The sums of scores and of their squares, by name, in units of a pass.
Moments = Mapping[str, tuple[int, int]]


def added(mine: Moments, others: Moments) -> Moments:
    """Return the sums of some scores and of their squares, over the rows of both."""
    return {x: (mine[x][0] + others[x][0], mine[x][1] + others[x][1]) for x in mine}


def weights_of(rows: int) -> WeightState:
    """Return the state of the weights of some rows, all 1."""
    return WeightState(rows, rows * ONE, rows * ONE)


def mean_of(weights: WeightState, moments: tuple[int, int]) -> MeanState:
    """Return the state of a mean over equally weighted rows, given both sums of a pass."""
    total, squares = (x << COMPILED_SHIFT for x in moments)
    return MeanState(weights, total, total, squares)


def share_of(weights: WeightState, rows: int) -> MeanState:
    """Return the state of the share of some of equally weighted rows."""
    return MeanState(weights, rows * ONE, rows * ONE, rows * ONE)
