import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats

LOWEST_EXPONENT: int
KERNELS: tuple[str, ...]

def sum_of(x: Floats, kernel: int = -1) -> int: ...
def dot_of(x: Floats, y: Floats, kernel: int = -1) -> int: ...
def moments_of(x: Floats, kernel: int = -1) -> tuple[int, int]: ...
def moments_of_each(
    x: Floats, starts: NDArray[np.int64], kernel: int = -1
) -> tuple[list[int], list[int]]: ...
def dots_of_each(
    x: Floats, y: Floats, starts: NDArray[np.int64], kernel: int = -1
) -> list[int]: ...
