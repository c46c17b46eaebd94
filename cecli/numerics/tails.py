"""Tails of Student's t, Hotelling's T² and χ², quantiles of Student's t, adjusted p-values."""

import math
from collections.abc import Sequence
from functools import cache

from cecli.numerics.scalars import erfc, exp, log

try:
    # The continued fraction, compiled.
    from cecli.numerics import scalar_loops
except ImportError:
    scalar_loops = None  # type: ignore[assignment]

# The continued fraction of the incomplete beta function ends when a step changes it by less.
LEAST_CHANGE = 1e-16
MOST_STEPS = 10_000
TINY = 1e-300
# From here on, the first terms of a series suffice.
LARGE = 16.0
# Further from a quantile than this share of it, a tail need not be computed to compare it. Newton's
# method converges quadratically: after a step as small as this, it is much nearer.
NEAR, CONVERGED, MOST_NEWTON = 1e-10, 1e-6, 40
# Of χ², the recurrence would take too long from here on.
MANY_DEGREES = 100_000


def upper_tail(t: float, freedom: float) -> float:
    """Return P(T > t) for Student's t distribution.

    Parameters
    ----------
    t : any number, also infinite.
    freedom : degrees of freedom, positive; infinite for the normal distribution.

    Notes
    -----
    ½ I_x(ν/2, ½) with x = ν/(ν + t²): the relative error stays below 1e−12 far into the tail, up to
    10⁴ degrees of freedom, and below 1e−6 up to 10⁹.

    References
    ----------
    Abramowitz, M., Stegun, I. A. (1964), Handbook of Mathematical Functions, 26.7.1 and, for the
    logarithms of Γ, 6.1.40.

    Examples
    --------
    >>> upper_tail(0.0, 5.0), round(upper_tail(12.706, 1.0), 5)
    (0.5, 0.025)
    """
    if math.isinf(t):
        return 0.0 if t > 0 else 1.0
    if math.isinf(freedom):
        return 0.5 * erfc(t / math.sqrt(2.0))
    square = t * t
    # x and 1 − x are both passed, so that neither is a rounded difference.
    tail = 0.5 * _beta(
        freedom / 2.0, 0.5, freedom / (freedom + square), square / (freedom + square)
    )
    return tail if t > 0.0 else 1.0 - tail


# Many groups have the same number of rows, so each search is cached.
@cache
def quantile(level: float, freedom: float) -> float:
    """Return the quantile of Student's t distribution at a level of at least ½.

    Examples
    --------
    >>> round(quantile(0.975, 1.0), 3), round(quantile(0.975, math.inf), 3)
    (12.706, 1.96)
    """
    if level <= 0.5:
        return 0.0
    near = _near_quantile(level, freedom)

    def is_below(t: float) -> bool:
        if abs(t - near) > NEAR * near:
            return t < near
        return upper_tail(t, freedom) > 1.0 - level

    low, high = 0.0, 1.0
    while is_below(high):
        low, high = high, 2.0 * high
    while low < (middle := (low + high) / 2.0) < high:
        if is_below(middle):
            low = middle
        else:
            high = middle
    return high


def _near_quantile(level: float, freedom: float) -> float:
    """Return the quantile, within a share of NEAR; NaN, from which nothing is far, if in doubt.

    Notes
    -----
    Newton's method for ln P(T > t) as a function of ln t, which is concave.
    """
    if freedom < 1.0:
        return math.nan
    t, target = 2.0, log(1.0 - level)
    for _ in range(MOST_NEWTON):  # pragma: no branch: it converges, up to 10¹¹ degrees of freedom
        tail = upper_tail(t, freedom)
        if not 0.0 < tail < 1.0:
            break
        step = (log(tail) - target) * tail / (t * _density(t, freedom))
        t *= exp(step)
        if abs(step) < CONVERGED:
            return t
    return math.nan


def _density(t: float, freedom: float) -> float:
    if math.isinf(freedom):
        return exp(-0.5 * t * t) / math.sqrt(2.0 * math.pi)
    power = 0.5 * (freedom + 1.0) * log(1.0 + t * t / freedom)
    return exp(-power - _log_beta(freedom / 2.0, 0.5)) / math.sqrt(freedom)


def _beta(a: float, b: float, x: float, rest: float) -> float:
    """Return I_x(a, b), the regularized incomplete beta function; rest is 1 − x."""
    if x == 0.0 or rest == 0.0:
        return 0.0 if x == 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _beta(b, a, rest, x)
    power = a * log(x) + b * log(rest)
    return exp(power - _log_beta(a, b)) / a / _fraction(a, b, x)


