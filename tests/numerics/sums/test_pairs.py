"""Pairs of floats against exact fractions."""

import operator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.numerics.sums import pairs
from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import UNIT_EXPONENT, from_units, to_units
from cecli.numerics.sums.pairs import FloatPairs
from cecli.numerics.sums.roots import root_of_ratio

numbers = st.one_of(
    st.integers(-(2**60), 2**60).map(float),
    st.floats(-1e30, 1e30, allow_nan=False),
    st.sampled_from([0.0, 0.5, 1.0, 1e-300, 1e300, 5e-324]),
)
terms = st.lists(numbers, min_size=1, max_size=5)
FORMULAS = {
    "sum": operator.add,
    "difference": operator.sub,
    "product": operator.mul,
    "quotient": operator.truediv,
    "dispersion": lambda x, y: x * (x * y - 2 * (y * y)) + y * y * x,
    "rest": lambda x, y: 1 - x / y,
    "inverse": lambda x, y: 1 / y - x,
    "power": lambda x, y: x**3 / (y - 1),
    "by a fraction": lambda x, y: x * Fraction(1, 3) + y,
}


OPERATIONS = [operator.add, operator.sub, operator.mul, operator.truediv]


def exactly(units):
    return FloatPairs.of(Digits.of_units(units)), [from_units(each) for each in units]


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS.keys())
@given(first=terms, second=terms)
def test_a_formula_is_within_its_error_and_rounds_as_fractions_do(formula, first, second):
    x, exact_x = exactly([sum(map(to_units, first))])
    y, exact_y = exactly([sum(map(to_units, second))])
    try:
        exact = formula(exact_x[0], exact_y[0])
        wanted = float(exact)
    except (ZeroDivisionError, OverflowError):
        return
    with np.errstate(all="ignore"):
        found = formula(x, y)
        (rounded,) = found.rounded().tolist()
    error = float(found.error[0])
    if np.isfinite(error) and np.isfinite(found.high[0]):
        middle = Fraction(float(found.high[0])) + Fraction(float(found.low[0]))
        assert abs(middle - exact) <= Fraction(error)
    assert rounded == wanted or np.isnan(rounded)


@given(st.lists(st.floats(1e-20, 1e20), min_size=1, max_size=5), st.integers(1, 1000))
def test_a_root_has_the_bits_of_the_root_of_integers(values, divisor):
    units = sum(map(to_units, values))
    x, (exact,) = exactly([units])
    (found,) = (x / divisor).root().tolist()
    wanted = root_of_ratio(exact.numerator, exact.denominator * divisor)
    assert found == wanted or np.isnan(found)


@pytest.mark.parametrize("sign", [-1, 0, 1])
@pytest.mark.parametrize("bits", range(1, 40))
def test_roots_next_to_the_middle_of_two_floats_are_rounded_alike_or_in_doubt(bits, sign):
    mantissas = np.random.default_rng(bits).integers(1 << 52, 1 << 53, 20).tolist()
    # Half a unit in the last place above each, and a share 2**-bits of it more, or less.
    roots = [(mantissa << bits + 1) + (1 << bits) + sign for mantissa in mantissas]
    spare = -UNIT_EXPONENT - 2 * (bits + 1)
    found, exact = exactly([root * root << spare for root in roots])
    wanted = [root_of_ratio(*number.as_integer_ratio()) for number in exact]
    is_known = ~np.isnan(found.root())
    assert found.root()[is_known].tolist() == np.array(wanted)[is_known].tolist()
    # The middle itself may be in doubt, and what the cut at about 2**-11 of the last place decides.
    assert is_known.all() or sign == 0 or not 1 < bits < 9


def test_hardly_any_number_is_left_in_doubt():
    rng = np.random.default_rng(5)
    x, y = (FloatPairs.exactly(rng.random(10_000)) for _ in range(2))
    assert np.isnan((x * x / y).rounded()).sum() == 0
    assert np.isnan((x / y).root()).sum() < 20
    assert np.isnan((1 - x).rounded()).sum() == 0


def test_a_zero_without_error_is_known_to_be_zero():
    x = FloatPairs.exactly(np.array([3.0, 0.1]))
    assert (x - x).rounded().tolist() == [0.0, 0.0]
    assert (x - x).root().tolist() == [0.0, 0.0]


def test_what_is_out_of_range_is_in_doubt():
    huge = FloatPairs.of(Digits.of_units([to_units(1e300), to_units(2.0)]))
    assert np.isnan(huge.rounded()).tolist() == [True, False]


@pytest.mark.parametrize("formula", [operator.add, operator.mul, operator.truediv])
def test_a_number_beyond_the_range_of_floats_leaves_a_doubt(formula):
    pairs, _ = exactly([to_units(2.0)])
    assert np.isnan(formula(pairs, Fraction(10) ** 400).rounded()).all()


anything = st.one_of(st.floats(), numbers, st.sampled_from([2.0**-1000, 1e308, 3.0, 0.1]))


@st.composite
def some_pairs(draw, size):
    high = np.array(draw(st.lists(anything, min_size=size, max_size=size)))
    lows = st.sampled_from([0.0, 2.0**-54, -(2.0**-55), 5e-324])
    low = np.array(draw(st.lists(lows, min_size=size, max_size=size)))
    errors = st.sampled_from([0.0, 2.0**-100, 2.0**-90])
    error = np.array(draw(st.lists(errors, min_size=size, max_size=size)))
    with np.errstate(all="ignore"):
        return FloatPairs(high, high * low, np.abs(high) * error)


def as_bits(found):
    # One NaN is as good as another.
    parts = (found.high, found.low, found.error)
    return [
        np.where(np.isnan(x), np.nan, x).view(np.int64).tolist() for x in map(np.asarray, parts)
    ]


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data(), size=st.integers(0, 9), of_one=st.sampled_from(["first", "second", ""]))
def test_compiled_arithmetic_has_the_bits_of_numpys(operation, data, size, of_one):
    pytest.importorskip("cecli.numerics.sums.pair_loops", reason="not compiled here")
    x = data.draw(some_pairs(1 if of_one == "first" else size))
    y = data.draw(some_pairs(1 if of_one == "second" else size))
    with np.errstate(all="ignore"), pytest.MonkeyPatch.context() as patch:
        compiled = operation(x, y)
        patch.setattr(pairs, "pair_loops", None)
        plain = operation(x, y)
    assert as_bits(compiled) == as_bits(plain)


def test_compiled_arithmetic_refuses_arrays_of_other_lengths():
    loops = pytest.importorskip("cecli.numerics.sums.pair_loops", reason="not compiled here")
    two, three = (np.ones(2),) * 3, (np.ones(3),) * 3
    with pytest.raises(ValueError, match="arrays differ"):
        loops.added(two, three)
    with pytest.raises(ValueError, match="parts differ"):
        loops.added(two, (np.ones(2), np.ones(2), np.ones(1)))
