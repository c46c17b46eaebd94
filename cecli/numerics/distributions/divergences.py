"""Scores that are no information: squared error, and right decisions."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.distributions.bernoulli import LN2
from cecli.numerics.distributions.distributions import Certain, Distributions
from cecli.numerics.distributions.logarithm import log, x_minus_log1p
from cecli.numerics.distributions.shares import sum_over_classes


def brier(target: Floats, prob: Floats) -> Floats:
    """Return the Brier score of each row.

    Parameters
    ----------
    target, prob : shape (2, n) or (K, n).

    Returns
    -------
    shape (n,). For two classes the binary convention, (q − t)² over class 1 alone, in [0, 1]: half
    of what the sum over both classes would be.
    """
    difference: Floats = prob[1] - target[1]
    return difference * difference


def brier_multiclass(target: Floats, prob: Floats) -> Floats:
    """Return Σ (q − t)² over the K classes of each row, in [0, 2], as Brier (1950) has it.

    References
    ----------
    Brier, G. W. (1950), Verification of forecasts expressed in terms of probability.
    """
    difference = prob - target
    return sum_over_classes(difference * difference)


def hit(target: Floats, preference: Floats) -> Floats:
    """Return the probability that the preferred one of two classes, 1 at a tie, happened.

    1 or 0 for a hard label; the expectation over the target for a soft one.
    """
    return np.asarray(np.where(preference[1] >= preference[0], target[1], target[0]))


def hit_multiclass(target: Floats, preference: Floats) -> Floats:
    """Return the probability that the preferred class happened, for each row.

    Where several are preferred, one of them is taken by lot: the mean over them. So it does not
    depend on the order of the classes.
    """
    likeliest = preference == preference.max(axis=0)
    happened = np.where(likeliest, target, 0.0)
    if np.count_nonzero(likeliest) == likeliest.shape[1]:  # one of them each
        return np.asarray(happened.max(axis=0))
    ties = np.count_nonzero(likeliest, axis=0)
    return np.asarray(sum_over_classes(happened) / ties)


SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)
SQRT_HALF = float(np.sqrt(0.5))
SMALLEST = float(np.finfo(np.float64).smallest_subnormal)


def cross_entropy(p: Distributions, q: Distributions) -> Floats:
    """Return −Σ p ln q.

    With p certain of what was observed: log loss, logarithmic score, negative log-likelihood.

    Returns
    -------
    shape (n,), in [0, ∞]: ∞ where q gives no probability to something that p does.

    Notes
    -----
    Within 4 ulp of the exact value for every representable input.

    References
    ----------
    Good, I. J. (1952), Rational decisions. doi:10.1111/j.2517-6161.1952.tb00104.x

    Examples
    --------
    >>> import numpy as np
    >>> from cecli.numerics.distributions.bernoulli import BernoulliProbabilities as Probabilities
    >>> happened, prob = np.array([1.0, 0.0, 1.0]), np.array([0.5, 1e-300, 0.0])
    >>> cross_entropy(Probabilities(happened), Probabilities(prob)).tolist()
    [0.6931471805599453, 1e-300, inf]
    """
    if isinstance(p, Certain):
        return p.happened(q.surprisal)
    prob, cost = p.prob, q.surprisal
    if len(prob) > 2:
        return sum_over_classes(expected(prob, cost))
    with np.errstate(invalid="ignore"):
        loss = np.asarray(prob[0] * cost[0])
        loss += prob[1] * cost[1]
    # The largest is undefined, as 0·∞ is, where any is.
    return sum_over_classes(expected(prob, cost)) if np.isnan(loss.max(initial=0.0)) else loss


def entropy(p: Distributions) -> Floats:
    """Return the entropy −Σ p ln p, in [0, ln K]."""
    return cross_entropy(p, p)


def kl_divergence(p: Distributions, q: Distributions) -> Floats:
    """Return the Kullback–Leibler divergence Σ p ln(p/q) of q from p.

    What q costs beyond the entropy of p. Also called relative entropy.

    Returns
    -------
    shape (n,), in [0, ∞]: never negative, and 0 exactly where p == q.

    Notes
    -----
    Never the difference of cross-entropy and entropy, nor the sum of the terms as they stand: both
    lose every digit as q nears p. Each class contributes p·φ((q − p)/p), φ(x) = x − ln(1 + x) ≥ 0.
    Relative error below 1e−14 where p and q are stated as probabilities; except where the value
    itself is subnormal, which is rounded, but not to zero.

    References
    ----------
    Kullback, S., Leibler, R. A. (1951), On information and sufficiency.
    doi:10.1214/aoms/1177729694

    Examples
    --------
    >>> import numpy as np
    >>> from cecli.numerics.distributions.bernoulli import BernoulliProbabilities as Probabilities
    >>> p, q = np.array([0.5, 0.5, 0.25]), np.array([0.5, 0.0, 0.75])
    >>> kl_divergence(Probabilities(p), Probabilities(q)).tolist()
    [0.0, inf, 0.5493061443340549]
    """
    difference = p.difference(q)
    terms = excess(p.prob, q.prob, difference, lambda: p.surprisal - q.surprisal)
    divergence = sum_over_classes(terms)
    # From certainty it is one surprisal, which is known to the last digit.
    certain = np.count_nonzero(p.prob, axis=0) == 1
    if certain.any():
        divergence = np.where(certain, cross_entropy(p, q), divergence)
    return _zero_iff_equal(divergence, difference)


def js_divergence(p: Distributions, q: Distributions) -> Floats:
    """Return the Jensen–Shannon divergence, in [0, ln 2]: that of p and q from their mean, halved.

    References
    ----------
    Lin, J. (1991), Divergence measures based on the Shannon entropy. doi:10.1109/18.61115
    """
    difference = p.difference(q)
    half = sum_over_classes(js_terms(p.prob, q.prob, difference))
    return np.minimum(_zero_iff_equal(half, difference), LN2)


def total_variation(p: Distributions, q: Distributions) -> Floats:
    """Return ½ Σ |p − q|, in [0, 1]: the most by which the two differ on any event."""
    return 0.5 * sum_over_classes(np.abs(p.difference(q)))


def hellinger(p: Distributions, q: Distributions) -> Floats:
    """Return the Hellinger distance √(½ Σ (√p − √q)²), in [0, 1].

    References
    ----------
    Hellinger, E. (1909), doi:10.1515/crll.1909.136.210; normalized to 1 as by Le Cam.
    """
    roots = root_differences(p.prob, q.prob, p.difference(q))
    # In units of the largest, so that no square underflows.
    largest = roots.max(axis=0)
    shares = np.where(largest > 0.0, roots / np.maximum(largest, SMALLEST), 0.0)
    norm = largest * np.sqrt(sum_over_classes(shares * shares))
    return np.asarray(np.minimum(norm * SQRT_HALF, 1.0))


def expected(prob: Floats, cost: Floats) -> Floats:
    """Return prob·cost, and 0 where the probability is 0, whatever the cost."""
    with np.errstate(invalid="ignore"):
        product = np.asarray(prob * cost)
    if np.isnan(product.max(initial=0.0)):  # 0·∞, and nothing else
        product[np.isnan(product)] = 0.0
    return product


def excess(
    p: Floats, q: Floats, difference: Floats, log_ratio: Callable[[], Floats] | None = None
) -> Floats:
    """Return (q − p) − p ln(q/p) ≥ 0.

    Parameters
    ----------
    difference : an accurate q − p.
    log_ratio : gives ln(q/p) as far as it is known without q and p, which may have underflowed.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        ratio = q / p
        near = (ratio > 0.5) & (ratio < 2.0)
        close = p * x_minus_log1p(np.where(near, difference / p, 0.0))
        if near.all():
            return close
        far = difference - p * _log_ratio(p, q, ratio, log_ratio)
    return np.where(p == 0.0, q, np.where(near, close, far))


