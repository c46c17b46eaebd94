"""The terms of a log-likelihood, against mpmath and its derivatives."""

import mpmath
import numpy as np
import pytest
from reference import softmax

from cecli.commands.fit.likelihood.terms import (
    bernoulli_terms,
    linear,
    tempered_terms,
    vector_terms,
)
from cecli.numerics.tails import tail

mpmath.mp.dps = 50


def bernoulli_loss(parameters, features, target):
    eta = mpmath.fsum(
        mpmath.mpf(a) * mpmath.mpf(x) for a, x in zip(parameters, features, strict=True)
    )
    log_odds = mpmath.log1p(mpmath.exp(-eta))
    return target * log_odds + (1 - target) * (log_odds + eta)


def tempered_loss(parameters, log_prob, target):
    q = softmax([parameters[0] * mpmath.mpf(x) for x in log_prob])
    return -mpmath.fsum(t * mpmath.log(p) for t, p in zip(target, q, strict=True))


def vector_loss(parameters, log_prob, target):
    slopes, biases = parameters[: len(log_prob)], parameters[len(log_prob) :]
    q = softmax([a * mpmath.mpf(x) + b for a, x, b in zip(slopes, log_prob, biases, strict=True)])
    return -mpmath.fsum(t * mpmath.log(p) for t, p in zip(target, q, strict=True))


def check(terms, loss, point, tolerance=1e-12):
    """Compare the terms of the one row with a loss and its derivatives at a point."""
    point = [mpmath.mpf(x) for x in point]
    assert float(terms.loss[0]) == pytest.approx(float(loss(*point)), rel=tolerance)
    size, entry = len(point), 0
    for i in range(size):
        order = [0] * size
        order[i] = 1
        slope = float(mpmath.diff(loss, tuple(point), tuple(order)))
        assert terms.gradient[i, 0] == pytest.approx(slope, rel=1e-10, abs=1e-13)
        for j in range(i, size):
            order = [0] * size
            order[i] += 1
            order[j] += 1
            curvature = float(mpmath.diff(loss, tuple(point), tuple(order)))
            assert terms.hessian[entry, 0] == pytest.approx(curvature, rel=1e-8, abs=1e-12)
            entry += 1
    assert entry == len(terms.hessian)


@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("logit", [-30.0, -0.7, 0.0, 2.5, 30.0])
def test_a_bernoulli_loss_has_its_derivatives(logit, target):
    point, features = (0.8, -0.4, 0.1), np.array([[logit], [1.0], [logit / 3 + 0.2]])
    terms = bernoulli_terms(linear(point, features), features, np.array([target]))
    check(terms, lambda *p: bernoulli_loss(p, features[:, 0], target), point)


@pytest.mark.parametrize("target", [[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]])
def test_a_tempered_loss_has_its_derivatives(target):
    log_prob = np.log(np.array([[0.1], [0.25], [0.65]]))
    terms = tempered_terms(1.4, log_prob, np.array(target)[:, None])
    check(terms, lambda *p: tempered_loss(p, log_prob[:, 0], target), (1.4,))


@pytest.mark.parametrize("target", [[0.0, 1.0, 0.0], [0.2, 0.3, 0.5]])
def test_a_vector_loss_has_its_derivatives(target):
    log_prob = np.log(np.array([[0.1], [0.25], [0.65]]))
    point = (0.8, 1.3, 1.0, 0.2, -0.1, 0.4)
    slopes, biases = np.array(point[:3]), np.array(point[3:])
    terms = vector_terms(slopes, biases, log_prob, np.array(target)[:, None])
    check(terms, lambda *p: vector_loss(p, log_prob[:, 0], target), point)


def test_a_certain_prediction_keeps_the_digits_of_its_gradient():
    ones = np.ones((1, 1))
    terms = bernoulli_terms(np.array([50.0]), ones, np.ones(1))
    assert terms.gradient[0, 0] == pytest.approx(-np.exp(-50.0), rel=1e-14)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7, 20, 61])
@pytest.mark.parametrize("x", [0.0, 1e-9, 0.4, 3.0, 40.0, 900.0])
def test_the_tail_of_chi_squared_is_that_of_mpmath(x, degrees):
    exact = mpmath.gammainc(mpmath.mpf(degrees) / 2, mpmath.mpf(x) / 2, regularized=True)
    assert tail(x, degrees) == pytest.approx(float(exact), rel=1e-12)
