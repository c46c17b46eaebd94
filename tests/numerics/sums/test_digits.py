"""Sums of many bins as digits, against rational arithmetic."""

from fractions import Fraction
from itertools import accumulate
from math import prod

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.numerics.sums import exact, levels
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import exact_sums_by, from_units, to_units
from cecli.numerics.sums.levels import HALF, MOST_ROWS

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
    if compiled and levels.digit_loops is None:
        pytest.skip("no compiled parts")
    expected = [
        sum((prod(map(Fraction, row)) for code, *row in some if code == k), Fraction(0))
        for k in range(BINS)
    ]
    codes, *factors = map(np.array, zip(*some, strict=True))
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr(levels, "digit_loops", None)
        found = Digits.products_by(codes, BINS, *factors)
    assert list(map(from_units, found.units())) == expected


def test_sums_are_those_of_their_units():
    units = [to_units(x) for x in (0.0, -1.5, 5e-324, 1e308)] + [1, -(1 << 7000)]
    assert Digits.of_units(units).units() == units


@pytest.mark.skipif(levels.digit_loops is None, reason="no compiled parts")
@pytest.mark.parametrize("codes", [[0, 3], [-1, 0]])
def test_codes_without_a_bin_are_refused(codes):
    with pytest.raises(IndexError):
        levels.digit_loops.digits_by(np.array(codes), 3, (np.ones(2),))


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
        first, found = exact.accumulator.digits_of_stretches(starts, tuple(factors), kernel)
        found = Digits(len(sizes), dict(enumerate(found, start=first)))
        expected = Digits.products_by(codes, len(sizes), *factors)
        assert found.units() == expected.units()
        assert Digits.products_of_stretches(starts, *factors).units() == expected.units()


# Of the weights in each, which products are no sums of two doubles beyond these.
EXPONENTS = {"usual": 30, "wide": 400, "beyond": 1020}


@pytest.mark.parametrize("exponents", EXPONENTS.values(), ids=EXPONENTS)
@pytest.mark.parametrize("compiled", [True, False])
def test_weighted_sums_over_stretches_are_those_under_codes(compiled, exponents, monkeypatch):
    if compiled and exact.accumulator is None:
        pytest.skip("no compiled parts")
    if not compiled:
        monkeypatch.setattr(exact, "accumulator", None)
    rng = np.random.default_rng(exponents)
    sizes = [0, 1, 5, 1023, 1024, 0]
    codes, starts = np.repeat(np.arange(len(sizes)), sizes), np.append(0, np.cumsum(sizes))
    x, y = rng.standard_normal((2, len(codes)))
    x[codes == 2] = 0.0
    w = rng.random(len(codes)) * 2.0 ** rng.integers(-exponents, min(exponents, 300), len(codes))

    def under_codes(*factors):
        return Digits.products_by(codes, len(sizes), *factors).units()

    moments = Digits.weighted_moments_of_stretches(starts, x, w)
    expected = [under_codes(w, x), under_codes(w, w, x), under_codes(w, w, x, x)]
    assert [sums.units() for sums in moments] == expected
    products = Digits.weighted_products_of_stretches(starts, x, y, w)
    assert products.units() == under_codes(w, w, x, y)


def test_stretches_are_summed_without_the_compiled_parts(monkeypatch):
    monkeypatch.setattr(exact, "accumulator", None)
    sums = Digits.products_of_stretches(np.array([0, 2, 2, 3]), np.array([0.5, 0.25, -1.0]))
    assert list(map(from_units, sums.units())) == [Fraction(3, 4), 0, -1]


digit = st.one_of(
    st.integers(-(1 << 60), 1 << 60),
    st.sampled_from([0, -1, HALF, HALF - 1, -HALF, -HALF - 1]),
)
some_levels = st.dictionaries(
    st.integers(-60, 60), st.lists(digit, min_size=BINS, max_size=BINS).map(np.array)
)


@given(some_levels)
def test_carries_keep_the_sums_and_leave_digits_of_the_given_size(some):
    sums = Digits(BINS, some)
    carried = sums.carried()
    assert carried.units() == sums.units()
    assert all((x >= -HALF).all() and (x < HALF).all() for x in carried.levels.values())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(levels, "digit_loops", None)
        slow = sums.carried()
    assert {level: x.tolist() for level, x in carried.levels.items()} == {
        level: x.tolist() for level, x in slow.levels.items()
    }


@pytest.mark.parametrize("compiled", [True, False])
@given(st.lists(st.tuples(st.permutations(range(5)), some_levels), max_size=4))
def test_sums_at_places_are_added_there(compiled, parts):
    if compiled and levels.digit_loops is None:
        pytest.skip("no compiled parts")
    expected = [0] * 5
    for places, some in parts:
        for place, units in zip(places, Digits(BINS, some).units(), strict=False):
            expected[place] += units
    given_parts = [(np.array(places[:BINS]), Digits(BINS, some)) for places, some in parts]
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr(levels, "digit_loops", None)
        assert Digits.added(5, given_parts).units() == expected


@pytest.mark.parametrize("compiled", [True, False])
def test_a_bin_without_a_place_is_refused(compiled, monkeypatch):
    if compiled and levels.digit_loops is None:
        pytest.skip("no compiled parts")
    if not compiled:
        monkeypatch.setattr(levels, "digit_loops", None)
    one = Digits.of_counts(np.array([1]))
    with pytest.raises(IndexError):
        Digits.added(2, [(np.array([2]), one)])


@pytest.mark.skipif(levels.digit_loops is None, reason="no compiled parts")
def test_levels_of_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="length"):
        levels.digit_loops.carried({0: np.ones(2, np.int64)}, 3)
    with pytest.raises(ValueError, match="length"):
        levels.digit_loops.added(3, [(np.arange(2), {0: np.ones(3, np.int64)})])


@pytest.mark.skipif(exact.accumulator is None, reason="no compiled parts")
@pytest.mark.parametrize("starts", [[0, 3], [1, 2], [0, 2, 1, 2], []])
def test_stretches_that_are_not_those_of_the_rows_are_refused(starts):
    with pytest.raises(ValueError, match="stretches"):
        exact.accumulator.digits_of_stretches(np.array(starts, dtype=np.int64), (np.ones(2),))
    with pytest.raises(ValueError, match="one or two"):
        exact.accumulator.digits_of_stretches(np.array([0, 2]), (np.ones(2),) * 3)
    with pytest.raises(ValueError, match="length"):
        exact.accumulator.digits_of_stretches(np.array([0, 2]), (np.ones(2), np.ones(1)))
