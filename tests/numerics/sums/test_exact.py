"""Exact sums against rational arithmetic and math.fsum."""

import math
import random
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cecli.numerics.sums import exact
from cecli.numerics.sums.exact import (
    exact_dot,
    exact_dots,
    exact_moments,
    exact_sum,
    exact_sums,
    exact_sums_by,
    from_units,
    to_units,
)


@pytest.fixture(autouse=True, params=["compiled", "numpy"])
def form(request, monkeypatch):
    """Run every test with the compiled form of the sums, and without it."""
    if request.param == "numpy":
        monkeypatch.setattr(exact, "accumulator", None)
    elif exact.accumulator is None:
        pytest.skip("it was not built")


finite = st.floats(allow_nan=False, allow_infinity=False)
losses = st.floats(0.0, 750.0)


def columns(count: int, elements: st.SearchStrategy[float], longest: int = 50):
    """Return arrays of one length."""
    return st.integers(0, longest).flatmap(
        lambda n: st.tuples(*(arrays(np.float64, n, elements=elements) for _ in range(count)))
    )


@given(finite)
def test_every_float_is_a_whole_number_of_units(value):
    assert from_units(to_units(value)) == Fraction(value)


@given(arrays(np.float64, st.integers(0, 200), elements=finite))
def test_a_sum_is_the_rational_sum(values):
    assert from_units(exact_sum(values)) == sum(map(Fraction, values.tolist()))


@given(columns(2, finite))
def test_a_dot_product_is_the_rational_one(pair):
    expected = sum(
        (Fraction(a) * Fraction(b) for a, b in zip(*map(list, pair), strict=True)), Fraction(0)
    )
    assert from_units(exact_dot(*pair)) == expected


@given(columns(4, finite, 12))
def test_a_product_of_four_is_the_rational_one(four):
    rows = zip(*(column.tolist() for column in four), strict=True)
    expected = sum((math.prod(map(Fraction, row), start=Fraction(1)) for row in rows), Fraction(0))
    assert from_units(exact_dot(*four)) == expected


@given(columns(2, losses))
def test_weighted_squares_are_the_rational_ones(pair):
    w, x = pair
    expected = sum(
        (Fraction(a) ** 2 * Fraction(b) ** 2 for a, b in zip(w.tolist(), x.tolist(), strict=True)),
        Fraction(0),
    )
    assert from_units(exact_dot(w, w, x, x)) == expected


@pytest.mark.parametrize("size", [1, 2, 3, 4095, 4096, 16384, 100_000, 1_000_000])
def test_a_long_sum_rounds_to_fsum(size):
    values = np.random.default_rng(size).exponential(size=size) * 10.0 ** np.arange(size).clip(0, 3)
    assert float(from_units(exact_sum(values))) == math.fsum(values)


def test_a_huge_loss_hides_no_tiny_ones():
    tiny = [1e-12] * 10_000
    expected = math.fsum([1e9, *tiny])
    for values in ([1e9, *tiny], [*tiny, 1e9]):
        assert float(from_units(exact_sum(np.array(values)))) == expected


@pytest.mark.parametrize("magnitude", [5e-324, 1e-310, 1e-160, 1e-154, 1e150, 1e154, 1.7e308])
def test_squares_are_exact_at_the_ends_of_the_range(magnitude):
    values = np.array([magnitude, magnitude / 3, 0.0, 1.0])
    expected = sum(Fraction(x) ** 2 for x in values.tolist())
    assert from_units(exact_dot(values, values)) == expected


def test_order_and_cuts_change_nothing():
    values = np.random.default_rng(0).standard_cauchy(5000)
    whole = exact_sum(values)
    shuffled = values.tolist()
    random.Random(1).shuffle(shuffled)
    assert exact_sum(np.array(shuffled)) == whole
    for cut in (0, 1, 1234, 4999, 5000):
        assert exact_sum(values[:cut]) + exact_sum(values[cut:]) == whole


@given(arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(0, 30)), elements=finite))
def test_each_row_of_a_matrix_sums_as_if_alone(matrix):
    assert exact_sums(matrix) == [exact_sum(row) for row in matrix]


@given(st.data(), st.integers(1, 5), st.integers(0, 30))
def test_each_row_of_a_matrix_is_weighted_as_if_alone(data, rows, length):
    matrix = data.draw(arrays(np.float64, (rows, length), elements=finite))
    weight = data.draw(arrays(np.float64, length, elements=finite))
    assert exact_dots(weight, matrix) == [exact_dot(weight, row) for row in matrix]


@given(st.lists(st.tuples(st.integers(0, 3), finite), max_size=60))
def test_values_under_a_code_sum_as_if_alone(pairs):
    codes = np.array([code for code, _ in pairs], dtype=np.int64)
    values = np.array([value for _, value in pairs])
    expected = [exact_sum(values[codes == code]) for code in range(4)]
    assert exact_sums_by(codes, 4, values) == expected


@given(
    arrays(np.float64, st.integers(0, 60), elements=st.one_of(finite, st.sampled_from([0.0, 1.0])))
)
def test_moments_are_the_sum_and_the_sum_of_squares(values):
    assert exact_moments(values) == (exact_sum(values), exact_dot(values, values))
