"""Quantiles against sorting, to the error that is stated."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk
from cecli.numerics.sums.exact import from_units
from cecli.statistics.quantiles import RELATIVE_ERROR, Quantiles

LEVELS = [Fraction(0), Fraction(1, 2), Fraction(9, 10), Fraction(99, 100), Fraction(1)]


def score(chunk):
    return chunk.numbers["x"]


def summary(values, weights=None):
    numbers = {"x": np.array(values)} | ({} if weights is None else {"weight": np.array(weights)})
    return Quantiles(score).summarize(Chunk("x", np.arange(len(values)), numbers))


def by_sorting(values, weights, level):
    below = Fraction(0)
    for value, weight in sorted(zip(values, weights, strict=True)):
        below += Fraction(weight)
        if below >= level * sum(map(Fraction, weights)):
            return value
    raise AssertionError


values = st.one_of(st.sampled_from([0.0, np.inf, 5e-324, 1e-300]), st.floats(1e-300, 1e300))


@given(st.lists(st.tuples(values, st.floats(1e-3, 1e3)), min_size=1, max_size=50))
@example([(0.0, 1.0)])
@example([(np.inf, 1.0)])
def test_a_quantile_is_within_its_error(rows):
    found, weights = map(list, zip(*rows, strict=True))
    state = summary(found, weights)
    for level in LEVELS:
        expected = by_sorting(found, weights, level)
        if expected in (0.0, np.inf):
            assert state.quantile(level) == expected
        elif expected > 1e-307:  # denormals have no mantissa to speak of
            assert state.quantile(level) == pytest.approx(expected, rel=RELATIVE_ERROR)


@given(st.lists(values, min_size=1, max_size=50))
def test_without_weights_every_row_counts_once(found):
    assert summary(found) == summary(found, [1.0] * len(found))


def test_no_rows_have_no_quantiles():
    with pytest.raises(ValueError, match="no rows"):
        Quantiles(score).empty().quantile(Fraction(1, 2))


@given(
    st.lists(
        st.tuples(st.one_of(st.just(0.0), st.floats(1e-300, 1e300)), st.floats(1e-3, 1e3)),
        min_size=1,
        max_size=50,
    ).filter(lambda rows: any(value for value, _ in rows))
)
@example([(2.0, 5e-324), (1.0, 1.5e-323)])
def test_the_share_of_the_largest_is_within_the_error_of_both_its_sums(rows):
    found, weights = map(list, zip(*rows, strict=True))
    state = summary(found, weights)
    for level in LEVELS:
        left = (1 - level) * sum(map(Fraction, weights))
        top = total = Fraction(0)
        for value, weight in sorted(zip(found, weights, strict=True), reverse=True):
            taken = min(left, Fraction(weight))
            top, total = top + taken * Fraction(value), total + Fraction(weight) * Fraction(value)
            left -= taken
        expected = top / total
        assert float(state.share_above(level)) == pytest.approx(
            float(expected), rel=2.1 * RELATIVE_ERROR
        )


def middle_of(value):
    """Return the middle of the bin of a value: 2¹⁰ are equally wide in each binade."""
    if value in (0.0, np.inf):
        return value
    mantissa, exponent = math.frexp(value)
    return math.ldexp(math.floor(mantissa * 2**11) + 0.5, exponent - 11)


usual = st.one_of(st.sampled_from([0.0, np.inf, 1.0, 1.0003]), st.floats(1e-300, 1e300))


@given(st.lists(st.tuples(usual, st.floats(1e-3, 1e3)), max_size=50))
def test_the_middle_of_a_bin_has_the_weight_of_its_values(rows):
    found, weights = map(list, zip(*rows, strict=True)) if rows else ([], [])
    state = summary(found, weights)
    expected = {}
    for value, weight in rows:
        middle = middle_of(value)
        expected[middle] = expected.get(middle, 0) + Fraction(weight)
    assert [(middle, from_units(w)) for middle, w in state.middles()] == sorted(expected.items())
    assert from_units(state.total) == sum(map(Fraction, weights))
