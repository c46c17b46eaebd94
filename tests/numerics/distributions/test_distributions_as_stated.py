"""The same distributions stated on every scale: what does not depend on it."""

import itertools

import mpmath
import numpy as np
import pytest

from cecli.columns.numbers import Scale, Unscaled
from cecli.numerics.distributions.distributions import stated, written

SCALES = list(Scale)
PAIRS = list(itertools.product(SCALES, SCALES))
OF_CLASSES = [*SCALES, Unscaled.AMOUNT]


def on(scale, q):
    """Return probabilities on a scale, rounded once, by mpmath."""
    with mpmath.workdps(40):
        match scale:
            case Scale.PERCENT:
                return float(100 * mpmath.mpf(q))
            case Scale.LOGIT:
                return float(mpmath.log(mpmath.mpf(q) / (1 - mpmath.mpf(q))))
            case Scale.LOG_PROBABILITY:
                return float(mpmath.log(q))
            case _:
                return q


def binary(scale, q):
    return stated(np.array([on(scale, x) for x in q]), scale)


def of_classes(scale, rows):
    """Return distributions over classes; logits of several classes are logarithms, too."""
    own = Scale.LOG_PROBABILITY if scale is Scale.LOGIT else scale
    return stated(np.array([[on(own, x) for x in column] for column in rows.T]).T, scale)


Q = np.array([1e-6, 0.01, 0.3, 0.5, 0.75, 0.999, 1.0 - 1e-6])
# Three classes in each row.
ROWS = np.array(
    [[0.2, 0.3, 0.5], [0.25, 0.375, 0.375], [1e-6, 0.9, 0.099999], [0.98, 0.01, 0.01]]
).T


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_differences_of_two_classes_are_those_of_the_probabilities(one, other):
    p, q = 1.0 - 0.9 * Q, Q
    found = binary(one, p).difference(binary(other, q))
    difference = q - p
    assert found == pytest.approx(np.stack((-difference, difference)), rel=1e-9, abs=1e-14)
    again = binary(one, p).difference(binary(one, p))
    assert (again == 0.0).all()


@pytest.mark.parametrize("scale", OF_CLASSES)
@pytest.mark.parametrize("other", OF_CLASSES)
def test_differences_of_classes_are_those_of_the_probabilities(scale, other):
    p, q = ROWS, ROWS[::-1]
    found = of_classes(scale, p).difference(of_classes(other, q))
    assert found == pytest.approx(q - p, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("scale", SCALES)
def test_two_classes_have_the_same_probabilities_costs_and_order_on_every_scale(scale):
    found, both = binary(scale, Q), np.stack((1.0 - Q, Q))
    assert found.prob == pytest.approx(both, rel=1e-9)
    assert found.surprisal == pytest.approx(-np.log(both), rel=1e-9, abs=1e-15)
    apart = np.abs(both[1] - 0.5) > 1e-9
    prefers = found.preference[1] > found.preference[0]
    assert (prefers == (both[1] > 0.5))[apart].all()


@pytest.mark.parametrize("scale", OF_CLASSES)
def test_classes_have_the_same_probabilities_costs_and_order_on_every_scale(scale):
    p, found = ROWS, of_classes(scale, ROWS)
    assert found.prob == pytest.approx(p, rel=1e-9)
    assert found.surprisal == pytest.approx(-np.log(p), rel=1e-9)
    largest = p >= p.max(axis=0) * (1.0 - 1e-9)
    assert largest[found.preference.argmax(axis=0), np.arange(p.shape[1])].all()


@pytest.mark.parametrize("scale", [Scale.LOGIT, Unscaled.AMOUNT])
def test_the_surprisal_of_all_other_classes_is_that_of_the_rest(scale):
    p, found = ROWS, of_classes(scale, ROWS).surprisal_of_others()
    assert found == pytest.approx(-np.log(np.stack((1.0 - p, p))), rel=1e-9)


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_two_classes_are_written_on_any_scale(before, after):
    expected = [[on(after, x) for x in Q]]
    assert written(binary(before, Q), after) == pytest.approx(
        np.array(expected), rel=1e-8, abs=1e-8
    )


@pytest.mark.parametrize("after", SCALES)
def test_classes_are_written_on_any_scale(after):
    own = Scale.LOG_PROBABILITY if after is Scale.LOGIT else after
    expected = np.array([[on(own, x) for x in column] for column in ROWS.T]).T
    found = written(of_classes(Scale.PROBABILITY, ROWS), after)
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)
