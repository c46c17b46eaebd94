"""Means of groups of rows that share the values of some text columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Chunk, Coded, Integers
from cecli.core.errors import InputError
from cecli.core.statistic import Statistic
from cecli.numerics import Floats
from cecli.numerics.sums.exact import from_units
from cecli.numerics.sums.grouped import (
    dot_of_sums,
    exact_counted_dots_of_each,
    exact_counted_moments_of_each,
    exact_dots_of_each,
    exact_moments_of_each,
    exact_weighted_dots_of_each,
    exact_weighted_moments_of_each,
)
from cecli.statistics.mean import (
    ONE,
    Mean,
    MeanState,
    Product,
    ProductState,
    WeightState,
)

Key = tuple[str, ...]
# Up to this many combinations have a counter each, whether or not they occur.
FEW = 1 << 20


def groups_of(chunk: Chunk, roles: tuple[str, ...]) -> tuple[list[Key], Integers]:
    """Return the groups that occur in a chunk, and the index of each row's group."""
    texts = [chunk.texts[role] for role in roles]
    columns: list[list[str]] = []
    groups, codes = _numbered(texts[0].codes, len(texts[0].names))
    columns.append(_names(texts[0], groups))
    for text in texts[1:]:
        size = max(len(text.names), 1)
        groups, codes = _numbered(codes * size + text.codes, len(columns[0]) * size)
        before, last = np.divmod(groups, size)
        columns = [[names[place] for place in before.tolist()] for names in columns]
        columns.append(_names(text, last))
    return list(zip(*columns, strict=True)), codes


def _numbered(codes: Integers, size: int) -> tuple[Integers, Integers]:
    """Return the codes that occur, ascending, and the index of each row's code among them."""
    if size > FEW:
        used, places = np.unique(codes, return_inverse=True)
        return used, places.reshape(-1)
    used = np.flatnonzero(np.bincount(codes, minlength=size))
    if used.size == size:
        return used, codes
    recode = np.zeros(size, dtype=np.int64)
    recode[used] = np.arange(used.size)
    return used, recode.take(codes)


def _names(text: Coded, codes: Integers) -> list[str]:
    return [text.names[code] for code in codes.tolist()]


# Python integers, which do not overflow.
Units = NDArray[Any]

# The sums of the weights, and of each score.
OF_WEIGHT = ("rows", "weight", "weight_squared")
OF_SCORE = ("sum", "weighted_sum", "weighted_squares", "infinite_rows", "infinite_weight")


