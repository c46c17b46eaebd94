"""The tail of the χ² distribution, for likelihood-ratio tests."""

import math


def tail(x: float, degrees: int) -> float:
    """Return P(X > x) for X that is χ² distributed.

    Parameters
    ----------
    x : at least 0.
    degrees : of freedom, at least 1.

    Notes
    -----
    Q(k/2, x/2) by its recurrence Q(s + 1, y) = Q(s, y) + y^s e^−y / Γ(s + 1), from
    Q(1/2, y) = erfc √y or Q(1, y) = e^−y: all terms are positive, and none is lost.

    References
    ----------
    NIST Digital Library of Mathematical Functions, 8.8.2. https://dlmf.nist.gov/8.8

    Examples
    --------
    >>> round(tail(3.841458820694124, 1), 12)
    0.05
    """
    y = x / 2.0
    half = degrees % 2 == 1
    s, total = (0.5, math.erfc(math.sqrt(y))) if half else (1.0, math.exp(-y))
    while s < degrees / 2.0:
        if y > 0.0:
            total += math.exp(s * math.log(y) - y - math.lgamma(s + 1.0))
        s += 1.0
    return min(1.0, total)
