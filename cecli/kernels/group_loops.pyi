import numpy as np
from numpy.typing import NDArray

from cecli.kernels.binary_pass import Limits
from cecli.kernels.one_pass import Sums
from cecli.numerics import Floats

KERNELS: tuple[str, ...]
LINES: dict[str, tuple[int, int, int]]
WITH_SQUARES: tuple[str, ...]

# Each module has a class of its own of Sums, with the same attributes.
class SumsByGroup(Sums):
    digits: NDArray[np.int64]
    rare: NDArray[np.int64]

def binary_sums_by(
    codes: NDArray[np.int64],
    groups: int,
    target: Floats,
    prob: Floats,
    limits: Limits,
    kernel: int = -1,
) -> SumsByGroup | None: ...
def binary_sums_of_logits_by(
    codes: NDArray[np.int64],
    groups: int,
    target: Floats,
    logit: Floats,
    limits: Limits,
    kernel: int = -1,
) -> SumsByGroup | None: ...
