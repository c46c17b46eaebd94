"""Tails of skewed sums: those of a gamma distribution that is moved and scaled.

A sum of many independent terms is nearly normal, but its tails are not: where it is skewed, the
far one holds many times what the normal distribution says. A gamma distribution with the same
skewness (Pearson's type III) follows it there, since sums of rare events are nearly gamma
distributed.

References
----------
Pearson, K. (1895), Contributions to the mathematical theory of evolution, II. Skew variation in
homogeneous material. doi:10.1098/rsta.1895.0010
NIST Digital Library of Mathematical Functions, 8.9.2 and 8.11.4. https://dlmf.nist.gov/8
"""

import math

from cecli.numerics.scalars import exp, log
from cecli.numerics.tails import LARGE, LEAST_CHANGE, TINY, upper_tail

# A sum of a smaller skewness has the tails of the normal distribution, to 0.1 % at five standard
# deviations; a gamma distribution would need thousands of steps.
SYMMETRIC = 2e-3
MOST_STEPS = 100_000


def two_tails(z: float, skewness: float) -> float:
    """Return P(|X| > |z|) for an X of mean 0, variance 1 and this skewness.

    Examples
    --------
    >>> round(two_tails(1.959963984540054, 0.0), 12), round(two_tails(3.5, 0.5), 5)
    (0.05, 0.00195)
    """
    z, skewness = abs(z), abs(skewness)
    if skewness < SYMMETRIC or math.isinf(z):
        return 2.0 * upper_tail(z, math.inf)
    # (G − a)/√a has the skewness 2/√a, if G is gamma distributed with the shape a.
    shape = 4.0 / skewness**2
    away = z * math.sqrt(shape)
    below = lower_gamma(shape, shape - away) if away < shape else 0.0
    return min(1.0, upper_gamma(shape, shape + away) + below)


def skewed_tail(x: float, mean: float, variance: float, third: float) -> float:
    """Return P(X > x) for an X with these cumulants, the third of which is above 0.

    Examples
    --------
    >>> round(skewed_tail(5.991464547107979, 2.0, 4.0, 16.0), 12)
    0.05
    """
    shape, scale = 4.0 * variance**3 / third**2, third / (2.0 * variance)
    moved = (x - mean) / scale + shape
    return upper_gamma(shape, moved) if moved > 0.0 else 1.0


def upper_gamma(shape: float, x: float) -> float:
    """Return P(G > x) for a gamma distributed G of scale 1: Q(a, x).

    Notes
    -----
    A continued fraction of positive terms above the mean, and 1 − P(a, x) below it. The relative
    error is about 1e−15·a above the mean.
    """
    if x < shape + 1.0:
        return 1.0 - lower_gamma(shape, x)
    return min(1.0, shape * _density(shape, x) * _fraction(shape, x))


def lower_gamma(shape: float, x: float) -> float:
    """Return P(G ≤ x) for a gamma distributed G of scale 1: P(a, x), x > 0.

    Notes
    -----
    xᵃe⁻ˣ/Γ(a + 1) · Σ xⁿ/((a + 1)…(a + n)) below the mean.
    """
    if x >= shape + 1.0:
        return 1.0 - upper_gamma(shape, x)
    term = total = 1.0
    above = shape
    while term > total * LEAST_CHANGE:
        above += 1.0
        term *= x / above
        total += term
    return min(1.0, _density(shape, x) * total)


def _density(shape: float, x: float) -> float:
    """Return xᵃe⁻ˣ/Γ(a + 1)."""
    # Γ(a + 1) = Γ(a + m + 1)/((a + 1)…(a + m)), and Stirling's series from there.
    factor, top = 1.0, shape
    while top < LARGE:
        top += 1.0
        factor *= top
    z = 1.0 / top
    w = z * z
    series = z * (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w / 1680)))
    power = shape * log(x) - x - top * log(top) + top
    return exp(power - 0.5 * log(2.0 * math.pi * top) - series) * factor


def _fraction(shape: float, x: float) -> float:
    """Return Γ(a, x)/(xᵃe⁻ˣ) for x > a, by Lentz's evaluation of its continued fraction."""
    place = x + 1.0 - shape
    numerator, denominator = 1.0 / TINY, 1.0 / place
    value = denominator
    for step in range(1, MOST_STEPS):  # pragma: no branch: it converges before
        term = step * (shape - step)
        place += 2.0
        denominator = 1.0 / ((term * denominator + place) or TINY)
        numerator = (place + term / numerator) or TINY
        value *= numerator * denominator
        if abs(numerator * denominator - 1.0) < LEAST_CHANGE:
            break
    return value
