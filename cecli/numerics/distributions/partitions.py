"""Certain lower bounds of divergences, from the classes whose probabilities are known of both.

These classes, and all others as one, are a partition of the classes. Divergences of what a
partition tells are not larger than those of all classes (the data processing inequality), and are
the same if nothing is left over.

References
----------
Cover, T. M. and Thomas, J. A. (2006), Elements of Information Theory, section 2.8.
Csiszár, I. and Shields, P. C. (2004), Information Theory and Statistics: A Tutorial, lemma 4.1.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cecli.numerics import Floats
from cecli.numerics.distributions.divergences import excess, js_terms
from cecli.numerics.distributions.exponential import exp
from cecli.numerics.distributions.shares import sum_over_classes

# A rest of less than this may be the rounding of log-probabilities that have seven digits. It is
# then taken together with a class that is likely of both, which is a partition as well.
ROUNDING = 1e-5
# The most numbers that are looked at together.
AT_ONCE = 1 << 20


class DivergenceBounds(NamedTuple):
    """Lower bounds of each row, in nats, and what is known of it; shape (n,) each.

    Attributes
    ----------
    known_p, known_q : the probability of the classes that are known of both.
    """

    kl: Floats
    reverse_kl: Floats
    js_divergence: Floats
    known_p: Floats
    known_q: Floats


def bounds(counts: NDArray[np.int64], log_p: Floats, log_q: Floats) -> DivergenceBounds:
    """Return lower bounds of the divergences of q from p in each row.

    Parameters
    ----------
    counts : the number of classes of each row whose probabilities are known of both, shape (n,).
    log_p, log_q : their log-probabilities, row after row, shape (sum of counts,).

    Examples
    --------
    >>> import numpy as np
    >>> p, q = np.log(np.array([0.5, 0.25])), np.log(np.array([0.25, 0.5]))
    >>> bounds(np.array([2]), p, q).kl.round(6).tolist()
    [0.173287]
    """
    found = np.zeros((len(DivergenceBounds._fields), len(counts)))
    starts = np.cumsum(counts) - counts
    for size in np.unique(counts[counts > 0]).tolist():
        rows = np.flatnonzero(counts == size)
        step = max(1, AT_ONCE // size)
        for first in range(0, len(rows), step):
            some = rows[first : first + step]
            places = starts[some] + np.arange(size)[:, np.newaxis]
            found[:, some] = _of_alike(exp(log_p[places]), exp(log_q[places]))
    return DivergenceBounds(*found)


def _of_alike(p: Floats, q: Floats) -> list[Floats]:
    """Return the bounds of rows with as many known classes, shape (K, n) each."""
    known = [np.asarray(sum_over_classes(side)) for side in (p, q)]
    rests = [1.0 - total for total in known]
    is_tiny = np.minimum(*rests) < ROUNDING
    likeliest = np.arange(len(p))[:, np.newaxis] == np.minimum(p, q).argmax(axis=0)
    p, q = (
        np.concatenate([side + likeliest * (is_tiny * rest), [np.where(is_tiny, 0.0, rest)]])
        for side, rest in zip((p, q), rests, strict=True)
    )
    difference = q - p
    return [
        sum_over_classes(excess(p, q, difference)),
        sum_over_classes(excess(q, p, 0.0 - difference)),
        sum_over_classes(js_terms(p, q, difference)),
        *known,
    ]
