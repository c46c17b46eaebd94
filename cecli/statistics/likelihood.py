"""The loss of a model at one point, with gradient and Hessian, from exact sums."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from operator import add
from typing import Self

import numpy as np

from cecli.chunk import Chunk, Floats
from cecli.numerics.exact import exact_dots, exact_sums, from_units
from cecli.numerics.likelihood import Terms
from cecli.statistics.mean import WeightState, weight_of

Point = tuple[float, ...]


@dataclass(frozen=True)
class LikelihoodState:
    """Sums over the rows, as integers in units of `numerics.exact`: loss, gradient, Hessian.

    `sums` is empty where no chunk has gone by.
    """

    size: int
    weights: WeightState = field(default_factory=WeightState)
    sums: tuple[int, ...] = ()

    def merge(self, other: Self) -> Self:
        if not self.sums or not other.sums:
            return other if not self.sums else self
        return type(self)(
            self.size,
            self.weights.merge(other.weights),
            tuple(map(add, self.sums, other.sums)),
        )

    @property
    def loss(self) -> Fraction:
        """Minus the log-likelihood, in nats: exact."""
        return from_units(self.sums[0]) if self.sums else Fraction(0)

    @property
    def gradient(self) -> Floats:
        """Shape (k,), each entry rounded once."""
        return np.array([float(from_units(x)) for x in self.sums[1 : 1 + self.size]])

    @property
    def hessian(self) -> Floats:
        """Shape (k, k), each entry rounded once."""
        matrix = np.zeros((self.size, self.size))
        upper = np.triu_indices(self.size)
        matrix[upper] = [float(from_units(x)) for x in self.sums[1 + self.size :]]
        return matrix + np.triu(matrix, 1).T


@dataclass(frozen=True)
class Likelihood:
    """What rows say of a point in the space of some parameters.

    Attributes
    ----------
    terms : what each row adds, at a point.
    """

    terms: Callable[[Chunk, Point], Terms]
    point: Point

    def empty(self) -> LikelihoodState:
        return LikelihoodState(len(self.point))

    def summarize(self, chunk: Chunk) -> LikelihoodState:
        if not len(chunk):
            return self.empty()
        terms = self.terms(chunk, self.point)
        values = np.concatenate([terms.loss[None], terms.gradient, terms.hessian])
        sums = exact_sums(values) if chunk.weight is None else exact_dots(chunk.weight, values)
        return LikelihoodState(len(self.point), chunk.once(weight_of), tuple(sums))
