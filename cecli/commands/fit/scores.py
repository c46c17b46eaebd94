"""Sums of the gradients of rows, and of their products: by rows, or by clusters of them."""

from operator import add
from typing import Any, Protocol, Self

import numpy as np

from cecli.commands.fit.models import Curve, Point
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, field
from cecli.core.statistic import Statistic
from cecli.intervals.sampling import MOST_CLUSTERS
from cecli.numerics import Floats
from cecli.numerics.sums.exact import exact_dot, exact_sums, from_units
from cecli.options.scoring import CLUSTER
from cecli.statistics.group_totals import GroupTotals, GroupTotalsState
from cecli.statistics.mean import Mean, WeightState, weight_of


@dataclass(frozen=True)
class RowKind:
    """What the rows of a fit are, as far as errors depend on it.

    Attributes
    ----------
    soft : whether targets are probabilities, whose variance is not that of labels.
    weighted : whether rows have weights that are not counts of equal rows.
    clustered : whether rows of one cluster may be dependent.
    source : the input's name, for messages.
    """

    soft: bool
    weighted: bool
    clustered: bool
    source: str = ""

    @property
    def are_draws(self) -> bool:
        """Whether the product of the rows' probabilities is the likelihood of what was drawn.

        Only then is the inverse Hessian the covariance of parameters, and twice the gain in
        log-likelihood a likelihood ratio.
        """
        return not (self.soft or self.weighted or self.clustered)

    @property
    def reason(self) -> str:
        """Why they are no draws of a likelihood."""
        found = {"clusters": self.clustered, "soft labels": self.soft, "weights": self.weighted}
        return " and ".join(name for name, holds in found.items() if holds)


@dataclass(frozen=True)
class ScoreSums:
    """Sums of the gradients s of the loss over rows, each with its weight w in units of the mean.

    Attributes
    ----------
    weights : of the rows, in their own units.
    draws : the number of independent draws: rows, or clusters.
    total : Σws, shape (k,).
    outer : Σ (ws)(ws)ᵀ over draws, shape (k, k); of a cluster, ws is the sum over its rows.
    """

    weights: WeightState
    draws: int
    total: Floats
    outer: Floats


@dataclass(frozen=True)
class ScoresState:
    """Exact sums over the rows, in units of `numerics.exact`: Σws, Σw²ssᵀ and Σw²h."""

    size: int
    weights: WeightState = field(default_factory=WeightState)
    sums: tuple[int, ...] = ()

    def merge(self, other: Self) -> Self:
        if not self.sums or not other.sums:
            return other if not self.sums else self
        sums = tuple(map(add, self.sums, other.sums))
        return type(self)(self.size, self.weights.merge(other.weights), sums)

    @property
    def scores(self) -> ScoreSums:
        mean = self.weights.mean
        total = np.array([float(from_units(x) / mean) for x in self.sums[: self.size]])
        return ScoreSums(self.weights, self.weights.rows, total, self._matrix(0))

    @property
    def information(self) -> Floats:
        """Σw²h, with h the Hessian of a row: the variance of Σws, if labels follow the model.

        Weights are in units of their mean.
        """
        return self._matrix(1)

    def _matrix(self, place: int) -> Floats:
        upper = np.triu_indices(self.size)
        each = len(upper[0])
        first = self.size + place * each
        matrix = np.zeros((self.size, self.size))
        square = self.weights.mean**2
        matrix[upper] = [float(from_units(x) / square) for x in self.sums[first : first + each]]
        return matrix + np.triu(matrix, 1).T


@dataclass(frozen=True)
class Scores:
    """The first and second moments of the gradients of the rows, at a point."""

    curve: Curve
    point: Point

    def empty(self) -> ScoresState:
        return ScoresState(len(self.point))

    def summarize(self, chunk: Chunk) -> ScoresState:
        if not len(chunk):
            return self.empty()
        terms, w = self.curve.terms(chunk, self.point), chunk.weight
        s, h = terms.gradient, terms.hessian
        pairs = zip(*np.triu_indices(len(s)), strict=True)
        if w is None:
            sums = exact_sums(s) + [exact_dot(s[i], s[j]) for i, j in pairs] + exact_sums(h)
        else:
            # Each of the rows that a count stands for has weight 1.
            squared = [w] if chunk.count is not None else [w, w]
            sums = [exact_dot(w, x) for x in s]
            sums += [exact_dot(*squared, s[i], s[j]) for i, j in pairs]
            sums += [exact_dot(*squared, x) for x in h]
        return ScoresState(len(s), chunk.once(weight_of), tuple(sums))


@dataclass(frozen=True)
class Gradients:
    """The gradients of the rows at a point, shape (k, n)."""

    curve: Curve
    point: Point

    def __call__(self, chunk: Chunk) -> Floats:
        return self.curve.terms(chunk, self.point).gradient


@dataclass(frozen=True)
class Gradient:
    """The derivative of the loss of each row by one parameter."""

    gradients: Gradients
    place: int

    def __call__(self, chunk: Chunk) -> Floats:
        gradients: Floats = chunk.once(self.gradients)[self.place]
        return gradients


class Drawn(Protocol):
    """How rows were drawn, as far as sums of their gradients depend on it."""

    def statistic(self, curve: Curve, point: Point) -> Statistic[Any]:
        """Return the statistic that the sums need."""
        ...

    def sums(self, state: Any) -> ScoreSums:
        """Return the sums, from the state of the statistic."""
        ...


@dataclass(frozen=True)
class ByRow:
    """Rows are independent."""

    def statistic(self, curve: Curve, point: Point) -> Scores:
        return Scores(curve, point)

    def sums(self, state: ScoresState) -> ScoreSums:
        return state.scores


@dataclass(frozen=True)
class ByCluster:
    """Clusters of rows are independent."""

    source: str

    def statistic(self, curve: Curve, point: Point) -> GroupTotals:
        gradients = Gradients(curve, point)
        means = tuple(Mean(Gradient(gradients, place)) for place in range(len(point)))
        return GroupTotals((CLUSTER,), means, self.source, MOST_CLUSTERS)

    def sums(self, state: GroupTotalsState) -> ScoreSums:
        weights, means = WeightState(state.rows, state.weight), state.means
        mean = weights.mean
        outer = [[float(state.product(x, y).total / mean**2) for y in means] for x in means]
        total = [float(from_units(state.as_rows(x).sum) / mean) for x in means]
        return ScoreSums(weights, len(state), np.array(total), np.array(outer))


def sampled(rows: RowKind) -> Drawn:
    """Return how rows were drawn."""
    return ByCluster(rows.source) if rows.clustered else ByRow()
