"""Bounding infinite losses, on request."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk
from cecli.scales import Scale

CLIPPED = "clipped"


@dataclass(frozen=True)
class Clip:
    """Move probabilities into [epsilon, 1 − epsilon], on request; `clipped` is 1 where it did."""

    epsilon: float

    def __call__(self, chunk: Chunk) -> Chunk:
        prob = chunk.numbers["prob"]
        moved = np.clip(prob, *self._bounds(chunk))
        clipped: NDArray[np.bool_] = np.asarray(np.atleast_2d(moved != prob).any(axis=0))
        return chunk.with_numbers(prob=moved, clipped=clipped.astype(np.float64)).with_remark(
            CLIPPED, clipped
        )

    def moves(self, chunk: Chunk) -> bool:
        """Return whether any probability is out of bounds."""
        prob, (low, high) = chunk.numbers["prob"], self._bounds(chunk)
        return bool(prob.size and (prob.min() < low or prob.max() > high))

    def _bounds(self, chunk: Chunk) -> tuple[float, float]:
        return bounds(self.epsilon, chunk.scales.get("prob", Scale.PROBABILITY))


def bounds(epsilon: float, scale: Scale) -> tuple[float, float]:
    """Return epsilon and 1 − epsilon on a scale."""
    match scale:
        case Scale.LOG_PROBABILITY:
            return math.log(epsilon), math.log1p(-epsilon)
        case Scale.LOGIT:
            odds = math.log(epsilon) - math.log1p(-epsilon)
            return odds, -odds
        case Scale.PERCENT:
            return 100.0 * epsilon, 100.0 * (1.0 - epsilon)
        case Scale.PROBABILITY:
            return epsilon, 1.0 - epsilon
