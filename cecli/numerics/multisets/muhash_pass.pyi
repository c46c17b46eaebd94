import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Words

KERNELS: tuple[str, ...]

def product(columns: Words, key: Words, kernel: int = -1) -> Words: ...
def text_hashes(letters: NDArray[np.uint8], ends: NDArray[np.int64]) -> Words: ...
