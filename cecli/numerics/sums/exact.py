"""Exact sums of floating-point numbers, and of their products, as integers.

A float64 is an integer times a power of two, and so is every sum of them. As one Python integer, a
sum has no rounding error, so that addition is associative and commutative to the last bit: chunks,
workers, files and the order of rows cannot change a result.

The work stays in numpy. With a constant C large enough, (x + C) − C rounds every x to a multiple
of one quantum, chosen so that a whole block of such multiples adds up in float64 without error.
The remainders are split again with a smaller quantum until nothing remains.

References
----------
Rump, Ogita, Oishi (2008), Accurate floating-point summation. doi:10.1137/050645671
Demmel, Nguyen (2015), Parallel reproducible summation. doi:10.1109/TC.2014.2345391
Dekker (1971), A floating-point technique for extending the available precision.
doi:10.1007/BF01397083
"""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats

try:
    # The same sums, compiled; being exact, they are equal to the last bit.
    from cecli.numerics.sums import accumulator as accumulator
except ImportError:
    accumulator = None  # type: ignore[assignment]

# Every float64 is a multiple of 2⁻¹⁰⁷⁴; a product of four of them (w²x²) is a multiple of its
# fourth power.
FACTORS = 4
SMALLEST_EXPONENT = -1074
UNIT_EXPONENT = FACTORS * SMALLEST_EXPONENT

PRECISION = 53
# Above this, adding C could overflow.
LARGEST_EXPONENT = 960
# Products of k factors stay exact if each factor is between these bounds to the power 1/k: nothing
# overflows, and the last bit of a product, 53·k bits below its first, is still representable.
LEAST_PRODUCT = 2.0**-840
LARGEST_PRODUCT = 2.0**900
DEKKER_SPLIT = 2.0**27 + 1.0

# The unit of the compiled form, in these units, as a power of two.
COMPILED_SHIFT = 0 if accumulator is None else accumulator.LOWEST_EXPONENT - UNIT_EXPONENT


def from_units(units: int) -> Fraction:
    """Return the exact value of a sum in units of 2**UNIT_EXPONENT."""
    return ratio(units, 1 << -UNIT_EXPONENT)


def ratio(top: int, bottom: int) -> Fraction:
    """Return the quotient of two sums in the same units.

    Sums have thousands of zeros at the end. Without them, the greatest common divisor is quick.
    """
    bits = top | bottom
    zeros = (bits & -bits).bit_length() - 1
    return Fraction(top >> zeros, bottom >> zeros)


def to_units(value: float) -> int:
    """Return a finite float as an integer multiple of 2**UNIT_EXPONENT."""
    mantissa, exponent = math.frexp(value)
    shift = exponent - PRECISION - UNIT_EXPONENT
    return int(math.ldexp(mantissa, PRECISION)) << shift


def exact_sum(values: Floats) -> int:
    """Return Σ values, without error, in units of 2**UNIT_EXPONENT.

    Parameters
    ----------
    values : shape (n,), float64, finite, n < 2**40.

    Examples
    --------
    >>> import numpy as np
    >>> float(from_units(exact_sum(np.array([1e100, 1.0, -1e100]))))
    1.0
    """
    if accumulator is not None:
        return accumulator.sum_of(np.ascontiguousarray(values)) << COMPILED_SHIFT
    if _is_huge(values):
        return sum(map(to_units, values.tolist()))
    return sum(to_units(float(part.sum())) for part in _parts(values))


def exact_moments(values: Floats) -> tuple[int, int]:
    """Return Σ values and Σ values², as `exact_sum` and `exact_dot` would."""
    if accumulator is None:
        return exact_sum(values), exact_dot(values, values)
    total, squares = accumulator.moments_of(np.ascontiguousarray(values))
    return total << COMPILED_SHIFT, squares << COMPILED_SHIFT


def exact_weighted_moments(values: Floats, weight: Floats) -> tuple[int, int, int]:
    """Return Σ wx, Σ w²x and Σ w²x², as `exact_dot` would."""
    x, w = np.ascontiguousarray(values), np.ascontiguousarray(weight)
    found = None if accumulator is None else accumulator.weighted_moments_of(x, w)
    if found is None:
        return exact_dot(w, x), exact_dot(w, w, x), exact_dot(w, w, x, x)
    sums, twice_weighted, squares = found
    return sums << COMPILED_SHIFT, twice_weighted << COMPILED_SHIFT, squares << COMPILED_SHIFT


def exact_counted_moments(values: Floats, count: Floats) -> tuple[int, int]:
    """Return Σ kx and Σ kx², as `exact_moments` would for k copies of each value."""
    return exact_dot(count, values), exact_dot(count, values, values)


def exact_weighted_dot(x: Floats, y: Floats, weight: Floats) -> int:
    """Return Σ w²xy, as `exact_dot` would."""
    x, y, w = map(np.ascontiguousarray, (x, y, weight))
    found = None if accumulator is None else accumulator.weighted_dot_of(x, y, w)
    return exact_dot(w, w, x, y) if found is None else found << COMPILED_SHIFT


def exact_sums(values: Floats) -> list[int]:
    """Return the sum of each row of a matrix, as `exact_sum` would.

    Examples
    --------
    >>> import numpy as np
    >>> exact_sums(np.array([[1.0, 2.0], [3.0, 4.0]])) == [to_units(3.0), to_units(7.0)]
    True
    """
    if accumulator is not None:
        return [exact_sum(row) for row in values]
    if _is_huge(values):
        return [sum(map(to_units, row)) for row in values.tolist()]
    parts = (map(to_units, part.sum(axis=-1).tolist()) for part in _parts(values))
    return [sum(column) for column in zip(*parts, strict=True)] or [0] * len(values)


