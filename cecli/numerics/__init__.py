"""The arithmetic of cecli: pure functions of numpy arrays.

Conventions, for every function here: arrays are contiguous float64; a score has shape (n,), one
number per row, and values of each class have shape (K, n), one array per class; logarithms are
natural, so information is in nats; 0·ln 0 = 0. A row's result depends on that row alone, not on
its position.

sums/ - exact sums
cells/ - predictions in narrow cells, and isotonic regression over them
distributions/ - distributions, one per row, and scores computed from them
ascending - integers in ascending order
anytime_counts - evidence on counts that holds at any number of looks
noncentral - the noncentral chi-squared distribution, and intervals for its noncentrality
multisets/ - hashes of rows in any order
resampling - sums of a bootstrap, and their random numbers
resampler - the same sums, compiled
scalars - elementary functions of one number
scalar_loops - what is computed of one number after the other, compiled
skewed - tails of skewed sums, as of a gamma distribution
symmetric - eigenvalues of symmetric matrices
thinning - fewer points for the same line
tails - tails of Student's t, Hotelling's T² and χ², and adjusted p-values
two_samples - tests of whether two samples are of one distribution
vocabulary/ - pairs of distributions over many classes, as of two language models
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Words of 64 bits: random numbers, or rows in 8 bytes each.
Words = NDArray[np.uint64]
