"""Products of exact sums against fractions."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cecli.numerics.sums.exact import from_units, to_units
from cecli.numerics.sums.grouped import dot_of_sums

finite = st.floats(allow_nan=False, allow_infinity=False)
# The most that a sum may be: products of two float64, the least of which is 2⁻²¹⁴⁸.
pairs = st.tuples(finite, finite)


def in_units(pair):
    exact = Fraction(pair[0]) * Fraction(pair[1]) / from_units(1)
    assert exact.denominator == 1
    return exact.numerator


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
