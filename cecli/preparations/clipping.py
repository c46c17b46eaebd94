"""Bounding infinite losses, on request: of one model, or of several alike."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk

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


@dataclass(frozen=True)
class ClipModels:
    """Move the probabilities under some roles into [epsilon, 1 − epsilon], on request.

    Rows in which any of them moved are remarked.
    """

    epsilon: float
    roles: tuple[str, ...]

    def __call__(self, chunk: Chunk) -> Chunk:
        touched: NDArray[np.bool_] = np.zeros(len(chunk), dtype=np.bool_)
        moved = {}
        for role in self.roles:
            values, scale = chunk.numbers[role], chunk.scales.get(role, Scale.PROBABILITY)
            moved[role] = np.clip(values, *bounds(self.epsilon, scale))
            touched |= np.atleast_2d(moved[role] != values).any(axis=0)
        return chunk.with_numbers(**moved).with_remark(CLIPPED, touched)
