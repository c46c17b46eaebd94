"""Pure functions of numpy arrays: the arithmetic of cecli, and nothing else.

Conventions, for every function here: arrays are one-dimensional, contiguous float64 of one
length n; probabilities lie in [0, 1]; logarithms are natural, so information is in nats;
0·ln 0 = 0. An element's result depends on that element alone, never on its position.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
