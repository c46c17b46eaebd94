"""Moments of the logarithm of the ratio of two predictions, before the outcome is known."""

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.distributions.distributions import Distributions
from cecli.numerics.distributions.shares import sum_over_classes

try:
    # The same moments, compiled.
    from cecli.numerics.distributions import class_loops as class_loops
except ImportError:
    class_loops = None  # type: ignore[assignment]


def log_ratio_moments(p: Distributions, q: Distributions) -> tuple[Floats, Floats, Floats]:
    """Return the mean, variance and fourth central moment of ln p_k − ln q_k, for each row.

    The class k is drawn from (p + q)/2. A class that neither can be has no part in them.

    Returns
    -------
    shape (n,) each; not finite where just one of the two has a probability of 0 for a class.

    Notes
    -----
    Let d_k = ln p_k − ln q_k and s_k = (p_k + q_k)/2. The mean is m = Σ s_k d_k, the variance
    Σ s_k (d_k − m)², and the fourth moment Σ s_k (d_k − m)⁴. Shares are divided by their sum, since
    probabilities that were read need not add up to exactly 1.

    Examples
    --------
    >>> import numpy as np
    >>> from cecli.numerics.distributions.bernoulli import BernoulliProbabilities as Probabilities
    >>> p, q = Probabilities(np.array([0.75])), Probabilities(np.array([0.25]))
    >>> mean, variance, fourth = log_ratio_moments(p, q)
    >>> float(mean[0]), round(float(variance[0]), 3)
    (0.0, 1.207)
    """
    if class_loops is not None:
        given = (p.prob, q.prob, p.surprisal, q.surprisal)
        own, other, surprisal, other_surprisal = map(np.ascontiguousarray, given)
        return class_loops.log_ratio_moments(own, other, surprisal, other_surprisal)
    share = p.prob + q.prob
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        apart = q.surprisal - p.surprisal
        apart[share == 0.0] = 0.0
        total = sum_over_classes(share)
        mean = np.asarray(sum_over_classes(share * apart) / total)
        # In place, as these arrays are as large as all predictions.
        apart -= mean
        apart *= apart
        share *= apart
        variance = np.asarray(sum_over_classes(share) / total)
        share *= apart
        return mean, variance, np.asarray(sum_over_classes(share) / total)
