import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats, Words
from cecli.numerics.cells.keys import Integers

COLUMNS: int

def keys_of(q: Floats, rest: Floats | None = None) -> Integers: ...
def packed(q: Floats, target: Floats, rest: Floats | None = None) -> Words | None: ...
def counted(
    codes: Integers, keys: Integers, target: Floats, size: int, inner_bits: int
) -> Integers | None: ...

class CheckedRanges:
    def __init__(self, lines: Integers, firsts: NDArray[np.int32], base: int) -> None: ...

def within(rows: Words, inner_bits: int, ranges: CheckedRanges) -> Words: ...
def numbers_of(rows: Words) -> tuple[Floats, Floats]: ...
def merged(
    tables: list[Integers],
    packed: list[Words],
    size: int,
    inner_bits: int,
    ranges: CheckedRanges | None = None,
) -> Integers: ...
def pool_starts(weight: Integers, events: Integers) -> Integers: ...
def living(
    weight: Integers, events: Integers, starts: Integers, is_wide: NDArray[np.uint8]
) -> NDArray[np.uint8]: ...
