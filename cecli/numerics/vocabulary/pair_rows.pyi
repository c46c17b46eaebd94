import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers

KERNELS: tuple[str, ...]
WIDTHS: tuple[int, ...]

def figures_of(
    p: NDArray[np.uint8],
    q: NDArray[np.uint8],
    size: int,
    encodings: tuple[int, int],
    are_probabilities: tuple[bool, bool],
    scales: Floats,
    tokens: Integers,
    kernel: int = -1,
) -> tuple[Floats, int]: ...
