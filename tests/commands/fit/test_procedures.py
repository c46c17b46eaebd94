"""Pools of adjacent violators, against scikit-learn and the definition."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from cecli.commands.fit.procedures import pools

ROWS = st.lists(
    st.integers(1, 9).flatmap(lambda w: st.tuples(st.just(w), st.integers(0, w))), min_size=1
)


def steps(rows):
    found = pools(rows)
    ends = [*(pool.first for pool in found[1:]), len(rows)]
    return [
        pool.mean for pool, end in zip(found, ends, strict=True) for _ in range(pool.first, end)
    ]


@given(ROWS)
def test_the_means_are_those_of_scikit_learn(rows):
    w, t = np.array(rows, dtype=float).T
    theirs = (
        IsotonicRegression()
        .fit(np.arange(len(rows)), t / w, sample_weight=w)
        .predict(np.arange(len(rows)))
    )
    assert [float(mean) for mean in steps(rows)] == pytest.approx(theirs.tolist(), abs=1e-12)


@given(ROWS)
def test_the_means_ascend_strictly_from_pool_to_pool_and_keep_the_total(rows):
    found = pools(rows)
    assert all(a.mean < b.mean for a, b in pairwise(found))
    assert sum(pool.total for pool in found) == sum(t for _, t in rows)


@given(st.integers(1, 40), st.fractions(0, 1))
def test_equal_means_are_one_pool(rows, mean):
    assert len(pools([(mean.denominator, mean.numerator)] * rows)) == 1
    assert set(steps([(mean.denominator, mean.numerator)] * rows)) == {Fraction(mean)}
