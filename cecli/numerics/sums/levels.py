"""The digits of exact sums of many bins, of each level: what `Digits` is made of."""

from collections.abc import Mapping
from math import frexp, ldexp

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.sums.exact import PRECISION, SMALLEST_EXPONENT

try:
    from cecli.numerics.sums import digit_loops as digit_loops
except ImportError:
    digit_loops = None  # type: ignore[assignment]

Integers = NDArray[np.int64]

BITS = 36
HALF = 1 << (BITS - 1)
# The number of multiples of a quantum, each below 2**BITS, whose sum is exact in a float64.
MOST_ROWS = 1 << (PRECISION - BITS - 1)
# Beyond this level, the constant that rounds to a multiple of the quantum would overflow.
LAST_LEVEL = 26
LEVELS_DOWN = 10
# The compiled sums of a bin have room for this many rows.
MOST_COMPILED = 1 << (63 - BITS - 1)


def levels_of(codes: Integers, size: int, values: Floats) -> dict[int, Integers]:
    """Return the digits of the sums of at most MOST_ROWS values."""
    largest = max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))
    if largest == 0.0:
        return {}
    level, rest = (frexp(largest)[1] - 1) // BITS, values
    if level > LAST_LEVEL:
        return _huge_levels(codes, size, values)
    levels = {}
    while True:
        quantum = BITS * level
        leading = rest
        if quantum > SMALLEST_EXPONENT:
            constant = ldexp(1.5, quantum + PRECISION - 1)
            leading = (rest + constant) - constant
        sums = np.bincount(codes, leading, size)
        levels[level] = np.ldexp(sums, -quantum).astype(np.int64)
        rest = rest - leading
        if not rest.any():
            return levels
        level -= 1


def _huge_levels(codes: Integers, size: int, values: Floats) -> dict[int, Integers]:
    """Return the same if some values are too large, which are scaled down by some levels."""
    huge, every = np.abs(values) >= 2.0 ** (BITS * LAST_LEVEL), np.arange(size)
    scaled = np.ldexp(values[huge], -BITS * LEVELS_DOWN)
    some = {k + LEVELS_DOWN: x for k, x in levels_of(codes[huge], size, scaled).items()}
    others = levels_of(codes[~huge], size, values[~huge])
    return carried(added(size, [(every, some), (every, others)]), size)


def compiled_products(
    codes: Integers, size: int, factors: tuple[Floats, ...]
) -> dict[int, Integers] | None:
    """Return the digits of the sums of products under each code; None if nothing is compiled.

    Parameters
    ----------
    codes : shape (n,), each in range(size), n < MOST_COMPILED.
    factors : one to four, shape (n,), finite.
    """
    if digit_loops is None:
        return None
    arrays = tuple(map(np.ascontiguousarray, factors))
    first, digits = digit_loops.digits_by(codes, size, arrays)
    return dict(enumerate(digits, start=first))


def added(size: int, parts: list[tuple[Integers, Mapping[int, Integers]]]) -> dict[int, Integers]:
    """Return the digits of the total of some sums, each with the places of its bins; no carries."""
    if digit_loops is not None:
        return digit_loops.added(size, parts)
    found: dict[int, Integers] = {}
    for places, levels in parts:
        for level, digits in levels.items():
            if level not in found:
                found[level] = np.zeros(size, dtype=np.int64)
            found[level][places] += digits
    return found


def carried(levels: Mapping[int, Integers], size: int) -> dict[int, Integers]:
    """Return the digits after all carries, each from −HALF to HALF − 1."""
    if digit_loops is not None:
        return digit_loops.carried(levels, size)
    found, waiting = dict(levels), sorted(levels)
    while waiting:
        level = waiting.pop(0)
        # To the nearest: a digit may be negative, so a negative sum is not carried on forever.
        over = (found[level] + HALF) >> BITS
        if over.any():
            found[level] = found[level] - (over << BITS)
            found[level + 1] = found[level + 1] + over if level + 1 in found else over
            waiting = sorted({*waiting, level + 1})
    return found
