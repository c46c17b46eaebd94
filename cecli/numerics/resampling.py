"""Exact sums of a bootstrap: of each column, as often as each replicate draws each row."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.poisson import MOST_DRAWN, THRESHOLDS, multiplicities
from cecli.numerics.splitmix import Words
from cecli.numerics.wholes import PIECE_BITS, whole_pieces

try:
    # The same sums, compiled; being exact, they are equal to the last bit.
    from cecli.numerics import resampler
except ImportError:
    resampler = None  # type: ignore[assignment]

# Python integers, which do not overflow.
Wholes = NDArray[Any]

# So many multiples of whole numbers add up in a float64 without error, and so many in an int64.
SHORT_SUM = 1 << (53 - PIECE_BITS - MOST_DRAWN.bit_length() - 1)
LONG_SUM = 1 << (63 - PIECE_BITS - MOST_DRAWN.bit_length() - 1)
PAIRS_IN_CACHE = 64


@dataclass(frozen=True, eq=False)
class DrawnSums:
    """Exact sums of some columns in some replicates.

    Attributes
    ----------
    wholes : shape (columns, replicates), Python integers.
    exponents : shape (columns,); the sums are wholes · 2**exponents.
    """

    wholes: Wholes
    exponents: NDArray[np.int64]

    def __add__(self, other: Self) -> Self:
        least = np.minimum(self.exponents, other.exponents)
        return type(self)(self.at(least) + other.at(least), least)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DrawnSums) or self.wholes.shape != other.wholes.shape:
            return False
        least = np.minimum(self.exponents, other.exponents)
        return np.array_equal(self.at(least), other.at(least))

    __hash__ = None  # type: ignore[assignment]

    def __getitem__(self, part: tuple[slice, slice]) -> Self:
        """Return the sums of some columns in some replicates."""
        return type(self)(self.wholes[part], self.exponents[part[0]])

    def at(self, exponents: NDArray[np.int64]) -> Wholes:
        """Return the wholes that go with these exponents, which are no greater than their own."""
        shifts = (self.exponents - exponents).astype(object)
        return self.wholes << shifts[:, None] if shifts.any() else self.wholes


def drawn_sums(keys: Words, pairs: Words, columns: Sequence[tuple[Floats, ...]]) -> DrawnSums:
    """Return Σ m·x for each column and replicate, without error.

    Parameters
    ----------
    keys : of the rows, shape (n,).
    pairs : keys of the pairs of replicates, shape (p,), see `cecli.numerics.poisson`.
    columns : one or two factors of shape (n,) each, float64, finite, whose product is x.

    Returns
    -------
    DrawnSums of 2p replicates; of a column of zeros the exponent is 0.
    """
    cut = [list(whole_pieces(*factors)) for factors in columns]
    exponents = [min((exponent for _, exponent in found), default=0) for found in cut]
    wholes = np.zeros((len(columns), 2 * pairs.size), dtype=object)
    pieces = [whole for found in cut for whole, _ in found]
    matrix = np.stack(pieces) if pieces else np.zeros((0, keys.size))
    for start in range(0, keys.size, LONG_SUM):
        rows = slice(start, start + LONG_SUM)
        totals = iter(_totals(keys[rows], pairs, np.ascontiguousarray(matrix[:, rows])))
        for column, (least, found) in enumerate(zip(exponents, cut, strict=True)):
            for _, exponent in found:
                wholes[column] += next(totals).astype(object) << (exponent - least)
    return DrawnSums(wholes, np.array(exponents, dtype=np.int64))


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
