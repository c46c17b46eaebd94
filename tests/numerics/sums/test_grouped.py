"""Products of exact sums, and sums of parts, against fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.numerics.sums import exact
from cecli.numerics.sums.exact import from_units, to_units
from cecli.numerics.sums.grouped import dot_of_sums, exact_counted_moments_of_each

finite = st.floats(allow_nan=False, allow_infinity=False)
# The most that a sum may be: products of two float64, the least of which is 2⁻²¹⁴⁸.
pairs = st.tuples(finite, finite)


def in_units(pair):
    product = Fraction(pair[0]) * Fraction(pair[1]) / from_units(1)
    assert product.denominator == 1
    return product.numerator


@given(st.lists(st.tuples(pairs, pairs), max_size=6))
def test_they_are_exact_at_all_magnitudes(terms):
    x, y = ([in_units(term[side]) for term in terms] for side in (0, 1))
    expected = sum((from_units(a) * from_units(b) for a, b in zip(x, y, strict=True)), Fraction(0))
    assert from_units(dot_of_sums(x, y)) == expected


def test_the_least_of_all_is_one_unit():
    least = [in_units((5e-324, 5e-324))]
    assert dot_of_sums(least, least) == 1
    assert dot_of_sums(least, [-least[0]]) == -1
    assert dot_of_sums([0], [to_units(1.0)]) == 0


values = st.one_of(st.sampled_from([1e300, 5e-324, 1e-160, 0.0]), st.floats(-1e3, 1e3))
counts = st.one_of(st.integers(1, 9), st.just(2**53))


@pytest.mark.parametrize("compiled", [True, False])
@given(st.lists(st.lists(st.tuples(values, counts), max_size=4), min_size=1, max_size=4))
def test_counted_moments_are_those_of_the_copies(compiled, parts):
    x = np.array([value for part in parts for value, _ in part], dtype=np.float64)
    k = np.array([count for part in parts for _, count in part], dtype=np.float64)
    starts = np.cumsum([0, *map(len, parts)])
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr(exact, "accumulator", None)
        sums, squares = exact_counted_moments_of_each(x, k, starts)
    exactly = [[(Fraction(value), count) for value, count in part] for part in parts]
    assert [from_units(s) for s in sums] == [sum(c * v for v, c in part) for part in exactly]
    assert [from_units(s) for s in squares] == [sum(c * v * v for v, c in part) for part in exactly]
