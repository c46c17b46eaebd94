"""Sums of many bins as digits, against rational arithmetic."""

from fractions import Fraction
from itertools import accumulate
from math import prod

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.numerics.sums import exact
from cecli.numerics.sums.digits import MOST_ROWS, Digits
from cecli.numerics.sums.exact import exact_sums_by, from_units, to_units

BINS = 3
finite = st.floats(allow_nan=False, allow_infinity=False)
rows = st.lists(st.tuples(st.integers(0, BINS - 1), finite), max_size=40)


def summed(some):
    codes, values = zip(*some, strict=True) if some else ((), ())
    return Digits.sums_by(np.array(codes, dtype=np.int64), BINS, np.array(values, dtype=float))


def by_fractions(some):
    return [sum((Fraction(x) for code, x in some if code == k), Fraction(0)) for k in range(BINS)]


@given(rows)
@example([(0, 1.7976931348623157e308), (0, 5e-324), (1, -1.7976931348623157e308)])
@example([(2, 0.0)])
@example([(1, 2.0**972), (1, 2.0**936), (0, 2.0**935)])
def test_sums_are_exact(some):
    assert list(map(from_units, summed(some).units())) == by_fractions(some)


@given(rows, rows, rows)
def test_adding_sums_is_summing_all_rows_whatever_comes_first(a, b, c):
    expected = summed(a + b + c).units()
    assert ((summed(a) + summed(b)) + summed(c)).units() == expected
    assert (summed(c) + (summed(a) + summed(b))).units() == expected


@given(rows)
def test_cumulated_sums_are_those_of_all_bins_so_far(some):
    expected = accumulate(by_fractions(some))
    assert list(map(from_units, summed(some).cumulated().units())) == list(expected)


def test_digits_are_carried_before_they_overflow():
    total = Digits(1, {})
    most = Digits.sums_by(np.zeros(MOST_ROWS, np.int64), 1, np.full(MOST_ROWS, 2.0**36 - 2.0**-17))
    for _ in range(5000):
        total += most
    assert total.units() == [5000 * MOST_ROWS * to_units(2.0**36 - 2.0**-17)]
    assert all(-(1 << 35) <= digits[0] < 1 << 35 for digits in total.levels.values())


def test_more_rows_than_a_float_holds_are_summed_in_parts():
    codes = np.arange(3 * MOST_ROWS + 1) % BINS
    values = np.random.default_rng(1).lognormal(sigma=20.0, size=codes.size)
    assert Digits.sums_by(codes, BINS, values).units() == exact_sums_by(codes, BINS, values)


def test_counts_are_sums_of_ones():
    counts = Digits.of_counts(np.array([2, 0, 5]))
    assert counts.units() == [2 * to_units(1.0), 0, 5 * to_units(1.0)]
    assert counts.nonzero.tolist() == [0, 2]
    moved = Digits.added(2, [(np.array([1]), counts.of(np.array([2])))])
    assert moved.units() == [0, 5 * to_units(1.0)]


@pytest.mark.parametrize("size", [0, 1])
def test_no_rows_are_sums_of_nothing(size):
    nothing = Digits.sums_by(np.empty(0, np.int64), size, np.empty(0))
    assert nothing.units() == [0] * size
    assert nothing.nonzero.size == 0


products = st.integers(1, 4).flatmap(
    lambda count: st.lists(
        st.tuples(
            st.integers(0, BINS - 1), *[finite | st.sampled_from([0.0, 1.0, 5e-324])] * count
        ),
        min_size=1,
        max_size=20,
    )
)


@pytest.mark.parametrize("compiled", [True, False])
@given(products)
@example(
    [(0, 5e-324, 5e-324, 5e-324, 5e-324), (0, 1e308, 1e308, 1e308, -1e308), (2, 1.0, 2.0, 3.0, 4.0)]
)
def test_sums_of_products_are_exact(compiled, some):
    if compiled and exact.accumulator is None:
        pytest.skip("no compiled parts")
    expected = [
        sum((prod(map(Fraction, row)) for code, *row in some if code == k), Fraction(0))
        for k in range(BINS)
    ]
    codes, *factors = map(np.array, zip(*some, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr(exact, "accumulator", None)
        found = Digits.products_by(codes, BINS, *factors)
    assert list(map(from_units, found.units())) == expected


def test_sums_are_those_of_their_units():
    units = [to_units(x) for x in (0.0, -1.5, 5e-324, 1e308)] + [1, -(1 << 7000)]
    assert Digits.of_units(units).units() == units


@pytest.mark.skipif(exact.accumulator is None, reason="no compiled parts")
@pytest.mark.parametrize("codes", [[0, 3], [-1, 0]])
def test_codes_without_a_bin_are_refused(codes):
    with pytest.raises(IndexError):
        exact.accumulator.digits_by(np.array(codes), 3, (np.ones(2),))


@pytest.mark.skipif(exact.accumulator is None, reason="no compiled parts")
@pytest.mark.parametrize("kernel", range(len(getattr(exact.accumulator, "KERNELS", ()))))
@pytest.mark.parametrize("count", [1, 2])
def test_sums_over_stretches_are_those_under_codes(kernel, count):
    rng = np.random.default_rng(count)
    sizes = [0, 1, 5, 1023, 1024, 1025, 3000, 0]
    codes = np.repeat(np.arange(len(sizes)), sizes)
    starts = np.append(0, np.cumsum(sizes))
    for spread in (0, 3, 200):
        factors = [
            rng.standard_normal(len(codes)) * 2.0 ** rng.integers(-spread, spread + 1, len(codes))
            for _ in range(count)
        ]
        factors[0][codes == 2] *= 0.0
        factors[0][codes == 4] = -5e-324
        first, digits = exact.accumulator.digits_of_stretches(starts, tuple(factors), kernel)
        found = Digits(len(sizes), dict(enumerate(digits, start=first)))
        expected = Digits.products_by(codes, len(sizes), *factors)
        assert found.units() == expected.units()
        assert Digits.products_of_stretches(starts, *factors).units() == expected.units()


def test_stretches_are_summed_without_the_compiled_parts(monkeypatch):
    monkeypatch.setattr(exact, "accumulator", None)
    sums = Digits.products_of_stretches(np.array([0, 2, 2, 3]), np.array([0.5, 0.25, -1.0]))
    assert list(map(from_units, sums.units())) == [Fraction(3, 4), 0, -1]


@pytest.mark.skipif(exact.accumulator is None, reason="no compiled parts")
@pytest.mark.parametrize("starts", [[0, 3], [1, 2], [0, 2, 1, 2], []])
def test_stretches_that_are_not_those_of_the_rows_are_refused(starts):
    with pytest.raises(ValueError, match="stretches"):
        exact.accumulator.digits_of_stretches(np.array(starts, dtype=np.int64), (np.ones(2),))
    with pytest.raises(ValueError, match="one or two"):
        exact.accumulator.digits_of_stretches(np.array([0, 2]), (np.ones(2),) * 3)
    with pytest.raises(ValueError, match="length"):
        exact.accumulator.digits_of_stretches(np.array([0, 2]), (np.ones(2), np.ones(1)))