def hotelling_tail(statistic: float, degrees: int, draws: int) -> float:
    """Return P(S > statistic) for S = gᵀV⁻¹g, g = Σsᵢ, V = Σsᵢsᵢᵀ, of normal vectors of mean 0.

    Parameters
    ----------
    statistic : from 0 to `draws`, the largest possible value.
    degrees : the dimension of the vectors, at least 1.
    draws : the number of vectors, above `degrees`.

    Notes
    -----
    I_{1−b}((C − k)/2, k/2) with b = S/C: S/C is Beta(k/2, (C − k)/2) distributed, since
    T² = (C − 1)(S/C)/(1 − S/C) is Hotelling's. The limit for many draws is χ² with k degrees.

    References
    ----------
    Hotelling, H. (1931), The generalization of Student's ratio. doi:10.1214/aoms/1177732979

    Examples
    --------
    >>> round(hotelling_tail(4.0, 2, 10), 12) == round((1 - 0.4) ** 4, 12)
    True
    """
    share = min(1.0, statistic / draws)
    return _beta((draws - degrees) / 2.0, degrees / 2.0, 1.0 - share, share)


def _log_beta(a: float, b: float) -> float:
    """Return ln B(a, b), with a or b a multiple of ½.

    B(a, b) = B(a, b − 1)·(b − 1)/(a + b − 1) leads to b = 1 or ½.
    """
    larger, smaller = max(a, b), min(a, b)
    if smaller > 1.0:
        factor = log((smaller - 1.0) / (larger + smaller - 1.0))
        return factor + _log_beta(larger, smaller - 1.0)
    if smaller == 1.0:
        return 0.0 - log(larger)
    factor = 1.0
    # B(z, ½) = B(z + 1, ½)·(z + ½)/z.
    while larger < LARGE:
        factor *= (larger + 0.5) / larger
        larger += 1.0
    # ln Γ(z + ½) − ln Γ(z) as a series: a difference of logarithms this large loses digits.
    z = 1.0 / larger
    w = z * z
    series = z * (1 / 8 - w * (1 / 192 - w * (1 / 640 - w * (17 / 14336))))
    return 0.5 * log(math.pi * z * factor * factor) + series


def _fraction(a: float, b: float, x: float) -> float:
    """Return 1 + d₁/(1 + d₂/(1 + …)), the continued fraction 26.5.8, evaluated from the front."""
    if scalar_loops is not None:
        return scalar_loops.beta_fraction(a, b, x, MOST_STEPS, LEAST_CHANGE, TINY)
    value = numerator = 1.0
    denominator = 0.0
    for step in range(1, MOST_STEPS):  # pragma: no branch: it converges before
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        denominator = 1.0 / ((1.0 + term * denominator) or TINY)
        numerator = (1.0 + term / numerator) or TINY
        value *= numerator * denominator
        if abs(numerator * denominator - 1.0) < LEAST_CHANGE:
            break
    return value


def tail(x: float, degrees: int) -> float:
    """Return P(X > x) for a χ² distributed X.

    Parameters
    ----------
    x : at least 0, also infinite.
    degrees : of freedom, at least 1.

    Notes
    -----
    Q(k/2, x/2) by its recurrence Q(s + 1, y) = Q(s, y) + y^s e^−y / Γ(s + 1), from
    Q(1/2, y) = erfc √y or Q(1, y) = e^−y: all terms are positive, so nothing cancels. Beyond
    MANY_DEGREES, (X/k)^⅓ is taken as normal, with an error below 1e-7.

    References
    ----------
    NIST Digital Library of Mathematical Functions, 8.8.2. https://dlmf.nist.gov/8.8
    Wilson, E. B., Hilferty, M. M. (1931), The distribution of chi-square.

    Examples
    --------
    >>> round(tail(3.841458820694124, 1), 12)
    0.05
    """
    if math.isinf(x):
        return 0.0
    if degrees > MANY_DEGREES:
        variance = 2.0 / (9.0 * degrees)
        root = exp(log(x / degrees) / 3.0) if x > 0.0 else 0.0
        return upper_tail((root - 1.0 + variance) / math.sqrt(variance), math.inf)
    y = x / 2.0
    half = degrees % 2 == 1
    s, total = (0.5, erfc(math.sqrt(y))) if half else (1.0, exp(-y))
    # ln Γ(s + 1), from Γ(3/2) = ½√π or Γ(2) = 1.
    log_gamma = 0.5 * log(math.pi / 4.0) if half else 0.0
    while s < degrees / 2.0:
        if y > 0.0:
            total += exp(s * log(y) - y - log_gamma)
        s += 1.0
        log_gamma += log(s)
    return min(1.0, total)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Return adjusted p-values: rejecting all below α keeps the family-wise error rate at α.

    Undefined p-values count as hypotheses, and stay undefined.

    References
    ----------
    Holm, S. (1979), A simple sequentially rejective multiple test procedure.
    https://www.jstor.org/stable/4615733

    Examples
    --------
    >>> holm([0.04, 0.01, None])
    [0.08, 0.03, None]
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p))
        adjusted[place] = largest
    return adjusted
