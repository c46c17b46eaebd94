"""Products of exact sums, which are integers in units of `numerics.exact`."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from cecli.numerics.exact import UNIT_EXPONENT


def dot_of_sums(x: Sequence[int], y: Sequence[int]) -> int:
    """Return Σ xy of as many sums in units, without error, in units.

    Parameters
    ----------
    x, y : sums of products of at most two float64 each, and so multiples of the root of the unit.

    Examples
    --------
    >>> from cecli.numerics.exact import from_units, to_units
    >>> float(from_units(dot_of_sums([to_units(3.0), to_units(0.5)], [to_units(2.0)] * 2)))
    7.0
    """
    zeros = _trailing_zeros(x), _trailing_zeros(y)
    # The powers of two that all have in common are most of their digits: they are left out first.
    products = ((a >> zeros[0]) * (b >> zeros[1]) for a, b in zip(x, y, strict=True))
    return sum(products) << sum(zeros) >> -UNIT_EXPONENT


def _trailing_zeros(numbers: Sequence[int]) -> int:
    """Return by which power of two all numbers can be divided."""
    bits = reduce(or_, numbers, 0)
    return (bits & -bits).bit_length() - 1 if bits else 0
