import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats

KERNELS: tuple[str, ...]

class SumsOfTargets:
    target: tuple[int, int]
    prob: tuple[int, int]
    loss: tuple[int, int]
    entropy: tuple[int, int]
    squared_error: tuple[int, int]
    hit: tuple[int, int]
    positive_cost: tuple[int, int]
    target_entropy: tuple[int, int]
    divergence: tuple[int, int]
    loss_by_target: int
    loss_by_cost: int
    cost_by_target: int
    target_by_prob: int
    counts: NDArray[np.int64]
    packed: NDArray[np.uint64]
    certain: int
    decided: int
    extreme: int
    lossless: int
    outside: int
    largest_loss: float
    largest_row: int

def soft_sums(
    target: Floats,
    prob: Floats,
    low: float,
    high: float,
    mantissa_bits: int,
    first_bin: int,
    bins: int,
    kernel: int = -1,
) -> SumsOfTargets | None: ...
def soft_sums_of_logits(
    target: Floats,
    logit: Floats,
    low: float,
    high: float,
    mantissa_bits: int,
    first_bin: int,
    bins: int,
    kernel: int = -1,
) -> SumsOfTargets | None: ...
