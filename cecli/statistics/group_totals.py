"""Totals of groups of rows, such as clusters, as arrays with one number for each group."""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, field, replace
from cecli.numerics import Floats
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import UNIT_EXPONENT
from cecli.numerics.sums.quotients import dot, quotients, times, total
from cecli.statistics.group_rows import Term, finite_and_infinite
from cecli.statistics.group_sums import GroupSums
from cecli.statistics.keys import Key
from cecli.statistics.mean import Mean, MeanState, ProductState, WeightState

ROWS, WEIGHT = Term(0), Term(1)


@dataclass(frozen=True)
class GroupTotalsState:
    """Σw, and Σwx of some scores, of each group.

    All arrays are in the order of `keys`, which depends on how the rows were cut into chunks. So
    add results up with `math.fsum`, whose result does not depend on the order.
    """

    means: tuple[Mean, ...]
    sums: GroupSums
    _rows: dict[Mean, MeanState] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def merge(self, other: Self) -> Self:
        """Return the totals of both.

        Raises
        ------
        InputError
            If there are more groups than allowed.
        """
        return replace(self, sums=self.sums.merge(other.sums))

    def rekeyed(self, key_of: Callable[[Key], Key]) -> Self:
        """Return the sums under other keys, each of which may stand for several of these."""
        return replace(self, sums=self.sums.rekeyed(key_of))

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.sums)

    @property
    def keys(self) -> Sequence[Key]:
        """The key of each group."""
        return self.sums.keys

    @property
    def rows(self) -> int:
        """The number of rows of all groups."""
        return total(self.sums.column(ROWS)) >> -UNIT_EXPONENT

    @property
    def weight(self) -> int:
        """Σw of all rows, in units of `cecli.numerics.sums.exact`."""
        return total(self._weight)

    def weights(self) -> Floats:
        """Return the total weight W of each group, rounded, shape (groups,)."""
        return quotients(self._weight)

    def residuals(self, mean: Mean, about: Fraction) -> Floats:
        """Return S − about·W of each group, S its Σwx, shape (groups,).

        The differences are exact. The results are within two units in the last place, or
        infinite if too large. Infinite terms count as zero: `infinite` tells which groups have any.
        """
        top, bottom = about.as_integer_ratio()
        return quotients(times(self._total(mean), bottom) - times(self._weight, top), bottom)

    def infinite(self, mean: Mean) -> NDArray[np.bool_]:
        """Return which groups have infinite terms, shape (groups,)."""
        found = np.zeros(len(self), dtype=np.bool_)
        found[self._infinite_rows(mean).nonzero] = True
        return found

    def split(self, parts: int) -> dict[Key, Self]:
        """Return for each value of the first parts of the keys its groups by the further parts."""
        return {key: replace(self, sums=sums) for key, sums in self.sums.split(parts).items()}

    def as_rows(self, mean: Mean) -> MeanState:
        """Return the state of a mean with each group as one row: its mean, with its total weight.

        The mean equals that of the rows; the variance is between groups.
        """
        if mean not in self._rows:
            self._rows[mean] = self._as_rows(mean)
        return self._rows[mean]

    def _as_rows(self, mean: Mean) -> MeanState:
        infinite = np.flatnonzero(self.infinite(mean))
        weight, sums = self._weight, self._total(mean)
        return MeanState(
            WeightState(len(self), total(weight), dot(weight, weight)),
            total(sums),
            dot(weight, sums),
            dot(sums, sums),
            infinite.size,
            total(weight.of(infinite)),
        )

    def product(self, x: Mean, y: Mean) -> ProductState:
        """Return the state of a product with each group as one row, like `as_rows`."""
        return ProductState(dot(self._total(x), self._total(y)))

    @cached_property
    def _weight(self) -> Digits:
        return self.sums.column(WEIGHT)

    def _total(self, mean: Mean) -> Digits:
        return self.sums.column(Term(1, (self.means.index(mean),)))

    def _infinite_rows(self, mean: Mean) -> Digits:
        return self.sums.column(Term(0, (len(self.means) + self.means.index(mean),)))


@dataclass(frozen=True)
class GroupTotals:
    """The total weight and the totals of some scores in each group.

    Attributes
    ----------
    roles : of the text columns whose values define a group.
    means : whose scores are summed.
    most : maximum number of groups.
    """

    roles: tuple[str, ...]
    means: tuple[Mean, ...]
    source: str
    most: int

    def empty(self) -> GroupTotalsState:
        sums = GroupSums.empty(self.source, self.most, tuple(self._terms()))
        return GroupTotalsState(self.means, sums)

    def summarize(self, chunk: Chunk) -> GroupTotalsState:
        empty = self.empty()
        scores = finite_and_infinite(chunk, [mean.score for mean in self.means])
        return replace(empty, sums=empty.sums.of(chunk, self.roles, scores))

    def _terms(self) -> Iterator[Term]:
        yield from (ROWS, WEIGHT)
        for place in range(len(self.means)):
            yield Term(1, (place,))
            yield Term(0, (len(self.means) + place,))
