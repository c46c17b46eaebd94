"""Differences of shares against rational arithmetic."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.numerics.distributions.shares import (
    share_difference,
    share_surprisal,
    share_surprisals,
)
from cecli.numerics.sums.pairs import FloatPairs

counts = st.integers(0, 2**52)
totals = st.integers(1, 2**53 - 1)


@given(counts, totals, counts, totals)
def test_a_difference_of_shares_of_counts_keeps_its_digits(p, p_total, q, q_total):
    found = share_difference(np.array([float(p)]), p_total, np.array([float(q)]), q_total)
    exact = Fraction(q, q_total) - Fraction(p, p_total)
    assert abs(Fraction(float(found[0])) - exact) <= abs(exact) * Fraction(1, 2**50)


@given(st.integers(0, 2**60), st.integers(1, 2**60), st.integers(0, 1200))
@example(1, 2, 0)
@example(2**60, 1, 0)
@example(1, 2**60, 1200)
def test_the_surprisal_of_a_share_is_that_of_mpmath(part, rest, halvings):
    share = Fraction(part, (part + rest) << halvings)
    found = share_surprisal(share)
    if not part:
        assert found == math.inf
        return
    with mpmath.workdps(800):
        exact = -mpmath.log(mpmath.mpf(share.numerator) / share.denominator)
        assert found == pytest.approx(float(exact), rel=1e-15)


@given(st.lists(st.tuples(st.integers(0, 2**52), st.integers(1, 2**52)), min_size=1))
def test_surprisals_of_many_shares_are_those_of_each_or_in_doubt(parts):
    part, rest = (
        FloatPairs.exactly(np.array(x, dtype=np.float64)) for x in zip(*parts, strict=True)
    )
    found = share_surprisals(part / (part + rest)).tolist()
    expected = [share_surprisal(Fraction(p, p + r)) for p, r in parts]
    assert all(np.isnan(x) or x == y for x, y in zip(found, expected, strict=True))
