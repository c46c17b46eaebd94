"""Digits near certainty, and certainty itself, on every scale: shares of a sum, percentages, ±∞."""

import mpmath
import numpy as np
import pytest
import reference
from hypothesis import example, given
from hypothesis import strategies as st
from reference import relative, ulps

from cecli.columns.numbers import Scale, Unscaled
from cecli.numerics.distributions import divergences
from cecli.numerics.distributions.distributions import stated

SCORES = [
    divergences.cross_entropy,
    divergences.kl_divergence,
    divergences.js_divergence,
    divergences.total_variation,
    divergences.hellinger,
]
amounts = st.lists(st.floats(0.0, 1e300), min_size=2, max_size=5).filter(lambda x: sum(x) > 0.0)


@given(amounts)
@example([1.0, 1e12])
@example([1e-200, 1e200])
@example([1e300, 1e-300, 5e-324])
@example([1.0, 1.0, 0.0])
@example([5e-324, 5e-324])
def test_amounts_keep_their_digits_until_the_logarithm(values):
    found = stated(np.array(values)[:, None], Unscaled.AMOUNT)
    with mpmath.workdps(800):
        exact = [mpmath.mpf(x) for x in values]
        shares = [x / mpmath.fsum(exact) for x in exact]
        surprisals = [-mpmath.log(share) if share else mpmath.inf for share in shares]
        for k, surprisal in enumerate(surprisals):
            assert ulps(float(found.surprisal[k, 0]), surprisal) <= 4
            assert abs(mpmath.mpf(float(found.prob[k, 0])) - shares[k]) <= max(
                shares[k] * 2**-51, mpmath.mpf(5e-324)
            )
        entropy = reference.cross_entropy(shares, shares)
        if entropy > 1e-290:
            assert relative(float(divergences.entropy(found)[0]), entropy) <= 2e-15


def test_proportional_amounts_do_not_differ():
    p, q = (
        stated(np.array(values)[:, None], Unscaled.AMOUNT)
        for values in ([1.0, 2.0, 4.0], [10.0, 20.0, 40.0])
    )
    assert [float(score(p, q)[0]) for score in SCORES[1:]] == [0.0] * 4


def test_the_divergence_of_amounts_near_certainty_keeps_its_digits():
    p, q = [1.0, 1e12], [3.0, 1e12]
    both = [stated(np.array(values)[:, None], Unscaled.AMOUNT) for values in (p, q)]
    with mpmath.workdps(60):
        shares = [[mpmath.mpf(x) / mpmath.fsum(side) for x in side] for side in (p, q)]
        for score in SCORES:
            exact = getattr(reference, score.__name__)(*shares)
            assert relative(float(score(*both)[0]), exact) <= 1e-14, score


@given(st.floats(0.0, 100.0))
@example(1e-6)
@example(1e-300)
@example(5e-324)
@example(50.0)
@example(99.99999999999999)
@example(1e-17)
def test_a_percentage_keeps_its_digits(percent):
    found = stated(np.array([percent]), Scale.PERCENT)
    several = stated(np.array([[100.0 - percent], [percent]]), Scale.PERCENT)
    with mpmath.workdps(400):
        share = mpmath.mpf(percent) / 100
        for k, q in enumerate((1 - share, share)):
            exact = -mpmath.log(q) if q else mpmath.inf
            assert ulps(float(found.surprisal[k, 0]), exact) <= 4
        assert ulps(float(several.surprisal[1, 0]), exact) <= 4


CERTAIN = [0.0, 0.25, 1.0]
ON_SCALES = {
    Scale.LOGIT: [-np.inf, -float(np.log(3.0)), np.inf],
    Scale.LOG_PROBABILITY: [-np.inf, float(np.log(0.25)), 0.0],
}


@pytest.mark.parametrize("scale", ON_SCALES)
@pytest.mark.parametrize("score", SCORES)
def test_infinite_logarithms_are_certain_predictions(scale, score):
    pairs = [(a, b) for a in range(3) for b in range(3)]
    plain, on_scale = (
        [stated(np.array([values[pair[side]] for pair in pairs]), kind) for side in (0, 1)]
        for values, kind in ((CERTAIN, Scale.PROBABILITY), (ON_SCALES[scale], scale))
    )
    np.testing.assert_allclose(score(*on_scale), score(*plain), rtol=1e-14, atol=0.0)
    np.testing.assert_allclose(on_scale[0].prob, plain[0].prob, rtol=1e-15)
    np.testing.assert_allclose(on_scale[0].surprisal, plain[0].surprisal, rtol=1e-14)


CLASSES = np.array([[0.0, 0.5, 0.5], [0.0, 0.25, 0.75], [0.0, 0.0, 1.0], [0.2, 0.3, 0.5]])


@pytest.mark.parametrize("scale", [Scale.LOGIT, Scale.LOG_PROBABILITY])
@pytest.mark.parametrize("score", SCORES)
def test_a_class_at_minus_infinity_is_impossible(scale, score):
    pairs = [(a, b) for a in CLASSES for b in CLASSES]
    p, q = (np.array([pair[side] for pair in pairs]).T.copy() for side in (0, 1))
    with np.errstate(divide="ignore"):
        moved = [np.log(x) for x in (p, q)]
    if scale is Scale.LOGIT:
        moved[1] += 100.0  # softmax does not see it
    plain = score(stated(p, Scale.PROBABILITY), stated(q, Scale.PROBABILITY))
    found = score(*(stated(x, scale) for x in moved))
    np.testing.assert_allclose(found, plain, rtol=1e-13, atol=1e-16)
    np.testing.assert_array_equal(np.isinf(found), np.isinf(plain))


def test_one_class_at_infinity_is_certain():
    found = stated(np.array([[0.0], [np.inf], [-np.inf]]), Scale.LOGIT)
    assert found.prob.ravel().tolist() == [0.0, 1.0, 0.0]
    assert found.surprisal.ravel().tolist() == [np.inf, 0.0, np.inf]
