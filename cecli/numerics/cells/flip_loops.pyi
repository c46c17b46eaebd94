import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers

def drawn(
    units: Integers,
    each: Integers,
    probability: Floats,
    is_rest: NDArray[np.uint8],
    is_wide: NDArray[np.uint8],
    start: int,
) -> tuple[Integers, Integers, Integers]: ...
