import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.cells.keys import Integers

COLUMNS: int

def keys_of(q: Floats, rest: Floats | None = None) -> Integers: ...
def counted(
    codes: Integers, keys: Integers, target: Floats, size: int, inner_bits: int
) -> Integers | None: ...
def merged(tables: list[Integers], size: int, inner_bits: int) -> Integers: ...
def pool_starts(weight: Integers, events: Integers) -> Integers: ...
def living(
    weight: Integers, events: Integers, starts: Integers, is_wide: NDArray[np.uint8]
) -> NDArray[np.uint8]: ...