def exact_sums_by(codes: NDArray[np.int64], size: int, values: Floats) -> list[int]:
    """Return the sum of the values under each code in range(size), as `exact_sum` would.

    Examples
    --------
    >>> import numpy as np
    >>> sums = exact_sums_by(np.array([1, 0, 1]), 3, np.array([1.0, 2.0, 3.0]))
    >>> sums == [to_units(2.0), to_units(4.0), 0]
    True
    """
    totals = [0] * size
    if _is_huge(values):
        for code, value in zip(codes.tolist(), values.tolist(), strict=True):
            totals[code] += to_units(value)
        return totals
    for part in _parts(values):
        sums = np.bincount(codes, part, size).tolist()
        totals = [total + to_units(x) for total, x in zip(totals, sums, strict=True)]
    return totals


def _is_huge(values: Floats) -> bool:
    """Return whether the constant that splits the largest value would overflow."""
    return values.size > 0 and _exponent(values) > LARGEST_EXPONENT


def _exponent(values: Floats) -> int:
    return math.frexp(max(float(values.max()), -float(values.min())))[1]


def _parts(values: Floats) -> Iterator[Floats]:
    """Yield arrays that add up to the values; the elements of each add up without any error.

    Every element of a part is a multiple of one quantum, small enough that the sum over the last
    axis stays below 2**53 quanta in any order.
    """
    if values.size == 0:
        return
    exponent = _exponent(values)
    headroom = max(2, int(values.shape[-1]).bit_length())
    rest = values
    while True:
        quantum = exponent + headroom - PRECISION
        if quantum <= SMALLEST_EXPONENT:  # every value is a multiple of the quantum already
            yield rest
            return
        constant = math.ldexp(1.5, quantum + PRECISION - 1)
        leading = rest + constant
        leading -= constant
        yield leading
        rest = rest - leading
        if not rest.any():
            return
        exponent = quantum - 1


def exact_dot(*factors: Floats) -> int:
    """Return Σ of the element-wise products, without error, in units of 2**UNIT_EXPONENT.

    Parameters
    ----------
    factors : two to four arrays of shape (n,), float64, finite.

    Examples
    --------
    >>> import numpy as np
    >>> third = np.array([1 / 3, 1 / 3])
    >>> from fractions import Fraction
    >>> from_units(exact_dot(third, third)) == 2 * Fraction(1 / 3) ** 2
    True
    """
    if accumulator is not None and len(factors) == 2:
        return _compiled_dot(*factors)
    safe = safe_to_multiply(factors)
    if accumulator is not None and safe.all():
        *others, last = factors
        return sum(_compiled_dot(term, last) for term in product_terms(tuple(others)))
    total = 0
    if not safe.all():
        total += _scaled_dot(tuple(factor[~safe] for factor in factors))
        factors = tuple(np.where(safe, f, 0.0) for f in factors)
    return total + sum(map(exact_sum, product_terms(factors)))


def _compiled_dot(x: Floats, y: Floats) -> int:
    x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
    return accumulator.dot_of(x, y) << COMPILED_SHIFT


def _scaled_dot(factors: tuple[Floats, ...]) -> int:
    """Return the same for factors of any size, with one sum of mantissa products per exponent."""
    mantissas, exponents = zip(*map(np.frexp, factors), strict=True)
    scales, places = np.unique(sum(exponents), return_inverse=True)
    total = 0
    for term in product_terms(mantissas):
        sums = exact_sums_by(places, len(scales), term)
        for units, scale in zip(sums, scales.tolist(), strict=True):
            # A shift to the right is exact as well: no product has a bit below one unit.
            total += units << scale if scale >= 0 else units >> -scale
    return total


def exact_dots(weight: Floats, values: Floats) -> list[int]:
    """Return Σ weight·row for each row of a matrix, as `exact_dot` would."""
    if accumulator is not None or not safe_to_multiply((weight, values)).all():
        return [exact_dot(weight, row) for row in values]
    terms = map(exact_sums, product_terms((values, weight)))
    return [sum(column) for column in zip(*terms, strict=True)]


def product_terms(factors: tuple[Floats, ...]) -> list[Floats]:
    """Return arrays that add up to the element-wise product of some safe factors."""
    terms = [factors[0]]
    for factor in factors[1:]:
        terms = [part for term in terms for part in two_product(term, factor)]
    return terms


def safe_to_multiply(factors: tuple[Floats, ...]) -> NDArray[np.bool_]:
    """Return which products, with partial products and errors, cannot overflow or underflow."""
    least = LEAST_PRODUCT ** (1 / len(factors))
    largest = LARGEST_PRODUCT ** (1 / len(factors))
    safe = np.ones(factors[0].shape, dtype=np.bool_)
    for factor in factors:
        size = np.abs(factor)
        safe = safe & (size < largest) & ((size > least) | (size == 0.0))
    return safe


def are_whole(values: Any) -> Any:
    """Return which values, an array's or a single one, are whole numbers; infinities are."""
    return np.floor(values) == values


def two_product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return a·b rounded, and the error of that rounding (Dekker 1971)."""
    product = a * b
    a_high, a_low = _split(a)
    b_high, b_low = (a_high, a_low) if b is a else _split(b)
    error = a_high * b_high
    error -= product
    error += a_high * b_low
    error += a_low * b_high
    error += a_low * b_low
    return product, error


def _split(a: Floats) -> tuple[Floats, Floats]:
    """Return a as a sum of two numbers of at most 26 bits each (Veltkamp)."""
    scaled = DEKKER_SPLIT * a
    high = scaled - (scaled - a)
    return high, a - high
