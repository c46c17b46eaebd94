"""The noncentral chi-squared distribution, and intervals for its noncentrality."""

import math
from collections.abc import Callable
from functools import cache
from statistics import NormalDist

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.scalars import erfc
from cecli.numerics.tails import tail

# The nodes of the quadrature, and the standard deviations of a normal variable that it spans.
NODES, REACH = 96, 10.0
MOST_STEPS = 100
# The relative error of a root.
ROUNDING = 2.0**-51


def noncentral_tail(x: float, degrees: int, noncentrality: float) -> float:
    """Return P(X > x) for a noncentral χ² distributed X.

    Parameters
    ----------
    x, noncentrality : at least 0, and finite.
    degrees : of freedom, at least 1.

    Notes
    -----
    X = Z² + Y, with Z normal of mean √noncentrality and Y of χ² with one degree of freedom less:

      P(X > x) = P(|Z| > √x) + ∫ φ(z − √noncentrality) P(Y > x − z²) dz,  |z| < √x.

    All terms are positive. The integral is Gauss's after z = √x sin θ, which makes it smooth at the
    ends; its cost does not grow with the noncentrality, as that of the series of Poisson weights
    does. The absolute error is below 1e−12.

    References
    ----------
    Johnson, N. L., Kotz, S., Balakrishnan, N. (1995), Continuous Univariate Distributions, volume
    2, chapter 29.

    Examples
    --------
    >>> round(noncentral_tail(3.841458820694124, 1, 0.0), 12)
    0.05
    """
    root, center = math.sqrt(x), math.sqrt(noncentrality)
    outside = _normal_tail(root - center) + _normal_tail(root + center)
    if degrees == 1 or root == 0.0:
        return min(1.0, outside)
    low, high = (
        math.asin(min(1.0, max(-1.0, end / root))) for end in (center - REACH, center + REACH)
    )
    nodes, weights = _quadrature()
    angles = (low + high) / 2.0 + (high - low) / 2.0 * nodes
    across = root * np.cos(angles)
    density = np.exp(-0.5 * (root * np.sin(angles) - center) ** 2) / math.sqrt(2.0 * math.pi)
    rest = [tail(y * y, degrees - 1) for y in across.tolist()]
    inside = (high - low) / 2.0 * float(np.sum(weights * density * across * np.array(rest)))
    return min(1.0, outside + inside)


@cache
def _quadrature() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return nodes, weights


def _normal_tail(x: float) -> float:
    return 0.5 * erfc(x / math.sqrt(2.0))


def noncentralities(x: float, degrees: int, level: float) -> tuple[float, float]:
    """Return the interval of the noncentrality, given one draw from the distribution.

    Parameters
    ----------
    x : the draw, at least 0.
    degrees : of freedom, at least 1.
    level : the share of intervals that hold the noncentrality.

    Notes
    -----
    The ends δ solve P(X ≥ x | lower) = P(X ≤ x | upper) = (1 − level)/2; the lower end is 0 where
    P(X ≥ x | 0) is greater. A draw below the mean at a noncentrality of 0, which is `degrees`,
    would give an upper end near 0, or none: luck is no knowledge, and so the upper end is that of
    the mean. This only makes intervals wider.

    References
    ----------
    Kent, J. T., Hainsworth, T. J. (1995), Confidence intervals for the noncentral chi-squared
    distribution. Journal of Statistical Planning and Inference 46:147-159.
    Cowan, G., Cranmer, K., Gross, E., Vitells, O. (2011), Power-constrained limits.
    arXiv:1105.3166

    Examples
    --------
    >>> low, high = noncentralities(20.0, 2, 0.95)
    >>> round(low, 2), round(high, 2)
    (5.56, 40.17)
    """
    beyond = (1.0 - level) / 2.0
    reach = NormalDist().inv_cdf(1.0 - beyond)

    def at(draw: float) -> Callable[[float], float]:
        return lambda root: noncentral_tail(draw, degrees, root * root)

    known = max(x, float(degrees))
    upper = _increasing_root(at(known), 1.0 - beyond, math.sqrt(known) + reach)
    if tail(x, degrees) >= beyond:
        return 0.0, _rounded(upper)
    return _rounded(_increasing_root(at(x), beyond, math.sqrt(x))), _rounded(upper)


def _rounded(root: float) -> float:
    """Return the square to ten digits, which are the same on every machine; sines may differ."""
    return float(f"{root * root:.10g}")


def _increasing_root(function: Callable[[float], float], value: float, high: float) -> float:
    """Return where an increasing function of a number from 0 to `high` reaches a value.

    Notes
    -----
    Inverse quadratic interpolation where three points are near such a curve, and bisection else.

    References
    ----------
    Chandrupatla, T. R. (1997), A new hybrid quadratic/bisection algorithm for finding the zero of a
    nonlinear function without using derivatives. doi:10.1016/S0965-9978(96)00051-8
    """
    # The root is between x and y; z is the point before.
    x, y, share = high, 0.0, 0.5
    at_x, at_y = function(x) - value, function(y) - value
    if at_x <= 0.0 or at_y >= 0.0:
        return x if at_x <= 0.0 else y
    for _ in range(MOST_STEPS):
        point = x + share * (y - x)
        found = function(point) - value
        if (found < 0.0) == (at_x < 0.0):
            z, at_z = x, at_x
        else:
            z, at_z, y, at_y = y, at_y, x, at_x
        x, at_x = point, found
        least = ROUNDING * max(x, y) / abs(y - x)
        if least > 0.5 or found == 0.0:
            break
        across, along = (x - y) / (z - y), (at_x - at_y) / (at_z - at_y)
        share = 0.5
        if along * along < across and (1.0 - along) * (1.0 - along) < 1.0 - across:
            of_z = (z - x) / (y - x) * at_x / (at_z - at_x) * at_y / (at_z - at_y)
            share = at_x / (at_y - at_x) * at_z / (at_y - at_z) + of_z
        share = min(max(share, least), 1.0 - least)
    return x
