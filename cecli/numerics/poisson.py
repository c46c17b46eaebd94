"""How often a row is drawn in a replicate of a bootstrap: Poisson of mean 1, from a counter.

A row drawn with replacement from very many is drawn about Poisson(1) times, whatever becomes of
the others: the multiplicity depends on the row and the replicate alone, so that it is known without
a memory, and in any order. Rows have a key of 64 bits, pairs of replicates have one, and the sum of
both goes through SplitMix64's mixing function: its lower half is for the even replicate, its upper
half for the odd one.

References
----------
Hanley, J. A., MacGibbon, B. (2006), Creating non-parametric bootstrap samples using Poisson
frequencies. doi:10.1016/j.cmpb.2006.04.006
Chamandy, N., Muralidharan, O., Najmi, A., Naidu, S. (2012), Estimating uncertainty for massive
data streams. Google.
"""

import numpy as np
from numpy.typing import NDArray

from cecli.numerics.splitmix import Words, mixed, outputs

# 2³² P(m ≤ k) for k = 0, 1, …, rounded: so many of these are not above a random 32-bit number as
# the row is drawn times. From k = 12 on it is 2³² itself, so that 12 is the most.
THRESHOLDS = np.array(
    [
        1580030169, 3160060337, 3950075422, 4213413783, 4279248374, 4292415292,
        4294609778, 4294923276, 4294962463, 4294966817, 4294967253, 4294967292,
    ],
    dtype=np.uint32,
)  # fmt: skip
MOST_DRAWN = THRESHOLDS.size


def streams(seed: int, pairs: int) -> Words:
    """Return the keys of some pairs of replicates, shape (pairs,)."""
    start = mixed(np.array([seed & (2**64 - 1)], dtype=np.uint64))
    return outputs(start, np.arange(pairs, dtype=np.uint64))


def multiplicities(keys: Words, pairs: Words) -> NDArray[np.uint8]:
    """Return how often rows are drawn in each replicate.

    Parameters
    ----------
    keys : of the rows, shape (n,).
    pairs : keys of pairs of replicates, shape (m,).

    Returns
    -------
    shape (n, 2m)
    """
    words = mixed(keys[:, None] + pairs[None, :])
    drawn = np.empty((keys.size, 2 * pairs.size), dtype=np.uint8)
    # Casting to 32 bits keeps the lower ones.
    drawn[:, 0::2] = _frequencies(words.astype(np.uint32))
    drawn[:, 1::2] = _frequencies((words >> np.uint64(32)).astype(np.uint32))
    return drawn


def _frequencies(random: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return the Poisson quantiles of random 32-bit numbers."""
    drawn = np.zeros(random.shape, dtype=np.uint8)
    for threshold in THRESHOLDS:
        drawn += random >= threshold
    return drawn
