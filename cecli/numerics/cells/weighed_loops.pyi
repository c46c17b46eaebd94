import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats, Words

def weighed(
    packed: list[Words], weights: list[Floats], inner_bits: int, counted: bool
) -> tuple[NDArray[np.int64], list[tuple[int, NDArray[np.int64]]]] | None: ...
def soft(
    packed: list[Words], targets: list[Floats], inner_bits: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], int, NDArray[np.int64]] | None: ...
