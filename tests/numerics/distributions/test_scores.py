"""Squared errors and right decisions, against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.numerics.distributions import divergences as scores
from cecli.numerics.distributions.bernoulli import BernoulliProbabilities

unit = st.floats(0.0, 1.0)


def pair(p, q):
    return BernoulliProbabilities(np.array([p])).prob, BernoulliProbabilities(np.array([q])).prob


@given(unit, unit)
def test_the_binary_brier_score_is_half_of_the_sum_over_both_classes(t, q):
    one, both = scores.brier(*pair(t, q)), scores.brier_multiclass(*pair(t, q))
    assert 2 * one[0] == pytest.approx(both[0], rel=1e-12, abs=1e-15)


def test_a_soft_hit_is_the_expectation_over_the_target():
    assert scores.hit(*pair(0.8, 0.5)).tolist() == [0.8]
    assert scores.hit(*pair(0.8, 0.4)).tolist() == [1 - 0.8]


def test_a_tie_counts_as_much_as_a_fair_lot_would_win():
    target = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    prob = np.array([[0.4, 1 / 3], [0.4, 1 / 3], [0.2, 1 / 3]])
    assert scores.hit_multiclass(target, prob).tolist() == [1 / 2, 1 / 3]
    assert scores.hit_multiclass(target[::-1], prob[::-1]).tolist() == [1 / 2, 1 / 3]
