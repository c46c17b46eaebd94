import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Integers
from cecli.kernels.binary_pass import Limits
from cecli.numerics import Floats

KERNELS: tuple[str, ...]

class SumsOfClasses:
    loss: tuple[int, int]
    entropy: tuple[int, int]
    hit: tuple[int, int]
    squared_error: tuple[int, int]
    expected_brier: tuple[int, int]
    loss_variance: int
    brier_variance: int
    loss_skewness: int
    brier_skewness: int
    probs: tuple[int, ...]
    costs: tuple[int, ...]
    rows: tuple[int, ...]
    counts: NDArray[np.int64]
    undecided: int
    extreme: int
    lossless: int
    outside: int
    largest_loss: float
    largest_row: int

def class_sums(
    prob: Floats,
    observed: Integers,
    limits: Limits,
    kernel: int = -1,
) -> SumsOfClasses | None: ...