@dataclass(frozen=True, eq=False)
class GroupMeansState:
    """Sums of each group, in units of `numerics.sums.exact`.

    Attributes
    ----------
    source : name of the input in messages.
    means : the means that the sums are for.
    keys : the values that the rows of each group share.
    products : the products that the sums are for.
    sums : shape (groups, 3 + 5·means + products), integers: OF_WEIGHT, then OF_SCORE of each mean,
        then one of each product.
    """

    source: str
    most: int
    means: tuple[Mean, ...]
    products: tuple[Product, ...]
    keys: tuple[Key, ...]
    sums: Units

    def merge(self, other: Self) -> Self:
        """Return the sums of both states.

        Raises
        ------
        InputError
            If there are more groups than `most`.
        """
        if not other.keys:
            return self
        if not self.keys:
            return other
        places = {key: place for place, key in enumerate(self.keys)}
        into = np.array([places.setdefault(key, len(places)) for key in other.keys], dtype=np.int64)
        refuse_more(len(places), self.most, self.source)
        sums = np.zeros((len(places), self.sums.shape[1]), dtype=object)
        sums[: len(self.keys)] = self.sums
        sums[into] += other.sums
        return type(self)(self.source, self.most, self.means, self.products, tuple(places), sums)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, GroupMeansState) and self._contents == other._contents

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def _contents(self) -> dict[Key, list[int]]:
        return dict(zip(self.keys, self.sums.tolist(), strict=True))

    def __iter__(self) -> Iterator[tuple[Key, WeightState, Mapping[Statistic[Any], Any]]]:
        """Yield the key and the weight of each group, and the states of its means and products."""
        width, count = len(OF_SCORE), len(self.means)
        for key, (rows, weight, squared, *sums) in self._contents.items():
            weights = WeightState(rows, weight, squared)
            states: dict[Statistic[Any], Any] = {}
            for place, mean in enumerate(self.means):
                states[mean] = MeanState(weights, *sums[place * width : (place + 1) * width])
            for product, total in zip(self.products, sums[count * width :], strict=True):
                states[product] = ProductState(total)
            yield key, weights, states

    def split(self, depth: int) -> "dict[Key, Self]":
        """Return for each value of the first `depth` columns its groups by the further columns."""
        places: dict[Key, list[int]] = {}
        for place, key in enumerate(self.keys):
            places.setdefault(key[:depth], []).append(place)
        return {
            key: type(self)(
                self.source,
                self.most,
                self.means,
                self.products,
                tuple(self.keys[place][depth:] for place in some),
                self.sums[some],
            )
            for key, some in places.items()
        }

    def weights(self) -> Floats:
        """Return the weight of each group, rounded, shape (groups,)."""
        return np.array([float(from_units(weight)) for weight in self.sums[:, 1]])

    def residuals(self, mean: Mean, about: Fraction) -> Floats:
        """Return Σw(x − about) of each group, rounded once, shape (groups,).

        Raises
        ------
        ValueError
            If some x is infinite.
        """
        weights, sums, are_finite = self.totals(mean)
        if not are_finite:
            raise ValueError("infinite scores have no residuals")
        about, unit = Fraction(about), from_units(1)
        found = (
            (total * about.denominator - weight * about.numerator) * unit / about.denominator
            for weight, total in zip(weights, sums, strict=True)
        )
        return np.array([float(residual) for residual in found])

    def totals(self, mean: Mean) -> tuple[list[int], list[int], bool]:
        """Return Σw and Σwx of each group, and whether all x are finite."""
        first = len(OF_WEIGHT) + self.means.index(mean) * len(OF_SCORE)
        infinite = self.sums[:, first + OF_SCORE.index("infinite_rows")]
        return self.sums[:, 1].tolist(), self.sums[:, first].tolist(), not infinite.any()

    def as_rows(self, mean: Mean) -> MeanState:
        """Return the state of a mean with each group as one row: its mean, with its total weight.

        The mean equals that of the rows; the variance is between groups.
        """
        first = len(OF_WEIGHT) + self.means.index(mean) * len(OF_SCORE)
        weights: list[int] = self.sums[:, 1].tolist()
        sums: list[int] = self.sums[:, first].tolist()
        infinite = self.sums[:, first + OF_SCORE.index("infinite_rows")].astype(np.bool_)
        return MeanState(
            WeightState(len(weights), sum(weights), dot_of_sums(weights, weights)),
            sum(sums),
            dot_of_sums(weights, sums),
            dot_of_sums(sums, sums),
            int(np.count_nonzero(infinite)),
            sum(self.sums[infinite, 1].tolist()),
        )


@dataclass(frozen=True)
class GroupMeans:
    """The moments of some means in each group.

    Attributes
    ----------
    roles : of the text columns whose values define a group.
    means : the means to compute.
    most : maximum number of groups.
    products : the products of scores to sum.
    """

    roles: tuple[str, ...]
    means: tuple[Mean, ...]
    source: str
    most: int
    products: tuple[Product, ...] = ()

    def empty(self) -> GroupMeansState:
        width = len(OF_WEIGHT) + len(OF_SCORE) * len(self.means) + len(self.products)
        return self._state((), np.zeros((0, width), dtype=object))

    def summarize(self, chunk: Chunk) -> GroupMeansState:
        if not len(chunk):
            return self.empty()
        keys, codes = groups_of(chunk, self.roles)
        refuse_more(len(keys), self.most, self.source)
        rows = _Sorted.of(codes, len(keys), chunk)
        columns = rows.weights
        for mean in self.means:
            columns += rows.moments(chunk.once(mean.score))
        for product in self.products:
            columns.append(rows.dots(chunk.once(product.x), chunk.once(product.y)))
        sums = np.empty((len(keys), len(columns)), dtype=object)
        for place, column in enumerate(columns):
            sums[:, place] = column
        return self._state(tuple(keys), sums)

    def _state(self, keys: tuple[Key, ...], sums: Units) -> GroupMeansState:
        return GroupMeansState(self.source, self.most, self.means, self.products, keys, sums)


