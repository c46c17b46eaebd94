"""Exact sums of consecutive parts of an array, and products of exact sums."""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import add, or_

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.sums import exact
from cecli.numerics.sums.exact import (
    COMPILED_SHIFT,
    UNIT_EXPONENT,
    exact_counted_moments,
    exact_dot,
    exact_moments,
    exact_weighted_dot,
    exact_weighted_moments,
    is_safe_to_square,
    two_product,
)

Starts = NDArray[np.int64]


def exact_moments_of_each(values: Floats, starts: Starts) -> tuple[list[int], list[int]]:
    """Return the moments of consecutive parts, as `exact_moments` would.

    Parameters
    ----------
    values : shape (n,), float64, finite.
    starts : shape (parts + 1,); part k is values[starts[k] : starts[k + 1]].

    Examples
    --------
    >>> import numpy as np
    >>> from cecli.numerics.sums.exact import from_units
    >>> sums, squares = exact_moments_of_each(np.array([1.0, 2.0, 3.0]), np.array([0, 1, 3]))
    >>> list(map(from_units, sums)), list(map(from_units, squares))
    ([Fraction(1, 1), Fraction(5, 1)], [Fraction(1, 1), Fraction(13, 1)])
    """
    if exact.accumulator is None:
        parts = [exact_moments(values[a:b]) for a, b in _bounds(starts)]
        return [total for total, _ in parts], [squares for _, squares in parts]
    sums, squares = exact.accumulator.moments_of_each(np.ascontiguousarray(values), starts)
    return [x << COMPILED_SHIFT for x in sums], [x << COMPILED_SHIFT for x in squares]


def exact_weighted_moments_of_each(
    values: Floats, weight: Floats, starts: Starts
) -> tuple[list[int], list[int], list[int]]:
    """Return the weighted moments of consecutive parts, as `exact_weighted_moments` would."""
    x, w = np.ascontiguousarray(values), np.ascontiguousarray(weight)
    compiled = exact.accumulator
    found = None if compiled is None else compiled.weighted_moments_of_each(x, w, starts)
    if found is not None:
        first, second, third = ([each << COMPILED_SHIFT for each in sums] for sums in found)
        return first, second, third
    parts = [exact_weighted_moments(x[a:b], w[a:b]) for a, b in _bounds(starts)]
    return [p[0] for p in parts], [p[1] for p in parts], [p[2] for p in parts]


def exact_counted_moments_of_each(
    values: Floats, count: Floats, starts: Starts
) -> tuple[list[int], list[int]]:
    """Return the moments of consecutive parts, as `exact_counted_moments` would."""
    if exact.accumulator is None or not is_safe_to_square(values):
        parts = [exact_counted_moments(values[a:b], count[a:b]) for a, b in _bounds(starts)]
        return [total for total, _ in parts], [squares for _, squares in parts]
    high, low = (exact_dots_of_each(starts, count, x) for x in two_product(values, values))
    return exact_dots_of_each(starts, count, values), list(map(add, high, low))


def exact_dots_of_each(starts: Starts, x: Floats, y: Floats) -> list[int]:
    """Return the sum of products of consecutive parts, as `exact_dot` would."""
    if exact.accumulator is None:
        return [exact_dot(x[a:b], y[a:b]) for a, b in _bounds(starts)]
    dots = exact.accumulator.dots_of_each(np.ascontiguousarray(x), np.ascontiguousarray(y), starts)
    return [dot << COMPILED_SHIFT for dot in dots]


def exact_counted_dots_of_each(starts: Starts, x: Floats, y: Floats, count: Floats) -> list[int]:
    """Return Σ kxy of consecutive parts, for counts k."""
    return [exact_dot(count[a:b], x[a:b], y[a:b]) for a, b in _bounds(starts)]


def exact_weighted_dots_of_each(starts: Starts, x: Floats, y: Floats, weight: Floats) -> list[int]:
    """Return Σ w²xy of consecutive parts, as `exact_weighted_dot` would."""
    return [exact_weighted_dot(x[a:b], y[a:b], weight[a:b]) for a, b in _bounds(starts)]


def _bounds(starts: Starts) -> list[tuple[int, int]]:
    bounds: list[int] = starts.tolist()
    return list(pairwise(bounds))


def dot_of_sums(x: Sequence[int], y: Sequence[int]) -> int:
    """Return Σ xy of as many sums in units, without error, in units.

    Parameters
    ----------
    x, y : sums of products of at most two float64 each, and so multiples of the root of the unit.

    Examples
    --------
    >>> from cecli.numerics.sums.exact import from_units, to_units
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
