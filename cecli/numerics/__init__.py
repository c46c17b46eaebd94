"""Pure functions of numpy arrays: the arithmetic of cecli, and nothing else.

Conventions, for every function here: arrays are contiguous float64; a score has shape (n,), one
number a row, and what there is of each class has shape (K, n), one array a class; logarithms are
natural, so information is in nats; 0·ln 0 = 0. A row's result depends on that row alone, never on
its position.

sums/ - exact sums
distributions/ - distributions, one a row, and what is computed of them
resampler - the same sums, compiled
resampling - sums of a bootstrap, and the random numbers that they rest on
tails - tails and quantiles of Student's t distribution, and tails of the chi-squared distribution
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
