"""The share of each group in the loss, and in the loss saved if all had the skill of the best."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from math import inf

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import from_units
from cecli.numerics.sums.pairs import FloatPairs
from cecli.numerics.sums.quotients import dot, total
from cecli.report.grouped.table import MetricColumn
from cecli.report.result import Definition, Measure, Result
from cecli.statistics.group_columns import MeanColumns

NO_LOSS = "the loss is 0"
INFINITE = "the loss is infinite"
Places = NDArray[np.int64]
Exactly = Callable[[Places], Iterator[Fraction]]


@dataclass(frozen=True, eq=False)
class GroupLosses:
    """The loss of each group, and that of its best constant prediction.

    A group whose events are more frequent loses more, however good its predictions are.

    Attributes
    ----------
    loss : the mean loss.
    constants : the losses of constant predictions, shape (groups,).
    is_large : which groups have enough rows, shape (groups,).
    """

    loss: MeanColumns
    constants: Floats
    is_large: NDArray[np.bool_]

    def of_loss(self, definition: Definition, meaning: str) -> MetricColumn:
        """Return the share of each group in the total loss."""
        whole = inf if self.loss.is_infinite.any() else from_units(total(self.loss.exact))
        return self._shares(definition, meaning, self.loss.total, whole, self._exact_totals)

    def of_gaps(self, definition: Definition, meaning: str) -> MetricColumn:
        """Return the share of each group in the gaps to the best group."""
        has_gap = self._has_gap
        whole = inf if self._is_infinite else self._gap_of(np.flatnonzero(has_gap))
        gaps = self._pairs_of_gaps
        none = np.zeros(len(has_gap))
        gaps = FloatPairs(*(np.where(has_gap, x, none) for x in (gaps.high, gaps.low, gaps.error)))
        return self._shares(definition, meaning, gaps, whole, self._exact_gaps)

    def _shares(
        self,
        definition: Definition,
        meaning: str,
        parts: FloatPairs,
        whole: Fraction | float,
        exact: Exactly,
    ) -> MetricColumn:
        name, number, groups = definition.name, Measure.NUMBER, len(self.constants)
        if not whole or whole == inf:
            none = Result(name, meaning, None, undefined=INFINITE if whole else NO_LOSS)
            others: Mapping[int, Result] = dict.fromkeys(range(groups), none)
            return MetricColumn(name, meaning, number, np.zeros(groups), None, others)
        found = (parts / Fraction(whole)).rounded()
        doubtful = np.flatnonzero(np.isnan(found))
        found[doubtful] = [float(part / whole) for part in exact(doubtful)]
        return MetricColumn(name, meaning, number, found, None, {})

    @cached_property
    def best(self) -> Fraction | float:
        """The least normalized entropy of the large groups; of all, if none is large."""
        # Of a group with one class alone nothing is known of the skill.
        some = self.is_large if self.is_large.any() else np.ones_like(self.is_large)
        some = some & (self.constants != 0.0)
        finite = np.flatnonzero(some & ~self.loss.is_infinite)
        if not finite.size:
            return inf if some.any() else Fraction(0)
        ratios = self.loss.mean / FloatPairs.exactly(np.where(some, self.constants, 1.0))
        within = 2.0 * ratios.error + np.abs(ratios.low)
        low, high = (ratios.high - within)[finite], (ratios.high + within)[finite]
        # Where the arrays leave a doubt, exact numbers decide.
        least = np.nanmin(high) if not np.isnan(high).all() else inf
        candidates = finite[~(low > least)]
        weights = map(from_units, self.loss.weights.exact.of(candidates).units())
        constants = map(Fraction, self.constants[candidates].tolist())
        losses = self._exact_totals(candidates)
        return min(s / w / c for s, w, c in zip(losses, weights, constants, strict=True))

    @property
    def _is_infinite(self) -> bool:
        return self.best == inf or bool(self.loss.is_infinite.any())

    @cached_property
    def _pairs_of_gaps(self) -> FloatPairs:
        """The loss saved with the best ratio, negative where it is the group that is better."""
        best = Fraction(0) if self._is_infinite else Fraction(self.best)
        of_best = FloatPairs.exactly(self.constants) * self.loss.weights.total * best
        return self.loss.total - of_best

    @cached_property
    def _has_gap(self) -> NDArray[np.bool_]:
        """Which groups lose more; only small ones may beat the best of the large ones."""
        gaps = self._pairs_of_gaps
        found = gaps.high > 0.0
        if not self._is_infinite:
            is_sure = np.abs(gaps.high) - np.abs(gaps.low) > gaps.error
            doubtful = np.flatnonzero(~is_sure)
            found[doubtful] = [gap > 0 for gap in self._signed_gaps(doubtful)]
        return found

    def _gap_of(self, groups: Places) -> Fraction:
        """Return the total gap of some groups, which all have one."""
        weights, losses = self.loss.weights.exact.of(groups), self.loss.exact.of(groups)
        constants = self.constants[groups]
        some = Digits.sums_by(np.arange(groups.size), groups.size, constants)
        of_constants = from_units(dot(some, weights))
        return from_units(total(losses)) - Fraction(self.best) * of_constants

    def _exact_totals(self, groups: Places) -> Iterator[Fraction]:
        return map(from_units, self.loss.exact.of(groups).units())

    def _signed_gaps(self, groups: Places) -> Iterator[Fraction]:
        weights = map(from_units, self.loss.weights.exact.of(groups).units())
        constants = map(Fraction, self.constants[groups].tolist())
        losses = self._exact_totals(groups)
        for loss, constant, weight in zip(losses, constants, weights, strict=True):
            yield loss - Fraction(self.best) * constant * weight

    def _exact_gaps(self, groups: Places) -> Iterator[Fraction]:
        return (max(Fraction(0), gap) for gap in self._signed_gaps(groups))
