"""The loss of linear predictors, with its gradient and Hessian, for each row.

η is a linear combination of features: the logit of the positive class, shape (n,), or the
logarithms of the probabilities of K classes up to a constant, shape (K, n). It is linear in the
parameters, so that the loss is convex in them and Newton's method finds its minimum.
"""

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.numerics import Floats
from cecli.numerics.distributions import bernoulli, categorical
from cecli.numerics.distributions.divergences import expected
from cecli.numerics.distributions.shares import sum_over_classes


@dataclass(frozen=True, eq=False)
class Terms:
    """The contributions of each row to the loss and its derivatives by k parameters.

    Attributes
    ----------
    loss : shape (n,), in nats.
    gradient : shape (k, n).
    hessian : shape (k(k + 1)/2, n), the upper triangle row by row.
    """

    loss: Floats
    gradient: Floats
    hessian: Floats


def linear(parameters: tuple[float, ...], features: Floats) -> Floats:
    """Return Σ parameter·feature, summed in order, shape (n,); 0·∞ is 0.

    Parameters
    ----------
    features : shape (k, n).

    Examples
    --------
    >>> linear((2.0, 1.0), np.array([[1.0, 3.0], [1.0, 1.0]])).tolist()
    [3.0, 7.0]
    """
    total = np.zeros(features.shape[1:])
    for parameter, feature in zip(parameters, features, strict=True):
        if parameter != 0.0:
            total += parameter * feature
    return total


def bernoulli_terms(eta: Floats, features: Floats, target: Floats) -> Terms:
    """Return the terms of −t ln σ(η) − (1 − t) ln(1 − σ(η)).

    Parameters
    ----------
    eta : shape (n,).
    features : shape (k, n), the derivatives of η by the parameters.
    target : shape (n,), in [0, 1].

    Notes
    -----
    ∂/∂η = σ − t, computed as (1 − t)σ − t(1 − σ) to keep its digits when σ is near t, and
    ∂²/∂η² = σ(1 − σ).

    Examples
    --------
    >>> terms = bernoulli_terms(np.zeros(1), np.ones((1, 1)), np.ones(1))
    >>> terms.gradient.tolist(), terms.hessian.tolist()
    ([[-0.5]], [[0.25]])
    """
    q = bernoulli.BernoulliLogits(eta)
    other = 1.0 - target
    loss = expected(target, q.surprisal[1]) + expected(other, q.surprisal[0])
    slope = other * q.prob[1] - target * q.prob[0]
    curvature = q.prob[0] * q.prob[1]
    return Terms(loss, slope * features, _outer(features, curvature))


def _outer(features: Floats, curvature: Floats) -> Floats:
    size = len(features)
    return np.stack(
        [curvature * features[i] * features[j] for i in range(size) for j in range(i, size)]
    )


def tempered_terms(inverse: float, log_prob: Floats, target: Floats) -> Terms:
    """Return the terms of −Σ t ln softmax(log_prob · inverse), with one parameter.

    Parameters
    ----------
    inverse : the inverse temperature.
    log_prob, target : shape (K, n).

    Notes
    -----
    The first derivative is the mean of log_prob under softmax minus that under t; the second is its
    variance under softmax.
    """
    q = categorical.CategoricalLogits(inverse * log_prob)
    total = sum_over_classes(target)
    mean = sum_over_classes(q.prob * log_prob)
    off = log_prob - mean
    gradient = 0.0 - sum_over_classes(target * off)
    curvature = total * sum_over_classes(q.prob * off * off)
    return Terms(_loss(q, target), gradient[None], curvature[None])


def vector_terms(slopes: Floats, biases: Floats, log_prob: Floats, target: Floats) -> Terms:
    """Return the terms of −Σ t ln softmax(slope·log_prob + bias), with 2K parameters, slopes first.

    Parameters
    ----------
    slopes, biases : shape (K,).
    log_prob, target : shape (K, n).
    """
    classes = len(slopes)
    q = categorical.CategoricalLogits(slopes[:, None] * log_prob + biases[:, None])
    total = sum_over_classes(target)
    off = total * q.prob - target
    gradient = np.concatenate([off * log_prob, off])
    rows = []
    for i in range(2 * classes):
        for j in range(i, 2 * classes):
            a, b = i % classes, j % classes
            curvature = total * q.prob[a] * ((1.0 - q.prob[a]) if a == b else -q.prob[b])
            for place, k in ((i, a), (j, b)):
                if place < classes:
                    curvature = curvature * log_prob[k]
            rows.append(curvature)
    return Terms(_loss(q, target), gradient, np.stack(rows))


def _loss(q: categorical.CategoricalLogits, target: Floats) -> Floats:
    return sum_over_classes(expected(target, q.surprisal))
