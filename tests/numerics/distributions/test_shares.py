"""Differences of shares against rational arithmetic, and sums over classes, compiled."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cecli.numerics.distributions import shares
from cecli.numerics.distributions.shares import (
    share_difference,
    share_surprisal,
    share_surprisals,
    sum_over_classes,
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


@pytest.mark.parametrize("classes", [3, 4, 7, 10, 33])
@pytest.mark.parametrize("rows", [0, 1, 7, 8, 9, 100])
def test_compiled_sums_over_classes_are_those_of_numpy(classes, rows, monkeypatch):
    loops = pytest.importorskip("cecli.numerics.distributions.class_loops")
    rng = np.random.default_rng(classes * rows)
    terms = rng.normal(size=(classes, rows)) * 10.0 ** rng.integers(-20, 20, (classes, rows))
    terms[:, 50:60], terms[:2, 60:70], terms[1, 70:80] = -0.0, np.inf, -np.inf
    monkeypatch.setattr(shares, "class_loops", None)
    plain = sum_over_classes(terms).tobytes()
    for kernel in range(len(loops.KERNELS)):
        assert loops.sums_over_classes(terms, kernel).tobytes() == plain


def test_what_has_no_classes_has_no_sums():
    loops = pytest.importorskip("cecli.numerics.distributions.class_loops")
    with pytest.raises(ValueError, match="no classes"):
        loops.sums_over_classes(np.empty((0, 3)))
    with pytest.raises(IndexError):
        loops.sums_over_classes(np.ones((3, 3)), len(loops.KERNELS))
