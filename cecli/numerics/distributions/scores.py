"""Scores that are no information: squared error, and right decisions."""

import numpy as np

from cecli.numerics import Floats
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
