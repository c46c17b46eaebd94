from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats

Integers = NDArray[np.int64]

def digits_by(codes: Integers, bins: int, factors: tuple[Floats, ...]) -> tuple[int, Integers]: ...
def carried(levels: Mapping[int, Integers], size: int) -> dict[int, Integers]: ...
def added(
    size: int, parts: list[tuple[Integers, Mapping[int, Integers]]]
) -> dict[int, Integers]: ...
