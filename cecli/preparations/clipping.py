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
        moved = np.clip(prob, *self._bounds(chunk.scales.get("prob", Scale.PROBABILITY)))
        clipped: NDArray[np.bool_] = np.asarray(np.atleast_2d(moved != prob).any(axis=0))
        return chunk.with_numbers(prob=moved, clipped=clipped.astype(np.float64)).with_remark(
            CLIPPED, clipped
        )

    def _bounds(self, scale: Scale) -> tuple[float, float]:
        if scale is Scale.LOG_PROBABILITY:
            return math.log(self.epsilon), math.log1p(-self.epsilon)
        whole = 100.0 if scale is Scale.PERCENT else 1.0
        return whole * self.epsilon, whole * (1.0 - self.epsilon)
