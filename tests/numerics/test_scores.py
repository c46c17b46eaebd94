"""Scores against mpmath with fifty digits, on grids made to hurt."""

import itertools
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.numerics import scores
from cecli.numerics.log1pmx import x_minus_log1p

mpmath.mp.dps = 60

UP, DOWN = np.inf, -np.inf
TINY = [5e-324, 1e-320, 2.2e-308, 1e-300, 1e-160, 1e-17, 2.0**-53, 1e-8]
MIDDLE = [0.01, 0.1, 0.25, 1 / 3, 0.4999999, 0.5, 0.6, 0.75, 0.9, 0.99]
HIGH = [1 - 1e-8, 1 - 2.0**-52, 1 - 2.0**-53]
INNER = TINY + MIDDLE + HIGH
NEIGHBOURS = [float(np.nextafter(q, side)) for q in MIDDLE for side in (UP, DOWN)]
GRID = [0.0, *INNER, *NEIGHBOURS, 1.0]
PAIRS = list(itertools.product(GRID, GRID))

unit = st.floats(0.0, 1.0)


def columns(pairs):
    target, prob = map(np.array, zip(*pairs, strict=True))
    return target, prob


def xlogy(x, y):
    """Return x·ln y with 0·ln 0 = 0, in mpmath."""
    if x == 0:
        return mpmath.mpf(0)
    return x * mpmath.log(y) if y else -mpmath.inf


def exact_cross_entropy(t, q):
    with mpmath.workdps(400):  # for 1 − q to keep a denormal q
        t, q = mpmath.mpf(t), mpmath.mpf(q)
        return -xlogy(t, q) - xlogy(1 - t, 1 - q)


def exact_kl(t, q):
    if (t > 0 and q == 0) or (t < 1 and q == 1):
        return mpmath.inf
    with mpmath.workdps(1400):  # between neighbouring denormals the terms agree in 640 digits
        t, q = mpmath.mpf(t), mpmath.mpf(q)
        return (xlogy(t, t / q) if t else 0) + (xlogy(1 - t, (1 - t) / (1 - q)) if t < 1 else 0)


def ulps(value, exact):
    """Return the error of a float64 in units of its last place."""
    if mpmath.isinf(exact):
        return 0.0 if value == math.inf else math.inf
    return float(abs(mpmath.mpf(value) - exact) / mpmath.mpf(math.ulp(float(exact))))


def relative(value, exact):
    if exact == 0 or mpmath.isinf(exact):
        return 0.0 if value == exact else math.inf
    return float(abs(mpmath.mpf(value) - exact) / exact)


def test_a_loss_is_within_4_ulp_everywhere():
    computed = scores.cross_entropy(*columns(PAIRS)).tolist()
    worst = max(
        (ulps(value, exact_cross_entropy(*pair)), pair)
        for value, pair in zip(computed, PAIRS, strict=True)
    )
    assert worst[0] <= 4, worst


def test_an_entropy_is_within_4_ulp_everywhere():
    computed = scores.entropy(np.array(GRID)).tolist()
    for value, q in zip(computed, GRID, strict=True):
        assert ulps(value, exact_cross_entropy(q, q)) <= 4, q


def test_kl_is_accurate_to_1e_14_everywhere():
    computed = scores.kl_divergence(*columns(PAIRS)).tolist()
    for value, pair in zip(computed, PAIRS, strict=True):
        exact = exact_kl(*pair)
        if exact < 2.3e-308:  # subnormal: rounded to their common quantum, but never to zero
            assert abs(value - float(exact)) <= 4 * 5e-324, pair
        else:
            assert relative(value, exact) <= 1e-14, (pair, value, exact)


@pytest.mark.parametrize("t", [0.5, 0.3, 0.01, 0.97, 1e-5])
@pytest.mark.parametrize("exponent", range(1, 53, 3))
def test_kl_keeps_its_digits_as_p_nears_q(t, exponent):
    for sign in (1, -1):
        q = t * (1 + sign * 2.0**-exponent)
        if q == t or not 0 < q < 1:
            continue
        value = float(scores.kl_divergence(np.array([t]), np.array([q]))[0])
        assert relative(value, exact_kl(t, q)) <= 1e-14


@given(unit, unit)
def test_kl_is_never_negative_and_zero_only_for_equals(t, q):
    value = float(scores.kl_divergence(np.array([t]), np.array([q]))[0])
    assert value >= 0
    assert (value == 0) == (t == q)


@given(unit, unit)
def test_cross_entropy_is_entropy_plus_kl(t, q):
    target, prob = np.array([t]), np.array([q])
    cross_entropy = float(scores.cross_entropy(target, prob)[0])
    parts = float(scores.entropy(target)[0]) + float(scores.kl_divergence(target, prob)[0])
    assert cross_entropy == pytest.approx(parts, rel=1e-14, abs=5e-324)


@given(st.sampled_from([0.0, 1.0]), unit)
def test_for_a_hard_label_kl_is_the_cross_entropy_bit_for_bit(t, q):
    pair = np.array([t]), np.array([q])
    assert scores.kl_divergence(*pair) == scores.cross_entropy(*pair)


@given(st.lists(st.tuples(unit, unit), min_size=1, max_size=70))
def test_a_score_does_not_depend_on_the_position(pairs):
    target, prob = columns(pairs)
    for score in (scores.cross_entropy, scores.kl_divergence, scores.brier, scores.hit):
        whole = score(target, prob)
        alone = [float(score(target[i : i + 1], prob[i : i + 1])[0]) for i in range(len(pairs))]
        assert whole.tolist() == alone


@pytest.mark.parametrize(
    ("t", "q", "loss"),
    [(1, 1, 0), (0, 0, 0), (1, 0, math.inf), (0, 1, math.inf), (0.5, 0, math.inf)],
)
def test_certainty_costs_nothing_or_everything(t, q, loss):
    value = scores.cross_entropy(np.array([float(t)]), np.array([float(q)]))[0]
    assert value == loss
    assert not np.signbit(value)


def test_a_soft_hit_is_the_expectation_over_the_target():
    assert scores.hit(np.array([0.8, 0.8]), np.array([0.5, 0.4])).tolist() == [0.8, 1 - 0.8]


@given(st.floats(-0.5, 10.0))
def test_x_minus_log1p_keeps_its_digits(x):
    value = float(x_minus_log1p(np.array([x]))[0])
    exact = mpmath.mpf(x) - mpmath.log1p(mpmath.mpf(x)) if x else mpmath.mpf(0)
    if abs(x) < 1e-150:
        assert abs(value) < 1e-299
    else:
        with mpmath.workdps(400):
            exact = mpmath.mpf(x) - mpmath.log1p(mpmath.mpf(x))
        assert relative(value, exact) <= 5e-15
