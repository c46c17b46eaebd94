"""Means of groups of rows that share the values of some text columns."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Self

import numpy as np

from cecli.core.chunk import Chunk, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.numerics.sums.exact import UNIT_EXPONENT
from cecli.numerics.sums.pairs import FloatPairs
from cecli.statistics.group_columns import (
    GroupColumns,
    MeanColumns,
    ProductColumns,
    WeightColumns,
)
from cecli.statistics.group_rows import Term, finite_and_infinite
from cecli.statistics.group_sums import GroupSums, SummedRows
from cecli.statistics.keys import Key, Keys
from cecli.statistics.mean import (
    WEIGHT,
    Mean,
    MeanState,
    Product,
    ProductState,
    Score,
    WeightState,
)

# The terms of the weights. Those of each mean, then of each product, follow.
OF_WEIGHT = (Term(0), Term(1), Term(2))
# The states of the means and products of one group.
OfGroup = Mapping[Mean | Product, Any]


@dataclass(frozen=True)
class GroupMeansState:
    """The moments of some means in each group.

    Attributes
    ----------
    means, products : what the sums are for.
    sums : the sums of the terms of the weights, means and products, in this order.
    """

    means: tuple[Mean, ...]
    products: tuple[Product, ...]
    sums: GroupSums

    def merge(self, other: Self) -> Self:
        """Return the sums of both states.

        Raises
        ------
        InputError
            If there are more groups than allowed.
        """
        return replace(self, sums=self.sums.merge(other.sums))

    def rekeyed(self, key_of: Callable[[Key], Key]) -> Self:
        """Return the sums under other keys, each of which may stand for several of these."""
        return replace(self, sums=self.sums.rekeyed(key_of))

    def rows_by_group(self) -> dict[Key, int]:
        """Return the number of rows of each group."""
        rows = self.sums.column(OF_WEIGHT[0]).units()
        return dict(zip(self.sums.keys, map(_count, rows), strict=True))

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.sums)

    def __iter__(self) -> Iterator[tuple[Key, WeightState, OfGroup]]:
        """Yield the key, the weight and the states of the means and products of each group."""
        return self.at(np.arange(len(self)))

    def at(self, groups: Integers) -> Iterator[tuple[Key, WeightState, OfGroup]]:
        """Yield the same of some groups, given by their places."""
        for key, units in self.sums.at(groups):
            rest = iter(units)
            weights = WeightState(_count(next(rest)), next(rest), next(rest))
            states: dict[Mean | Product, Any] = {}
            for mean in self.means:
                moments = next(rest), next(rest), next(rest)
                states[mean] = MeanState(weights, *moments, _count(next(rest)), next(rest))
            for product in self.products:
                states[product] = ProductState(next(rest))
            yield key, weights, states

    def columns(self) -> GroupColumns:
        """Return the states of all groups at once."""
        sums = self.sums.columns
        known = {id(each): FloatPairs.of(each) for each in sums}
        rest = iter([(each, known[id(each)]) for each in sums])
        rows, (_, total), (_, squared) = next(rest)[1].high, next(rest), next(rest)
        weights = WeightColumns(rows, sums[1], total, squared)
        found: dict[Any, Any] = {WEIGHT: weights}
        for mean in self.means:
            (exact, x), (_, twice), (_, squares) = next(rest), next(rest), next(rest)
            is_infinite = next(rest)[1].high > 0.0
            next(rest)
            if is_infinite.any():
                x = x + FloatPairs.exactly(np.where(is_infinite, np.nan, 0.0))
            found[mean] = MeanColumns(weights, exact, is_infinite, x, twice, squares)
        for product in self.products:
            found[product] = ProductColumns(next(rest)[1])
        return GroupColumns(self.sums.keys, found)


def states_of(weights: WeightState, states: Mapping[Any, Any]) -> States:
    """Return the states of one group."""
    known: dict[Statistic[Any], Any] = {WEIGHT: weights}
    return States(known | dict(states))


def _count(units: int) -> int:
    return units >> -UNIT_EXPONENT


@dataclass(frozen=True)
class GroupMeans:
    """The moments of some means in each group.

    Attributes
    ----------
    roles : of the text columns whose values define a group.
    means : the means to compute.
    most : maximum number of groups.
    products : of pairs of scores, for the covariances of their means.
    """

    roles: tuple[str, ...]
    means: tuple[Mean, ...]
    source: str
    most: int
    products: tuple[Product, ...] = ()

    def empty(self) -> GroupMeansState:
        sums = GroupSums.empty(self.source, self.most, self.terms)
        return GroupMeansState(self.means, self.products, sums)

    def summarize(self, chunk: Chunk) -> GroupMeansState:
        empty = self.empty()
        scores = finite_and_infinite(chunk, self.scores)
        return replace(empty, sums=empty.sums.of(chunk, self.roles, scores))

    def of_sums(
        self, keys: Keys, first: int, known: Mapping[Statistic[Any], tuple[Integers, ...]]
    ) -> GroupMeansState:
        """Return the state of groups whose sums are known.

        Parameters
        ----------
        keys : at most `most`.
        first : the level of the first digits.
        known : the digits of the number of rows, Σw and Σw² for `WEIGHT`; of Σwx, Σw²x and Σw²x²
            for each mean, all of whose scores are finite; of Σw²xy for each product; shape
            (levels, groups) each.
        """
        of_means = (lines for mean in self.means for lines in (*known[mean], None, None))
        of_products = (lines for product in self.products for lines in known[product])
        rows = SummedRows.of(first, (*known[WEIGHT], *of_means, *of_products))
        empty = self.empty()
        return replace(empty, sums=empty.sums.of_rows(keys, rows))

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """The distinct scores, in whose order terms have their places."""
        of_products = (score for product in self.products for score in (product.x, product.y))
        return tuple(dict.fromkeys((*(mean.score for mean in self.means), *of_products)))

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """What is summed, in the order of the states' fields."""
        return tuple(self._terms())

    def _terms(self) -> Iterator[Term]:
        place = {score: k for k, score in enumerate(self.scores)}
        yield from OF_WEIGHT
        for mean in self.means:
            x = place[mean.score]
            infinite = len(self.scores) + x
            yield from (Term(1, (x,)), Term(2, (x,)), Term(2, (x, x)))
            yield from (Term(0, (infinite,)), Term(1, (infinite,)))
        for product in self.products:
            yield Term(2, (place[product.x], place[product.y]))
