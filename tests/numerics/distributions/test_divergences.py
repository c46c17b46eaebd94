"""Divergences of two Bernoulli distributions against mpmath, on grids made to hurt.

Squared errors and right decisions against their definitions.
"""

import itertools
import math

import mpmath
import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st
from reference import relative, ulps

from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.bernoulli import LN2, BernoulliProbabilities
from cecli.numerics.distributions.logarithm import x_minus_log1p

UP, DOWN = np.inf, -np.inf
TINY = [5e-324, 1e-320, 2.2e-308, 1e-300, 1e-160, 1e-17, 2.0**-53, 1e-8]
MIDDLE = [0.01, 0.1, 0.25, 1 / 3, 0.4999999, 0.5, 0.6, 0.75, 0.9, 0.99]
HIGH = [1 - 1e-8, 1 - 2.0**-52, 1 - 2.0**-53]
INNER = TINY + MIDDLE + HIGH
NEIGHBOURS = [float(np.nextafter(q, side)) for q in MIDDLE for side in (UP, DOWN)]
GRID = [0.0, *INNER, *NEIGHBOURS, 1.0]
PAIRS = list(itertools.product(GRID, GRID))

ALL = [
    divergences.cross_entropy,
    divergences.kl_divergence,
    divergences.js_divergence,
    divergences.total_variation,
    divergences.hellinger,
]
DISTANCES = ALL[1:]

unit = st.floats(0.0, 1.0)


def of(*pairs):
    """Return the p and q of some pairs of probabilities of class 1."""
    return tuple(
        BernoulliProbabilities(np.array(column, dtype=float)) for column in zip(*pairs, strict=True)
    )


def one(score, *pair):
    return float(score(*of(pair))[0])


def exact(score, p, q):
    # Terms of neighbours agree in twice the digits of the smallest probability.
    smallest = min(filter(None, (p, 1.0 - p, q, 1.0 - q)))
    with mpmath.workdps(100 if smallest > 1e-20 else reference.DIGITS):
        return getattr(reference, score.__name__)(reference.bernoulli(p), reference.bernoulli(q))


def test_a_loss_is_within_4_ulp_everywhere():
    computed = divergences.cross_entropy(*of(*PAIRS)).tolist()
    worst = max(
        (ulps(value, exact(divergences.cross_entropy, *pair)), pair)
        for value, pair in zip(computed, PAIRS, strict=True)
    )
    assert worst[0] <= 4, worst


def test_an_entropy_is_within_4_ulp_everywhere():
    (p,) = of(*((q,) for q in GRID))
    for value, q in zip(divergences.entropy(p).tolist(), GRID, strict=True):
        assert ulps(value, exact(divergences.cross_entropy, q, q)) <= 4, q


@pytest.mark.parametrize("score", DISTANCES)
def test_a_divergence_is_accurate_to_1e_14_everywhere(score):
    computed = score(*of(*PAIRS)).tolist()
    for value, pair in zip(computed, PAIRS, strict=True):
        truth = exact(score, *pair)
        if truth < 2.3e-308:  # subnormal: rounded to their common quantum, but never to zero
            assert abs(value - float(truth)) <= 4 * 5e-324, pair
        else:
            assert relative(value, truth) <= 1e-14, (pair, value, truth)


@pytest.mark.parametrize("score", DISTANCES)
@pytest.mark.parametrize("t", [0.5, 0.3, 0.01, 0.97, 1e-5])
@pytest.mark.parametrize("exponent", range(1, 53, 3))
def test_a_divergence_keeps_its_digits_as_p_nears_q(score, t, exponent):
    for sign in (1, -1):
        q = t * (1 + sign * 2.0**-exponent)
        if q != t and 0 < q < 1:
            assert relative(one(score, t, q), exact(score, t, q)) <= 1e-14


@pytest.mark.parametrize("score", DISTANCES)
@given(unit, unit)
def test_a_divergence_is_never_negative_and_zero_only_for_equals(score, p, q):
    value = one(score, p, q)
    assert value >= 0
    assert (value == 0) == (p == q)


