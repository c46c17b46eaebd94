"""Bounding the losses of several models alike."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Chunk
from cecli.preparations.clipping import CLIPPED, bounds
from cecli.scales import Scale


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
