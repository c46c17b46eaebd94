"""The loss of a row as other tools compute it: of probabilities that were clipped, or rounded.

Each tool computes the cross-entropy, and each keeps its logarithms finite in another way. A tool
that computes in float32 rounds its predictions, 1 − q and sums to float32; the logarithms here are
those of these numbers, so that the digits that a float32 has agree.
"""

import math

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale, Unscaled
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.metrics.cross_entropy import cross_entropy
from cecli.numerics import Floats
from cecli.numerics.distributions.distributions import Certain
from cecli.numerics.distributions.divergences import expected
from cecli.numerics.distributions.logarithm import log
from cecli.numerics.distributions.shares import sum_over_classes
from cecli.preparations.rows import p_of, q_of

# A smaller change of a row's loss is mostly one of its last digits.
NOTABLE = 1e-9


@dataclass(frozen=True)
class LossElsewhere:
    """The loss of each row in nats, shape (n,), of probabilities of the predicted classes.

    Attributes
    ----------
    epsilon : probabilities are kept in [epsilon, 1 − epsilon].
    most : no logarithm is below −most.
    is_single : whether predictions are float32.
    is_divided : whether the probabilities of several classes are divided by their sum.
    clips_first : whether 1 − q is taken of a q that was kept in its bounds; else it is kept, too.
    """

    epsilon: float = 0.0
    most: float = math.inf
    is_single: bool = False
    is_divided: bool = False
    clips_first: bool = False

    def __call__(self, chunk: Chunk) -> Floats:
        cost = np.minimum(0.0 - log(self._kept(said(chunk))), self.most)
        p = p_of(chunk)
        if isinstance(p, Certain):
            return p.happened(cost)
        return sum_over_classes(expected(p.prob, cost))

    def _kept(self, q: Floats) -> Floats:
        """Return the probability of each class, shape (K, n), as its logarithm is taken."""
        if q.ndim == 1:
            q = self._rounded(q)
            q = self._clipped(q) if self.clips_first else q
            return self._clipped(np.stack((self._rounded(1.0 - q), q)))
        q = self._rounded(q)
        if self.is_divided:
            q = self._rounded(q / self._rounded(sum_over_classes(q)))
        return self._clipped(q)

    def _clipped(self, q: Floats) -> Floats:
        if not self.epsilon:
            return q
        low, high = self._rounded(np.array([self.epsilon, 1.0 - self.epsilon]))
        return np.clip(q, low, high)

    def _rounded(self, x: Floats) -> Floats:
        return x.astype(np.float32).astype(np.float64) if self.is_single else x


def said(chunk: Chunk) -> Floats:
    """Return the predictions as probabilities: of class 1, shape (n,), or of each, shape (K, n).

    Those of several classes are as they were read, even where they are to be divided by their sum.
    """
    values, scale = chunk.numbers["prob"], chunk.scales.get("prob", Scale.PROBABILITY)
    if scale in {Scale.PROBABILITY, Unscaled.AMOUNT}:
        return values
    prob = q_of(chunk).prob
    return prob[1] if values.ndim == 1 else prob


@dataclass(frozen=True)
class Lowered:
    """Flags the rows whose loss is smaller than that of cecli because it was kept finite."""

    loss: LossElsewhere

    def __call__(self, chunk: Chunk) -> NDArray[np.bool_]:
        return chunk.once(cross_entropy) - chunk.once(self.loss) > NOTABLE
