"""Tests of whether two samples are of one distribution, and what chance alone brings about."""

import math
from collections.abc import Sequence
from functools import cache

from cecli.numerics.scalars import exp, log
from cecli.numerics.tails import tail

# Up to so many points of the lattice of all pairs of ranks, the test of two samples is exact.
MOST_POINTS = 250_000
# Terms of either series of Kolmogorov's distribution; each is exact far beyond a double here. Below
# the least argument, the tail is 1 in doubles.
TERMS = 20
HALF_WAY, LEAST = 1.0, 0.125


def kolmogorov_tail(x: float) -> float:
    """Return P(K > x), K the largest absolute value of a Brownian bridge.

    Notes
    -----
    2 Σ (−1)^(j−1) e^(−2j²x²) for large x, and 1 − √(2π)/x Σ e^(−(2j−1)²π²/(8x²)) for small x.

    References
    ----------
    Kolmogorov, A. N. (1933). Feller, W. (1948), On the Kolmogorov-Smirnov limit theorems for
    empirical distributions. doi:10.1214/aoms/1177730243

    Examples
    --------
    >>> round(kolmogorov_tail(1.358), 4), kolmogorov_tail(0.0)
    (0.05, 1.0)
    """
    if x < LEAST:
        return 1.0
    if x < HALF_WAY:
        scale = math.pi * math.pi / (8.0 * x * x)
        terms = (exp(-((2 * j - 1) ** 2) * scale) for j in range(1, TERMS))
        return 1.0 - math.sqrt(2.0 * math.pi) / x * math.fsum(terms)
    signed = ((-1.0) ** (j - 1) * exp(-2.0 * j * j * x * x) for j in range(1, TERMS))
    return min(1.0, 2.0 * math.fsum(signed))


def largest_difference_tail(difference: float, first: float, second: float) -> float:
    """Return how often two samples of one distribution differ as much, or more.

    Parameters
    ----------
    difference : the largest difference of the two cumulative distributions.
    first, second : sizes of the samples, positive; whole numbers for samples without weights.

    Notes
    -----
    Exact for samples of up to MOST_POINTS pairs, where no two values are equal; with equal values
    it is too large, never too small. For larger samples it is the limit, with the correction of
    Stephens.

    References
    ----------
    Hodges, J. L. (1958), The significance probability of the Smirnov two-sample test.
    doi:10.1007/BF02589501
    Stephens, M. A. (1970), Use of the Kolmogorov-Smirnov, Cramér-von Mises and related statistics
    without extensive tables. doi:10.1111/j.2517-6161.1970.tb00821.x

    Examples
    --------
    >>> round(largest_difference_tail(1.0, 3.0, 3.0), 12)
    0.1
    """
    if first.is_integer() and second.is_integer() and first * second <= MOST_POINTS:
        return _exact_tail(difference, int(first), int(second))
    root = math.sqrt(first * second / (first + second))
    return kolmogorov_tail((root + 0.12 + 0.11 / root) * difference)


def _exact_tail(difference: float, first: int, second: int) -> float:
    """Return the share of all orders of two samples in which they differ as much.

    A path leads through the lattice: a step to the right for each value of the first sample, and
    one up for each of the second. The shares of paths that reach the difference are added up where
    they first do, so that no small share is a difference of large ones.
    """
    far = round(difference * first * second)
    if far <= 0:
        return 1.0
    reached: list[float] = []
    column = [0.0] * (second + 1)
    for i in range(first + 1):
        for j in range(second + 1):
            share = 1.0 if i == j == 0 else 0.0
            if i:
                share += column[j] * ((first - i + 1) / (first - i + 1 + second - j))
            if j:
                share += column[j - 1] * ((second - j + 1) / (first - i + second - j + 1))
            if abs(i * second - j * first) >= far:
                reached.append(share)
                share = 0.0
            column[j] = share
    return min(1.0, math.fsum(reached))


@cache
def chi_squared_quantile(level: float, degrees: int) -> float:
    """Return the x with P(X > x) = 1 − level for a χ² distributed X.

    Examples
    --------
    >>> round(chi_squared_quantile(0.95, 9), 3)
    16.919
    """
    low, high = 0.0, float(degrees + 1)
    while tail(high, degrees) > 1.0 - level:
        low, high = high, 2.0 * high
    while low < (middle := (low + high) / 2.0) < high:
        low, high = (middle, high) if tail(middle, degrees) > 1.0 - level else (low, middle)
    return high


def homogeneity(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Pearson's χ² of two samples of counts, each above 0 in total.

    Parameters
    ----------
    first, second : counts in the same classes, none empty in both.

    Examples
    --------
    >>> homogeneity([10.0, 20.0], [20.0, 10.0])
    6.666666666666667
    """
    n, m = math.fsum(first), math.fsum(second)
    terms = ((a * m - b * n) ** 2 / (a + b) for a, b in zip(first, second, strict=True))
    return math.fsum(terms) / (n * m)


# ½ ln 2π, and the argument from which Stirling's series has all digits of a double.
HALF_LOG_2PI, LARGE = 0.5 * log(2.0 * math.pi), 16.0


def log_gamma(x: float) -> float:
    """Return ln Γ(x), x > 0.

    References
    ----------
    Abramowitz, M., Stegun, I. A. (1964), Handbook of Mathematical Functions, 6.1.41.

    Examples
    --------
    >>> round(log_gamma(5.0) - log(24.0), 12), round(log_gamma(0.5), 12)
    (0.0, 0.572364942925)
    """
    below = 0.0
    while x < LARGE:
        below += log(x)
        x += 1.0
    w = 1.0 / (x * x)
    series = (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / x
    return (x - 0.5) * log(x) - x + HALF_LOG_2PI + series - below
