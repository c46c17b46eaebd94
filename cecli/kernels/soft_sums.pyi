import numpy as np
from numpy.typing import NDArray

from cecli.kernels.binary_pass import Limits
from cecli.numerics import Floats

KERNELS: tuple[str, ...]
FIRST_LEVEL: int
SCORES: tuple[str, ...]
PRODUCTS: tuple[str, ...]

class SumsOfTargets:
    moments: dict[str, tuple[int, int]]
    products: dict[str, int]
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
    limits: Limits,
    kernel: int = -1,
) -> SumsOfTargets | None: ...
def soft_sums_of_logits(
    target: Floats,
    logit: Floats,
    limits: Limits,
    kernel: int = -1,
) -> SumsOfTargets | None: ...
def soft_sums_by(
    starts: NDArray[np.int64],
    order: NDArray[np.int64],
    target: Floats,
    prob: Floats,
    limits: Limits,
    kernel: int = -1,
) -> tuple[SumsOfTargets, NDArray[np.int64]] | None: ...
def soft_sums_of_logits_by(
    starts: NDArray[np.int64],
    order: NDArray[np.int64],
    target: Floats,
    logit: Floats,
    limits: Limits,
    kernel: int = -1,
) -> tuple[SumsOfTargets, NDArray[np.int64]] | None: ...
