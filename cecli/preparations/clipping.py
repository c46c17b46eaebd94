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
    """Move probabilities under some roles into [epsilon, 1 − epsilon], on request.

    Rows in which any of them moved are remarked, and have a `clipped` of 1.
    """

    epsilon: float
    roles: tuple[str, ...] = ("prob",)

    def __call__(self, chunk: Chunk) -> Chunk:
        touched: NDArray[np.bool_] = np.zeros(len(chunk), dtype=np.bool_)
        moved = {}
        for role in self.roles:
            values = chunk.numbers[role]
            moved[role] = np.clip(values, *self._bounds(chunk, role))
            touched |= np.atleast_2d(moved[role] != values).any(axis=0)
        clipped = touched.astype(np.float64)
        return chunk.with_numbers(**moved, clipped=clipped).with_remark(CLIPPED, touched)

    def moves(self, chunk: Chunk) -> bool:
        """Return whether any probability is out of bounds."""
        return any(
            values.size and (values.min() < low or values.max() > high)
            for values, (low, high) in (
                (chunk.numbers[role], self._bounds(chunk, role)) for role in self.roles
            )
        )

    def _bounds(self, chunk: Chunk, role: str) -> tuple[float, float]:
        return bounds(self.epsilon, chunk.scales.get(role, Scale.PROBABILITY))


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
