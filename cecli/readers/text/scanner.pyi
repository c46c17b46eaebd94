from collections.abc import Collection
from typing import final

import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Integers
from cecli.numerics import Floats

KERNELS: tuple[str, ...]

def count_newlines(data: bytes | memoryview, kernel: int = -1) -> int: ...
def end_of_records(
    data: bytes, delimiter: bytes, quote: bytes, kernel: int = -1
) -> tuple[int, bool] | None: ...
def find(
    text: bytes,
    size: int,
    delimiter: bytes,
    quote: bytes,
    width: int,
    places: Collection[int],
    first_line: int,
    kernel: int = -1,
) -> Records | None: ...

@final
class Records:
    lines: Integers
    blank_lines: Integers
    next_line: int

    def numbers(
        self, place: int, low: float, high: float, infinities: tuple[float, ...] = ()
    ) -> Floats | None: ...
    def texts(self, place: int) -> tuple[Integers, tuple[str, ...]] | None: ...
    def raw_texts(self, place: int) -> tuple[NDArray[np.uint8], Integers, Integers] | None: ...
