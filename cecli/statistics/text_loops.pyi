import numpy as np
from numpy.typing import NDArray

from cecli.core.chunk import Integers

Arrays = tuple[NDArray[np.uint8], Integers, Integers]

def packed(texts: list[str]) -> Arrays: ...
def numbers(slots: NDArray[np.int32], known: Arrays, texts: Arrays) -> Integers: ...
