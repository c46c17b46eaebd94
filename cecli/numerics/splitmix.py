"""SplitMix64: 64 bits that look random, from a counter, the same on every machine.

References
----------
Steele, G. L., Lea, D., Flood, C. H. (2014), Fast splittable pseudorandom number generators.
doi:10.1145/2660193.2660195
"""

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def mixed(words: Words) -> Words:
    """Return SplitMix64's mixing function of each word: a permutation of all of them."""
    z = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return np.asarray(z)


def outputs(start: Words, places: Words) -> Words:
    """Return the outputs at some places, counted from 0, of the generator that begins at `start`.

    Examples
    --------
    >>> first = outputs(np.zeros(1, np.uint64), np.arange(2, dtype=np.uint64))
    >>> [hex(word) for word in first.tolist()]
    ['0xe220a8397b1dcdaf', '0x6e789e6aa1b965f4']
    """
    return mixed(start + (places + np.uint64(1)) * GOLDEN)
