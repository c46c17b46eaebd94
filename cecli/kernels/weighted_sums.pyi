import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats

KERNELS: tuple[str, ...]

Moments = tuple[int, int, int]

class Sums:
    powers: tuple[int, int, int, int, int]
    hits: tuple[int, int]
    prob: Moments
    loss: Moments
    entropy: Moments
    squared_error: Moments
    outcome_variance: Moments
    grids: tuple[int, int, int, int, int, int, int, int, int]
    largest_cost: float
    largest_row: int

def weighted_sums(
    target: Floats,
    prob: Floats,
    weight: Floats,
    mantissa_bits: int,
    first_bin: int,
    bins: int,
    kernel: int = -1,
) -> tuple[Sums, Sums, int, int, NDArray[np.int64]] | None: ...
def weighted_sums_of_logits(
    target: Floats,
    logit: Floats,
    weight: Floats,
    mantissa_bits: int,
    first_bin: int,
    bins: int,
    kernel: int = -1,
) -> tuple[Sums, Sums, int, int, NDArray[np.int64]] | None: ...