def js_terms(p: Floats, q: Floats, difference: Floats) -> Floats:
    """Return what classes contribute to the Jensen–Shannon divergence, each ≥ 0."""
    # Twice the mean, so that halving no denormal loses it.
    both = p + q
    return 0.25 * (excess(2.0 * p, both, difference) + excess(2.0 * q, both, -difference))


def root_differences(p: Floats, q: Floats, difference: Floats) -> Floats:
    """Return |√p − √q|, given an accurate q − p."""
    with np.errstate(invalid="ignore"):
        roots = np.abs(difference) / (np.sqrt(p) + np.sqrt(q))
    return np.where(difference == 0.0, 0.0, roots)


def _log_ratio(
    p: Floats, q: Floats, ratio: Floats, otherwise: Callable[[], Floats] | None
) -> Floats:
    """Return ln(q/p).

    Where the ratio is subnormal or overflows, or one side has lost digits as a subnormal, so has
    its logarithm; the two logarithms are then far apart, and their difference is safe.
    """
    safe = (ratio >= SMALLEST_NORMAL) & (ratio < np.inf)
    if otherwise is not None:
        safe &= np.minimum(p, q) >= SMALLEST_NORMAL
    if safe.all():
        return np.asarray(log(ratio))
    apart = log(q) - log(p) if otherwise is None else otherwise()
    return np.where(safe, log(ratio), apart)


def _zero_iff_equal(divergence: Floats, difference: NDArray[np.float64]) -> Floats:
    """Return a divergence whose rounding hides no difference, and makes none up."""
    equal = (difference == 0.0).all(axis=0)
    return np.where(equal, 0.0, np.maximum(divergence, SMALLEST))
