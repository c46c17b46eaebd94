import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats, Words

KERNELS: tuple[str, ...]

def drawn_totals(
    keys: Words,
    pairs: Words,
    columns: Floats,
    thresholds: NDArray[np.uint32],
    kernel: int = -1,
) -> NDArray[np.int64]: ...
