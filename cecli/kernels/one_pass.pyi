import numpy as np
from numpy.typing import NDArray

from cecli.kernels.binary_pass import Limits
from cecli.numerics import Floats

KERNELS: tuple[str, ...]

class Sums:
    prob: tuple[int, int]
    loss: tuple[int, int]
    entropy: tuple[int, int]
    squared_error: tuple[int, int]
    outcome_variance: tuple[int, int]
    loss_covariance: int
    loss_variance: int
    brier_variance: int
    entropy_by_prob: int
    outcome_skewness: int
    skewness_by_logit: int
    skewness_by_squares: int
    loss_skewness: int
    brier_skewness: int
    loss_of_positives: tuple[int, int]
    prob_of_positives: int
    counts: NDArray[np.int64]
    packed: NDArray[np.uint64]
    positives: int
    hits: int
    decided: int
    extreme: int
    lossless: int
    outside: int
    largest_loss: float
    largest_row: int

def binary_sums(
    target: Floats,
    prob: Floats,
    limits: Limits,
    kernel: int = -1,
) -> Sums | None: ...
def binary_sums_of_logits(
    target: Floats,
    logit: Floats,
    limits: Limits,
    kernel: int = -1,
) -> Sums | None: ...
def counted_sums(
    target: Floats,
    prob: Floats,
    count: Floats,
    limits: Limits,
    kernel: int = -1,
) -> Sums | None: ...
def counted_sums_of_logits(
    target: Floats,
    logit: Floats,
    count: Floats,
    limits: Limits,
    kernel: int = -1,
) -> Sums | None: ...
