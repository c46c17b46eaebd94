"""Differences of shares against rational arithmetic."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cecli.numerics.distributions.shares import share_difference

counts = st.integers(0, 2**52)
totals = st.integers(1, 2**53 - 1)


@given(counts, totals, counts, totals)
def test_a_difference_of_shares_of_counts_keeps_its_digits(p, p_total, q, q_total):
    found = share_difference(np.array([float(p)]), p_total, np.array([float(q)]), q_total)
    exact = Fraction(q, q_total) - Fraction(p, p_total)
    assert abs(Fraction(float(found[0])) - exact) <= abs(exact) * Fraction(1, 2**50)