def refuse_more(groups: int, most: int, source: str) -> None:
    """Raise an InputError if there are too many groups."""
    if groups > most:
        raise InputError(
            f"has more than {most:,} groups",
            source,
            "identifiers or numbers? --max-groups N allows more, at a few hundred bytes each",
        )


@dataclass(frozen=True, eq=False)
class _Sorted:
    """The rows of one chunk sorted by group, so that each group is a consecutive part."""

    order: Integers
    starts: Integers
    w: Floats | None
    are_counts: bool

    @classmethod
    def of(cls, codes: Integers, groups: int, chunk: Chunk) -> Self:
        counts = np.bincount(codes, minlength=groups)
        starts = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        # Short integers use a radix sort, which takes a tenth of the time.
        short = codes.astype(np.uint16) if groups <= 1 << 16 else codes
        order = np.argsort(short, kind="stable")
        w = None if chunk.weight is None else chunk.weight.take(order)
        return cls(order, starts, w, chunk.count is not None)

    @property
    def weights(self) -> list[list[int]]:
        """The columns of OF_WEIGHT."""
        rows: list[int] = np.diff(self.starts).tolist()
        if self.w is None:
            ones = [count * ONE for count in rows]
            return [rows, ones, ones]
        total, squares = exact_moments_of_each(self.w, self.starts)
        return [_ones(total), total, total] if self.are_counts else [rows, total, squares]

    def moments(self, x: Floats) -> list[list[int]]:
        """Return the columns of OF_SCORE."""
        x = x.take(self.order)
        nothing = [0] * (self.starts.size - 1)
        lost = [nothing, nothing]
        infinite = np.isinf(x)
        if infinite.any():
            lost = self._weights_of(infinite)
            x = np.where(infinite, 0.0, x)
        if not x.any():
            return [nothing, nothing, nothing, *lost]
        if self.w is None:
            total, squares = exact_moments_of_each(x, self.starts)
            return [total, total, squares, *lost]
        if self.are_counts:
            total, squares = exact_counted_moments_of_each(x, self.w, self.starts)
            return [total, total, squares, *lost]
        return [*exact_weighted_moments_of_each(x, self.w, self.starts), *lost]

    def dots(self, x: Floats, y: Floats) -> list[int]:
        """Return Σw²xy of each group, over the rows where both are finite."""
        x, y = x.take(self.order), y.take(self.order)
        infinite = np.isinf(x) | np.isinf(y)
        if infinite.any():
            x, y = np.where(infinite, 0.0, x), np.where(infinite, 0.0, y)
        if self.w is None:
            return exact_dots_of_each(self.starts, x, y)
        if self.are_counts:
            return exact_counted_dots_of_each(self.starts, x, y, self.w)
        return exact_weighted_dots_of_each(self.starts, x, y, self.w)

    def _weights_of(self, rows: NDArray[np.bool_]) -> list[list[int]]:
        """Return the number and the total weight of some rows in each group."""
        flags = rows.astype(np.float64)
        counts = np.add.reduceat(flags, self.starts[:-1])
        number: list[int] = counts.astype(np.int64).tolist()
        if self.w is None:
            return [number, [count * ONE for count in number]]
        total = exact_dots_of_each(self.starts, flags, self.w)
        return [_ones(total) if self.are_counts else number, total]


def _ones(counts: list[int]) -> list[int]:
    """Return counts in units of `numerics.sums.exact` as plain integers."""
    return [count // ONE for count in counts]
