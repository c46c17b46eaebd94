"""Floating-point numbers and their products as multiples of a few quanta.

Values that are summed many times with small multiplicities are split once. Each piece is a multiple
of one quantum, with few enough bits that sums of pieces are exact in a float64.
"""

import math
from collections.abc import Iterator
from functools import reduce

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.sums.exact import SMALLEST_EXPONENT, two_product

# Bits of a piece; slightly exceeded, because two terms are split together.
PIECE_BITS = 40
LARGEST_MODERATE = 2.0**400
# Mantissas are scaled by less than 2**WINDOW, so that nothing overflows or underflows.
WINDOW = 512


def whole_pieces(*factors: Floats) -> Iterator[tuple[Floats, int]]:
    """Yield whole numbers and their exponents, which add up to the product of the factors.

    Parameters
    ----------
    factors : one or two arrays of shape (n,), float64, finite.

    Yields
    ------
    whole : shape (n,), whole numbers of at most 2**PIECE_BITS + 1 in size.
    exponent : the sum of all whole · 2**exponent is exactly the product.

    Examples
    --------
    >>> import numpy as np
    >>> [(whole.tolist(), exponent) for whole, exponent in whole_pieces(np.array([1.5, 0.25]))]
    [([824633720832.0, 137438953472.0], -39)]
    """
    if len(factors) == 1 and _are_moderate(factors, 0.0):
        yield from _cut(list(factors))
    elif len(factors) == 2 and _are_moderate(factors, 1.0 / LARGEST_MODERATE):
        yield from _cut(list(two_product(*factors)))
    else:
        yield from _of_any_size(factors)


def _are_moderate(factors: tuple[Floats, ...], least: float) -> bool:
    """Return whether all factors are far enough from both ends of the range for every step."""
    sizes = (np.abs(factor) for factor in factors)
    return all(
        bool(((size < LARGEST_MODERATE) & ((size > least) | (size == 0.0))).all()) for size in sizes
    )


def _of_any_size(factors: tuple[Floats, ...]) -> Iterator[tuple[Floats, int]]:
    """Yield the same pieces from mantissas; products of similar size are split together."""
    mantissas, exponents = zip(*map(np.frexp, factors), strict=True)
    exponent = reduce(np.add, exponents)
    terms = mantissas if len(factors) == 1 else two_product(*mantissas)
    counts = terms[0] != 0.0
    if not counts.any():
        return
    top = int(exponent[counts].max())
    windows = (top - exponent) // WINDOW
    for window in np.unique(windows[counts]).tolist():
        base = top - (window + 1) * WINDOW
        inside = counts & (windows == window)
        shift = np.where(inside, exponent - base, 0)
        moved = [np.ldexp(np.where(inside, term, 0.0), shift) for term in terms]
        for whole, quantum in _cut(moved):
            yield whole, quantum + base


def _cut(terms: list[Floats]) -> Iterator[tuple[Floats, int]]:
    """Yield multiples of decreasing quanta until no remainder is left."""
    while (largest := max(float(np.abs(term).max(initial=0.0)) for term in terms)) > 0.0:
        quantum = max(math.frexp(largest)[1] - PIECE_BITS, SMALLEST_EXPONENT)
        scale = 2.0**quantum
        multiples = [np.trunc(term / scale) for term in terms]
        yield sum(multiples[1:], multiples[0]), quantum
        terms = [term - whole * scale for term, whole in zip(terms, multiples, strict=True)]
