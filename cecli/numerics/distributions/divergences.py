"""Scores of two distributions: squared error, hits, cross-entropy and divergences."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.distributions.bernoulli import LN2
from cecli.numerics.distributions.distributions import Certain, Distributions
from cecli.numerics.distributions.logarithm import log, x_minus_log1p
from cecli.numerics.distributions.shares import below_and_above, sum_over_classes

try:
    from cecli.numerics.distributions import elementary
except ImportError:
    elementary = None  # type: ignore[assignment]


def brier(target: Floats, prob: Floats) -> Floats:
    """Return the Brier score of each row.

    Parameters
    ----------
    target, prob : shape (2, n) or (K, n).

    Returns
    -------
    shape (n,). For two classes the binary convention, (q − t)² over class 1 alone, in [0, 1]: half
    of the sum over both classes.

    Notes
    -----
    The differences of both classes have the same size. That of the smaller probabilities has more
    digits: a logit of 40 is off by 4e-18 where class 1 was observed.
    """
    is_likely = (prob[0] < prob[1]) & (target[0] <= target[1])
    difference = np.where(is_likely, prob[0] - target[0], prob[1] - target[1])
    return np.asarray(difference * difference)


def brier_multiclass(target: Floats, prob: Floats) -> Floats:
    """Return Σ (q − t)² over the K classes of each row, in [0, 2], as defined by Brier (1950).

    References
    ----------
    Brier, G. W. (1950), Verification of forecasts expressed in terms of probability.
    """
    difference = prob - target
    return sum_over_classes(difference * difference)


def ranked_probability(p: Distributions, q: Distributions) -> Floats:
    """Return Σ (Q_k − P_k)² over the first K − 1 of K ordered classes, P and Q cumulative.

    The Brier score of the question whether the class is at most k, summed over k. Also called the
    ranked probability score; some divide it by K − 1.

    Returns
    -------
    shape (n,), in [0, K − 1].

    Notes
    -----
    Q_k − P_k adds up the classes up to k or, with the other sign, those above: whichever differ
    less, so that nothing cancels. If the probabilities of a row do not quite add up to 1, the two
    are not quite the same.

    References
    ----------
    Epstein, E. S. (1969), A scoring system for probability forecasts of ranked categories.
    doi:10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2

    Examples
    --------
    >>> import numpy as np
    >>> from cecli.numerics.distributions.categorical import CategoricalProbabilities
    >>> q = CategoricalProbabilities(np.array([[0.25], [0.25], [0.5]]))
    >>> ranked_probability(Certain(np.array([0]), np.array([[1.0], [0.0], [0.0]])), q).tolist()
    [0.8125]
    """
    difference = p.difference(q)
    away = below_and_above(difference)
    sizes = below_and_above(np.abs(difference))
    least = np.where(sizes[0] <= sizes[1], *away)
    return sum_over_classes(least * least)


def hit(target: Floats, preference: Floats) -> Floats:
    """Return the target probability of the preferred one of two classes, 1 at a tie.

    1 or 0 for a hard label; the expectation over the target for a soft one.
    """
    return np.asarray(np.where(preference[1] >= preference[0], target[1], target[0]))


def hit_multiclass(target: Floats, preference: Floats) -> Floats:
    """Return the target probability of the preferred class of each row.

    Ties give the mean over the tied classes, so the result does not depend on their order.
    """
    likeliest = preference == preference.max(axis=0)
    happened = np.where(likeliest, target, 0.0)
    if np.count_nonzero(likeliest) == likeliest.shape[1]:  # no ties
        return np.asarray(happened.max(axis=0))
    ties = np.count_nonzero(likeliest, axis=0)
    return np.asarray(sum_over_classes(happened) / ties)


SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)
SQRT_HALF = float(np.sqrt(0.5))
SMALLEST = float(np.finfo(np.float64).smallest_subnormal)


def cross_entropy(p: Distributions, q: Distributions) -> Floats:
    """Return −Σ p ln q.

    For observed labels: log loss, logarithmic score, negative log-likelihood.

    Returns
    -------
    shape (n,), in [0, ∞]: ∞ if q is 0 for a class for which p is not.

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
    # The maximum is NaN if any element is, as 0·∞ is.
    return sum_over_classes(expected(prob, cost)) if np.isnan(loss.max(initial=0.0)) else loss


def entropy(p: Distributions) -> Floats:
    """Return the entropy −Σ p ln p, in [0, ln K]."""
    return cross_entropy(p, p)