@given(unit, unit)
def test_bounded_divergences_keep_their_bounds(p, q):
    assert one(divergences.js_divergence, p, q) <= LN2
    assert one(divergences.total_variation, p, q) <= 1
    assert one(divergences.hellinger, p, q) <= 1


@pytest.mark.parametrize("score", DISTANCES[1:])
@given(unit, unit)
def test_a_distance_is_symmetric(score, p, q):
    assert one(score, p, q) == pytest.approx(one(score, q, p), rel=1e-14, abs=5e-324)


@given(unit, unit)
def test_the_inequalities_between_distances_hold(p, q):
    variation, hellinger = one(divergences.total_variation, p, q), one(divergences.hellinger, p, q)
    rounding = 1 + 1e-13
    assert hellinger**2 <= variation * rounding
    assert variation <= math.sqrt(2) * hellinger * rounding
    # Pinsker
    assert 2 * variation**2 <= one(divergences.kl_divergence, p, q) * rounding + 5e-324


@given(unit, unit)
def test_cross_entropy_is_entropy_plus_kl(p, q):
    parts = one(divergences.cross_entropy, p, p) + one(divergences.kl_divergence, p, q)
    assert one(divergences.cross_entropy, p, q) == pytest.approx(parts, rel=1e-14, abs=5e-324)


@given(st.sampled_from([0.0, 1.0]), unit)
def test_for_a_hard_label_kl_is_the_cross_entropy_bit_for_bit(p, q):
    assert one(divergences.kl_divergence, p, q) == one(divergences.cross_entropy, p, q)


@pytest.mark.parametrize("score", ALL)
@given(st.lists(st.tuples(unit, unit), min_size=1, max_size=70))
def test_a_row_does_not_depend_on_its_position(score, pairs):
    assert score(*of(*pairs)).tolist() == [one(score, *pair) for pair in pairs]


@pytest.mark.parametrize(
    ("t", "q", "loss"),
    [(1, 1, 0), (0, 0, 0), (1, 0, math.inf), (0, 1, math.inf), (0.5, 0, math.inf)],
)
def test_certainty_costs_nothing_or_everything(t, q, loss):
    value = one(divergences.cross_entropy, t, q)
    assert value == loss
    assert math.copysign(1, value) == 1


@given(st.floats(-0.5, 10.0))
def test_x_minus_log1p_keeps_its_digits(x):
    value = float(x_minus_log1p(np.array([x]))[0])
    if abs(x) < 1e-150:
        assert abs(value) < 1e-299
    else:
        with mpmath.workdps(400):
            truth = mpmath.mpf(x) - mpmath.log1p(mpmath.mpf(x))
        assert relative(value, truth) <= 5e-15


def pair(p, q):
    return BernoulliProbabilities(np.array([p])).prob, BernoulliProbabilities(np.array([q])).prob


@given(unit, unit)
def test_the_binary_brier_score_is_half_of_the_sum_over_both_classes(t, q):
    one, both = divergences.brier(*pair(t, q)), divergences.brier_multiclass(*pair(t, q))
    assert 2 * one[0] == pytest.approx(both[0], rel=1e-12, abs=1e-15)


def test_a_soft_hit_is_the_expectation_over_the_target():
    assert divergences.hit(*pair(0.8, 0.5)).tolist() == [0.8]
    assert divergences.hit(*pair(0.8, 0.4)).tolist() == [1 - 0.8]


def test_a_tie_counts_as_much_as_a_fair_lot_would_win():
    target = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    prob = np.array([[0.4, 1 / 3], [0.4, 1 / 3], [0.2, 1 / 3]])
    assert divergences.hit_multiclass(target, prob).tolist() == [1 / 2, 1 / 3]
    assert divergences.hit_multiclass(target[::-1], prob[::-1]).tolist() == [1 / 2, 1 / 3]
