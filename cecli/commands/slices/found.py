"""The groups that were searched: which are worse, by how much for sure, and which add nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cecli.commands.slices.sums import PREDICTED, SURPLUS, Contrast, Parts
from cecli.metrics.predicted_variance import LOSS
from cecli.numerics import Floats
from cecli.numerics.tails import quantile


@dataclass(frozen=True, eq=False)
class Found:
    """Groups of rows.

    Attributes
    ----------
    keys : the value of each column that the rows of a group share.
    parts : their sums.
    total : those of all rows.
    """

    keys: tuple[Mapping[str, str], ...]
    parts: Parts
    total: Parts

    @cached_property
    def rest(self) -> Parts:
        """The rows outside of each group."""
        return self._whole(len(self.keys)).without(self.parts)

    def _whole(self, size: int) -> Parts:
        return self.total.at(np.zeros(size, dtype=np.int64))

    @cached_property
    def excess(self) -> Floats:
        return self.parts.mean(LOSS) - self.rest.mean(LOSS)

    @property
    def total_loss(self) -> float:
        return float(self.total.mean(LOSS)[0] * self.total.weight[0])

    def one(self, place: int) -> Parts:
        return self.parts.at(np.array([place]))

    def outside(self, part: Parts) -> Parts:
        """Return all rows without a part."""
        return self._whole(1).without(part)

    def lies_in(self, inner: int, outer: int) -> bool:
        """Return whether the rows of a group are among those of another, by their columns."""
        return self.keys[outer].items() < self.keys[inner].items()


def kept_of(
    found: Found,
    loss: Sequence[float | None],
    gap: Sequence[float | None],
    alpha: float,
) -> tuple[list[int], int]:
    """Return the groups that are worse, those that cost most first; and how many add nothing.

    A group adds nothing if it lies in one before it and is not worse than the rest of that, or if
    it holds one before it and is not worse without it.

    Parameters
    ----------
    loss, gap : the adjusted p-values of each group.
    alpha : the level of these tests.
    """
    is_worse = [(_is_below(a, alpha), _is_below(b, alpha)) for a, b in zip(loss, gap, strict=True)]
    worse = [place for place, tests in enumerate(is_worse) if any(tests)]
    costs = {place: _cost(found, place, is_worse[place], alpha) for place in worse}
    # Each of them is compared with those before it: one of many is above them by chance.
    least = alpha / max(len(worse), 1)
    kept: list[int] = []
    for place in sorted(worse, key=lambda place: (-costs[place], tuple(found.keys[place].items()))):
        if not any(_explains(found, other, place, is_worse[place], least) for other in kept):
            kept.append(place)
    return kept, len(worse) - len(kept)


def _is_below(p_value: float | None, alpha: float) -> bool:
    return p_value is not None and p_value <= alpha


def _cost(found: Found, place: int, is_worse: tuple[bool, bool], alpha: float) -> float:
    """Return what a group costs for sure: the lower bound of its excess loss, times its weight.

    If it was found by its calibration, the divergence of the rate from the mean prediction, where
    their distance has its lower bound: no recalibration within the group can hide it.
    """
    own, rest = found.one(place), found.outside(found.one(place))
    costs = [0.0]
    if is_worse[0]:
        costs.append(_lower(own.worse_than(rest), alpha))
    if is_worse[1]:
        distance = _lower(own.further_off(rest), alpha)
        costs.append(_divergence(own, max(distance, 0.0)))
    return max(costs) * float(own.weight[0])


def _lower(contrast: Contrast, alpha: float) -> float:
    reach = quantile(1.0 - alpha, float(contrast.degrees[0]))
    return float(contrast.difference[0]) - reach * float(contrast.se[0])


def _divergence(own: Parts, distance: float) -> float:
    q = float(own.mean(PREDICTED)[0])
    p = min(max(q + float(np.sign(own.mean(SURPLUS)[0])) * distance, 0.0), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.array([p, 1.0 - p]) * np.log(np.array([p, 1.0 - p]) / np.array([q, 1.0 - q]))
    return float(np.nansum(terms))


def _explains(
    found: Found, other: int, place: int, is_worse: tuple[bool, bool], least: float
) -> bool:
    """Return whether a group is worse only by the rows that it shares with another."""
    if found.lies_in(place, other):
        own = found.one(place)
        rest = found.one(other).without(own)
    elif found.lies_in(other, place):
        own = found.one(place).without(found.one(other))
        rest = found.outside(found.one(place))
    else:
        return False
    by_loss = is_worse[0] and _is_below(own.worse_than(rest).p_above()[0], least)
    by_gap = is_worse[1] and _is_below(own.further_off(rest).p_above()[0], least / 2.0)
    return not (by_loss or by_gap)
