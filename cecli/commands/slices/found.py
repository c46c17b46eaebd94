"""The groups that were searched: which are worse, by how much for sure, and which add nothing."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations

import numpy as np

from cecli.commands.slices.sums import PREDICTED, SURPLUS, Contrast, PartSums
from cecli.core.dataclasses import dataclass
from cecli.metrics.predicted_variance import LOSS
from cecli.numerics import Floats
from cecli.numerics.tails import quantile


@dataclass(frozen=True, eq=False)
class SlicesFound:
    """Groups of rows.

    Attributes
    ----------
    keys : the value of each column that the rows of a group share.
    parts : their sums.
    total : those of all rows.
    """

    keys: tuple[Mapping[str, str], ...]
    parts: PartSums
    total: PartSums

    @cached_property
    def rest(self) -> PartSums:
        """The rows outside of each group."""
        return self._whole(len(self.keys)).without(self.parts)

    def _whole(self, size: int) -> PartSums:
        return self.total.at(np.zeros(size, dtype=np.int64))

    @cached_property
    def excess(self) -> Floats:
        return self.parts.mean(LOSS) - self.rest.mean(LOSS)

    @property
    def total_loss(self) -> float:
        return float(self.total.mean(LOSS)[0] * self.total.weight[0])

    def one(self, place: int) -> PartSums:
        return self.parts.at(np.array([place]))

    def outside(self, part: PartSums) -> PartSums:
        """Return all rows without a part."""
        return self._whole(1).without(part)

    def wider(self, place: int) -> list[int]:
        """Return the groups that contain a group, by its columns."""
        conditions = tuple(self.keys[place].items())
        fewer = (c for n in range(1, len(conditions)) for c in combinations(conditions, n))
        return [self._places[some] for some in fewer if some in self._places]

    @cached_property
    def _places(self) -> Mapping[tuple[tuple[str, str], ...], int]:
        return {tuple(key.items()): place for place, key in enumerate(self.keys)}


def kept_of(
    found: SlicesFound,
    loss: Sequence[float | None],
    gap: Sequence[float | None],
    alpha: float,
) -> tuple[list[int], int]:
    """Return the groups that are worse, those that cost most first; and how many add nothing.

    Of a group and one within it, the wider adds nothing if it is not worse without the narrower,
    and the narrower if it is not worse than the rest of the wider. If both hold, the one that costs
    less adds nothing.

    Parameters
    ----------
    loss, gap : the adjusted p-values of each group.
    alpha : the level of these tests.
    """
    kinds = [(_is_below(a, alpha), _is_below(b, alpha)) for a, b in zip(loss, gap, strict=True)]
    worse = [place for place, tests in enumerate(kinds) if any(tests)]
    costs = {place: _cost(found, place, kinds[place], alpha) for place in worse}
    # Many are compared with each other: one of them is above its like by chance.
    least = alpha / max(len(worse), 1)
    dropped: set[int] = set()
    for narrow in sorted(worse, key=lambda place: (-costs[place], place)):
        for wide in (place for place in found.wider(narrow) if place in costs):
            own, whole = found.one(narrow), found.one(wide)
            others = whole.without(own)
            adds_narrow = _is_worse(own, others, kinds[narrow], least)
            adds_wide = _is_worse(others, found.outside(whole), kinds[wide], least)
            if not adds_narrow and (adds_wide or costs[wide] >= costs[narrow]):
                dropped.add(narrow)
            elif not adds_wide and narrow not in dropped:
                dropped.add(wide)
    kept = [place for place in worse if place not in dropped]
    return sorted(kept, key=lambda place: (-costs[place], place)), len(dropped)


def _is_below(p_value: float | None, alpha: float) -> bool:
    return p_value is not None and p_value <= alpha


def _cost(found: SlicesFound, place: int, is_worse: tuple[bool, bool], alpha: float) -> float:
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


def _divergence(own: PartSums, distance: float) -> float:
    q = float(own.mean(PREDICTED)[0])
    p = min(max(q + float(np.sign(own.mean(SURPLUS)[0])) * distance, 0.0), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.array([p, 1.0 - p]) * np.log(np.array([p, 1.0 - p]) / np.array([q, 1.0 - q]))
    return float(np.nansum(terms))


def _is_worse(part: PartSums, others: PartSums, kinds: tuple[bool, bool], least: float) -> bool:
    """Return whether a part is worse than others by a test of these kinds: of loss, or of gap."""
    by_loss = kinds[0] and _is_below(part.worse_than(others).p_above()[0], least)
    return by_loss or (kinds[1] and _is_below(part.further_off(others).p_above()[0], least / 2.0))
