"""Scores: one number for each row, from its target and its predicted probability.

See the conventions in `cecli.numerics`. `target` is t, the observed probability of the positive
class (0 or 1 for a hard label); `prob` is q, its predicted probability.
"""

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.log1pmx import x_minus_log1p

SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)
SMALLEST = float(np.finfo(np.float64).smallest_subnormal)


def surprisal(prob: Floats) -> tuple[Floats, Floats]:
    """Return −ln q and −ln(1 − q), the cost of either outcome.

    Notes
    -----
    The second is −log1p(−q), which keeps every digit at q = 1e−300, where 1 − q is already 1.
    +∞ where q is 0, and where it is 1.
    """
    with np.errstate(divide="ignore"):
        # Adding zero turns the −0.0 of a certain prediction into 0.0.
        return 0.0 - np.log(prob), 0.0 - np.log1p(-prob)


def cross_entropy(target: Floats, prob: Floats) -> Floats:
    """Return the cross-entropy −t ln q − (1 − t) ln(1 − q) of each row, in nats.

    Also called log loss, logarithmic score, negative log-likelihood.

    Returns
    -------
    shape (n,), in [0, ∞]: ∞ where q gives no probability to something that happened.

    Notes
    -----
    Within 4 ulp of the exact value for every representable input.

    References
    ----------
    Good, I. J. (1952), Rational decisions. doi:10.1111/j.2517-6161.1952.tb00104.x

    Examples
    --------
    >>> import numpy as np
    >>> cross_entropy(np.array([1.0, 0.0, 1.0]), np.array([0.5, 1e-300, 0.0])).tolist()
    [0.6931471805599453, 1e-300, inf]
    """
    positive, negative = surprisal(prob)
    with np.errstate(invalid="ignore"):
        # 0·∞ is NaN, and stands for a probability that was not needed: it costs nothing.
        return _if_any(target, positive) + _if_any(1.0 - target, negative)


def entropy(prob: Floats) -> Floats:
    """Return the Bernoulli entropy −q ln q − (1 − q) ln(1 − q) of each row, in [0, ln 2] nats."""
    return cross_entropy(prob, prob)


def kl_divergence(target: Floats, prob: Floats) -> Floats:
    """Return the Kullback–Leibler divergence of Bernoulli(q) from Bernoulli(t), in nats.

    t ln(t/q) + (1 − t) ln((1 − t)/(1 − q)): what the prediction costs beyond the entropy of the
    target. Also called relative entropy.

    Returns
    -------
    shape (n,), in [0, ∞]: never negative, and 0 exactly where t == q.

    Notes
    -----
    Never the difference of cross-entropy and entropy, nor the sum of the two terms as they stand:
    both lose every digit as q nears t. Each side is written a·φ(d/a), with d its error and
    φ(x) = x − ln(1 + x) ≥ 0; the parts linear in d cancel between the two sides by algebra, and
    what remains is a sum of non-negative terms. Relative error below 1e−14, except where the value
    itself is subnormal; it is then rounded, but not to zero.

    References
    ----------
    Kullback, S., Leibler, R. A. (1951), On information and sufficiency.
    doi:10.1214/aoms/1177729694

    Examples
    --------
    >>> import numpy as np
    >>> kl_divergence(np.array([0.5, 0.5, 0.25]), np.array([0.5, 0.0, 0.75])).tolist()
    [0.0, inf, 0.5493061443340548]
    """
    difference = prob - target
    divergence = _excess(target, prob, difference) + _excess(1.0 - target, 1.0 - prob, -difference)
    # A certain target leaves one surprisal, which log1p gives to the last digit even where 1 − q
    # was rounded above.
    certain = (target == 0.0) | (target == 1.0)
    divergence = np.where(certain, cross_entropy(target, prob), divergence)
    return np.where(difference == 0.0, 0.0, np.maximum(divergence, SMALLEST))


def brier(target: Floats, prob: Floats) -> Floats:
    """Return the Brier score (q − t)² of each row, in [0, 1].

    The binary convention, over the positive class alone: half of the two-class sum of Brier (1950).
    """
    difference = prob - target
    return difference * difference


def hit(target: Floats, prob: Floats) -> Floats:
    """Return the probability that the likelier class (positive where q ≥ ½) is what happened.

    1 or 0 for a hard label; the expectation over the target, t or 1 − t, for a soft one.
    """
    return np.where(prob >= 0.5, target, 1.0 - target)


def _if_any(share: Floats, cost: Floats) -> Floats:
    product: Floats = share * cost
    product[share == 0.0] = 0.0
    return product


def _excess(a: Floats, b: Floats, difference: Floats) -> Floats:
    """Return (b − a) − a ln(b/a) ≥ 0, given an accurate b − a."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        ratio = b / a
        near = (ratio > 0.5) & (ratio < 2.0)
        close = a * x_minus_log1p(np.where(near, difference / a, 0.0))
        # A ratio that overflows, or is rounded as a subnormal, has lost the digits of its
        # logarithm; the two logarithms are then so far apart that their difference is safe.
        log_ratio = np.where(
            (ratio >= SMALLEST_NORMAL) & (ratio < np.inf), np.log(ratio), np.log(b) - np.log(a)
        )
        far = difference - a * log_ratio
    return np.where(a == 0.0, b, np.where(near, close, far))