def kl_divergence(p: Distributions, q: Distributions) -> Floats:
    """Return the Kullback–Leibler divergence Σ p ln(p/q) of q from p.

    The excess of the cross-entropy over the entropy of p. Also called relative entropy.

    Returns
    -------
    shape (n,), in [0, ∞]: never negative, and 0 if and only if p == q.

    Notes
    -----
    Not computed as cross-entropy minus entropy, nor as the plain sum of the terms: both lose all
    digits as q approaches p. Each class contributes p·φ((q − p)/p), φ(x) = x − ln(1 + x) ≥ 0.
    Relative error below 1e−14 where p and q are stated as probabilities; except if the value
    itself is subnormal: then it is rounded, but not to zero.

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
    # If p is certain, it is a single surprisal, which is accurate to the last digit.
    certain = np.count_nonzero(p.prob, axis=0) == 1
    if certain.any():
        divergence = np.where(certain, cross_entropy(p, q), divergence)
    return _zero_iff_equal(divergence, difference)


def js_divergence(p: Distributions, q: Distributions) -> Floats:
    """Return the Jensen–Shannon divergence, in [0, ln 2]: the mean KL of p and q from their mean.

    References
    ----------
    Lin, J. (1991), Divergence measures based on the Shannon entropy. doi:10.1109/18.61115
    """
    difference = p.difference(q)
    half = sum_over_classes(js_terms(p.prob, q.prob, difference))
    return np.minimum(_zero_iff_equal(half, difference), LN2)


def total_variation(p: Distributions, q: Distributions) -> Floats:
    """Return ½ Σ |p − q|, in [0, 1]: the largest difference in the probability of any event."""
    return 0.5 * sum_over_classes(np.abs(p.difference(q)))


def hellinger(p: Distributions, q: Distributions) -> Floats:
    """Return the Hellinger distance √(½ Σ (√p − √q)²), in [0, 1].

    References
    ----------
    Hellinger, E. (1909), doi:10.1515/crll.1909.136.210; normalized to 1 as by Le Cam.
    """
    roots = root_differences(p.prob, q.prob, p.difference(q))
    # Scaled by the largest, so that no square underflows.
    largest = roots.max(axis=0)
    shares = np.where(largest > 0.0, roots / np.maximum(largest, SMALLEST), 0.0)
    norm = largest * np.sqrt(sum_over_classes(shares * shares))
    return np.asarray(np.minimum(norm * SQRT_HALF, 1.0))


def expected(prob: Floats, cost: Floats) -> Floats:
    """Return prob·cost, with 0 for probability 0 and any cost."""
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
    p, q : of the same shape, any.
    difference : an accurate q − p.
    log_ratio : returns ln(q/p) computed without q and p, which may have underflowed.
    """
    if elementary is not None:
        rows = [np.ascontiguousarray(x).reshape(-1) for x in (p, q, difference)]
        found = elementary.excess_of(rows[0], rows[1], rows[2])
        if found is not None:
            return found.reshape(p.shape)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        ratio = q / p
        near = (ratio > 0.5) & (ratio < 2.0)
        close = p * x_minus_log1p(np.where(near, difference / p, 0.0))
        if near.all():
            return close
        far = difference - p * _log_ratio(p, q, ratio, log_ratio)
    return np.where(p == 0.0, q, np.where(near, close, far))


def js_terms(p: Floats, q: Floats, difference: Floats) -> Floats:
    """Return the terms of the Jensen–Shannon divergence, each ≥ 0."""
    # Twice the mean, because halving a subnormal could lose it.
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

    If the ratio is subnormal or overflows, or a side is subnormal, the logarithm of the ratio loses
    digits. The two logarithms are then far apart, and their difference is accurate.
    """
    safe = (ratio >= SMALLEST_NORMAL) & (ratio < np.inf)
    if otherwise is not None:
        safe &= np.minimum(p, q) >= SMALLEST_NORMAL
    if safe.all():
        return np.asarray(log(ratio))
    apart = log(q) - log(p) if otherwise is None else otherwise()
    return np.where(safe, log(ratio), apart)


def _zero_iff_equal(divergence: Floats, difference: NDArray[np.float64]) -> Floats:
    """Return a divergence that is 0 if and only if the difference is 0, despite rounding."""
    equal = (difference == 0.0).all(axis=0)
    return np.where(equal, 0.0, np.maximum(divergence, SMALLEST))
