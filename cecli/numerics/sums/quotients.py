"""What is computed from the exact sums of many bins: products, totals and rounded quotients."""

from itertools import product

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import UNIT_EXPONENT
from cecli.numerics.sums.levels import BITS, MOST_COMPILED, Integers

HALF_BITS = BITS // 2
LOW_HALF = (1 << HALF_BITS) - 1
# Digits this many levels below another do not change it, rounded.
FAR_LEVELS = 10
# Beyond the exponents of all float64.
LARGE_EXPONENT = 1 << 15


def total(sums: Digits) -> int:
    """Return the sum over all bins, in units of `cecli.numerics.sums.exact`."""
    levels = {level: x.sum(keepdims=True) for level, x in sums.levels.items()}
    return Digits(1, levels).units()[0]


def times(sums: Digits, number: int) -> Digits:
    """Return each sum times an integer of at most 2**13 bits, without error."""
    levels: dict[int, Integers] = {}

    def add(level: int, digits: Integers) -> None:
        levels[level] = levels[level] + digits if level in levels else digits

    for level, digits in sums.levels.items():
        rest, place = abs(number), 0
        while rest:
            # Below 2**53, so that hundreds of them add up without overflow.
            piece = digits * (rest & LOW_HALF if number > 0 else -(rest & LOW_HALF))
            above, is_between = divmod(place, 2)
            if is_between:
                add(level + above, (piece & LOW_HALF) << HALF_BITS)
                add(level + above + 1, piece >> HALF_BITS)
            else:
                add(level + above, piece)
            rest, place = rest >> HALF_BITS, place + 1
    return Digits(sums.size, levels).carried()


def dot(x: Digits, y: Digits) -> int:
    """Return Σ over the bins of the products of both sums, without error.

    It is an integer in units of `cecli.numerics.sums.exact`: no product has a bit below one unit if
    each sum is one of products of at most two float64.

    Examples
    --------
    >>> from cecli.numerics.sums.exact import from_units, to_units
    >>> x, y = (Digits.of_units(list(map(to_units, each))) for each in ([3.0, 0.5], [2.0, 2.0]))
    >>> float(from_units(dot(x, y)))
    7.0
    """
    found = 0
    for (i, a), (j, b) in product(_halves(x), _halves(y)):
        shift = HALF_BITS * (i + j) - UNIT_EXPONENT
        # Each product is at most 2**36 in size, so that as many have room as rows of digits.
        units = sum(
            int(a[start : start + MOST_COMPILED] @ b[start : start + MOST_COMPILED])
            for start in range(0, x.size, MOST_COMPILED)
        )
        found += units << shift if shift >= 0 else units >> -shift
    return found


def _halves(sums: Digits) -> list[tuple[int, Integers]]:
    """Return whole numbers of HALF_BITS and a sign, and their exponents in HALF_BITS."""
    return [
        half
        for level, digits in sums.levels.items()
        for half in ((2 * level, digits & LOW_HALF), (2 * level + 1, digits >> HALF_BITS))
        if half[1].any()
    ]


def quotients(sums: Digits, number: int = 1) -> Floats:
    """Return each sum divided by a positive integer, rounded; ±∞ if it is beyond a float64.

    Returns
    -------
    shape (sums.size,): within two units in the last place.

    Notes
    -----
    Digits are added from the lowest in twice the precision of a float64, relative to the highest
    digit of the same bin.

    Examples
    --------
    >>> from cecli.numerics.sums.exact import to_units
    >>> quotients(Digits.of_units([to_units(1.0), to_units(2.5)]), 4).tolist()
    [0.25, 0.625]
    """
    high, low = np.zeros(sums.size), np.zeros(sums.size)
    base = np.zeros(sums.size, dtype=np.int64)
    for level in sorted(sums.levels):
        digits = sums.levels[level]
        counts = digits != 0
        down = np.where(counts & (high != 0.0), np.maximum(base - level, -FAR_LEVELS), 0)
        shift = (BITS * down).astype(np.int32)
        base = np.where(counts, level, base)
        high, low = np.ldexp(high, shift), np.ldexp(low, shift)
        leading = digits + high
        high, low = leading, low + (high - (leading - digits))
    bits = number.bit_length()
    exponent = np.clip(BITS * base - bits, -LARGE_EXPONENT, LARGE_EXPONENT).astype(np.int32)
    with np.errstate(over="ignore", under="ignore"):
        found: Floats = np.ldexp((high + low) / (number / (1 << bits)), exponent)
    return found
