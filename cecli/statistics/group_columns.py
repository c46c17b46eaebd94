"""The states of means of all groups at once: what `mean` has for one group, as arrays."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass, field
from cecli.numerics import Floats
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import from_units
from cecli.numerics.sums.pairs import FloatPairs
from cecli.statistics.keys import Key

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class WeightColumns:
    """Rows, Σw and Σw² of each group, as `WeightState`.

    Attributes
    ----------
    rows : shape (groups,).
    exact : Σw as digits.
    total, squared : Σw and Σw².
    """

    rows: Floats
    exact: Digits
    total: FloatPairs
    squared: FloatPairs

    @cached_property
    def rounded(self) -> Floats:
        """Σw of each group, rounded."""
        found = self.total.rounded()
        doubtful = np.flatnonzero(np.isnan(found))
        found[doubtful] = list(map(float, map(from_units, self.exact.of(doubtful).units())))
        return found

    def variance(self, dispersion: FloatPairs) -> FloatPairs:
        """Return the variance of a mean, or a covariance, from its dispersion."""
        rows = FloatPairs.exactly(self.rows)
        return (rows / (rows - 1)) * dispersion / self.total**4

    @property
    def effective_rows(self) -> FloatPairs:
        return self.total**2 / self.squared


@dataclass(frozen=True, eq=False)
class MeanColumns:
    """The moments of a score in each group, as `MeanState`.

    Attributes
    ----------
    exact : Σwx as digits, over the rows where x is finite.
    is_infinite : shape (groups,), which groups have infinite terms; their total is NaN.
    total, twice_weighted, squares : Σwx, Σw²x and Σw²x².
    """

    weights: WeightColumns
    exact: Digits
    is_infinite: NDArray[np.bool_]
    total: FloatPairs
    twice_weighted: FloatPairs
    squares: FloatPairs

    @cached_property
    def mean(self) -> FloatPairs:
        return self.total / self.weights.total

    @property
    def finite_mean(self) -> FloatPairs:
        return self.mean

    @cached_property
    def rounded(self) -> Floats:
        """The mean of each group, rounded."""
        return self.mean.rounded()

    @cached_property
    def dispersion(self) -> FloatPairs:
        """W² Σ w²(x − mean)²."""
        weight = self.weights.total
        first = weight * (weight * self.squares - 2 * (self.total * self.twice_weighted))
        return first + self.total * self.total * self.weights.squared

    @cached_property
    def variance_of_mean(self) -> FloatPairs:
        return self.weights.variance(self.dispersion)

    @cached_property
    def error_of_mean(self) -> Floats:
        return self.variance_of_mean.root()


@dataclass(frozen=True, eq=False)
class ProductColumns:
    """Σw²xy of each group, as `ProductState`."""

    total: FloatPairs

    def covariance_of_means(self, x: MeanColumns, y: MeanColumns) -> FloatPairs:
        return x.weights.variance(self._dispersion(x, y))

    def correlation_of_means(self, x: MeanColumns, y: MeanColumns) -> Floats:
        products = self._dispersion(x, y)
        both = x.dispersion * y.dispersion
        return np.copysign((products * products / both).root(), products.high)

    def _dispersion(self, x: MeanColumns, y: MeanColumns) -> FloatPairs:
        weight = x.weights.total
        crossed = x.total * y.twice_weighted + y.total * x.twice_weighted
        products = weight * (weight * self.total - crossed)
        return products + x.total * y.total * x.weights.squared


@dataclass(frozen=True, eq=False)
class GroupColumns:
    """The columns of some statistics, in the place of the `States` of one group.

    Attributes
    ----------
    keys : of the groups.
    columns : of the weights, means and products.
    """

    keys: Sequence[Key]
    columns: Mapping[Any, Any]
    _memory: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, statistic: Any) -> Any:
        return self.columns[statistic]

    def once(self, compute: Callable[["GroupColumns"], T]) -> T:
        """Return compute(self), computed at most once, as `States.once`."""
        if compute not in self._memory:
            self._memory[compute] = compute(self)
        found: T = self._memory[compute]
        return found
