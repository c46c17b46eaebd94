"""Exact sums of a bootstrap: of each column, as often as each replicate draws each row."""

from collections.abc import Sequence
from functools import reduce
from itertools import product
from operator import add
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.poisson import MOST_DRAWN, THRESHOLDS, multiplicities
from cecli.numerics.splitmix import Words
from cecli.numerics.wholes import PIECE_BITS, SMALLEST_PRODUCT, whole_pieces

try:
    # The same sums, compiled; being exact, they are equal to the last bit.
    from cecli.numerics import resampler
except ImportError:
    resampler = None  # type: ignore[assignment]

# Python integers, which do not overflow.
Units = NDArray[Any]
UNIT_EXPONENT = SMALLEST_PRODUCT

# So many multiples of whole numbers add up in a float64 without error, and so many in an int64.
SHORT_SUM = 1 << (53 - PIECE_BITS - MOST_DRAWN.bit_length() - 1)
LONG_SUM = 1 << (63 - PIECE_BITS - MOST_DRAWN.bit_length() - 1)
PAIRS_IN_CACHE = 64


def drawn_sums(keys: Words, pairs: Words, columns: Sequence[tuple[Floats, ...]]) -> Units:
    """Return Σ m·x for each column and replicate, without error, in units of 2**UNIT_EXPONENT.

    Parameters
    ----------
    keys : of the rows, shape (n,).
    pairs : keys of the pairs of replicates, shape (p,), see `cecli.numerics.poisson`.
    columns : one or two factors of shape (n,) each, float64, finite, whose product is x.

    Returns
    -------
    shape (columns, 2p), Python integers.
    """
    cut = [list(whole_pieces(*factors)) for factors in columns]
    pieces = [whole for found in cut for whole, _ in found]
    sums = np.zeros((len(columns), 2 * pairs.size), dtype=object)
    if not pieces:
        return sums
    matrix = np.stack(pieces)
    for start in range(0, keys.size, LONG_SUM):
        rows = slice(start, start + LONG_SUM)
        drawn = iter(_totals(keys[rows], pairs, np.ascontiguousarray(matrix[:, rows])))
        for column, found in enumerate(cut):
            if found:
                sums[column] += _in_units([(next(drawn), exponent) for _, exponent in found])
    return sums


def _in_units(sums: Sequence[tuple[NDArray[np.int64], int]]) -> Units:
    """Return what sums of multiples of some quanta add up to."""
    least = min(exponent for _, exponent in sums)
    total = reduce(add, (part.astype(object) << (exponent - least) for part, exponent in sums))
    # Where quanta are smaller than a unit, no number has bits that far down.
    shift = least - UNIT_EXPONENT
    return np.asarray(total << shift if shift >= 0 else total >> -shift)


def _totals(keys: Words, pairs: Words, columns: Floats) -> NDArray[np.int64]:
    """Return the sums of whole numbers, shape (columns, 2p)."""
    if resampler is not None:
        return resampler.drawn_totals(np.ascontiguousarray(keys), pairs, columns, THRESHOLDS)
    totals = np.zeros((len(columns), 2 * pairs.size), dtype=np.int64)
    for start, first in product(
        range(0, keys.size, SHORT_SUM), range(0, pairs.size, PAIRS_IN_CACHE)
    ):
        rows, some = slice(start, start + SHORT_SUM), slice(first, first + PAIRS_IN_CACHE)
        drawn = multiplicities(keys[rows], pairs[some]).astype(np.float64)
        sums = (columns[:, rows] @ drawn).astype(np.int64)
        totals[:, 2 * first : 2 * (first + PAIRS_IN_CACHE)] += sums
    return totals
