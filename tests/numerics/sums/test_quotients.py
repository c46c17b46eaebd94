"""What is computed from the sums of many bins, against rational arithmetic."""

from fractions import Fraction

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import from_units, to_units
from cecli.numerics.sums.quotients import dot, quotients, times, total

finite = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.lists(finite, min_size=1, max_size=10)


def digits_of(values):
    return Digits.of_units(list(map(to_units, values)))


@given(numbers)
@example([1e308, 1e308, 5e-324, -1e308, -1e308])
def test_the_total_is_the_sum_of_all_bins(values):
    assert from_units(total(digits_of(values))) == sum(map(Fraction, values))


@given(numbers, st.integers(-(10**40), 10**40))
@example([1.7e308, -5e-324], -(2**8000) + 1)
def test_sums_times_a_number_are_exact(values, number):
    found = times(digits_of(values), number).units()
    assert list(map(from_units, found)) == [Fraction(x) * number for x in values]


@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=10))
@example([(5e-324, 5e-324), (1e308, -1e308)])
def test_the_products_of_two_sums_add_up_exactly(pairs):
    x, y = zip(*pairs, strict=True)
    expected = sum(Fraction(a) * Fraction(b) for a, b in pairs)
    assert from_units(dot(digits_of(x), digits_of(y))) == expected


@given(numbers)
@example([1.0, 2.0**-1074, 1.7976931348623157e308, -(2.0**-1022)])
def test_a_float_is_the_rounded_sum_of_itself(values):
    assert quotients(digits_of(values)).tolist() == values


@given(finite, finite, st.integers(1, 10**60))
@example(1.0, 2.0**-53, 1)
@example(1.0 + 2.0**-52, 2.0**-53, 1)
@example(1e308, 1e308, 3)
@example(1e300, -1e-300, 7)
def test_quotients_are_within_two_units_in_the_last_place(x, y, number):
    exact = (Fraction(x) + Fraction(y)) / number
    (found,) = quotients(digits_of([x]) + digits_of([y]), number).tolist()
    if abs(exact) < Fraction(1.7976931348623157e308):
        assert abs(Fraction(found) - exact) <= 2 * Fraction(np.spacing(abs(found)))
    else:
        assert abs(found) >= 1.7976931348623157e308


def test_too_large_sums_are_infinite():
    sums = digits_of([1.7e308, -1.7e308])
    assert quotients(sums + sums).tolist() == [np.inf, -np.inf]
