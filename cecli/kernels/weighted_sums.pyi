import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats

KERNELS: tuple[str, ...]
FIRST_LEVEL: int
NAMES: tuple[str, ...]

Integers = NDArray[np.int64]

class Sums:
    totals: dict[str, int]
    largest_cost: float
    largest_row: int

Found = tuple[Sums, Sums, int, int, Integers, Integers | None]

def weighted_sums(
    target: Floats,
    prob: Floats,
    weight: Floats,
    mantissa_bits: int,
    first_bin: int,
    bins: int,
    starts: Integers | None = None,
    order: Integers | None = None,
    kernel: int = -1,
) -> Found | None: ...
def weighted_sums_of_logits(
    target: Floats,
    logit: Floats,
    weight: Floats,
    mantissa_bits: int,
    first_bin: int,
    bins: int,
    starts: Integers | None = None,
    order: Integers | None = None,
    kernel: int = -1,
) -> Found | None: ...
