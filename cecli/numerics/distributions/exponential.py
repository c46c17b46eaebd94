"""Exponentials that are the same on every machine.

As for logarithms, there are only additions, multiplications and divisions, and the compiled form
has the same bits.

x = k·ln 2 + r with |r| ≤ ½ ln 2, and eʳ − 1 = r + ½r² + … by a rational function.

References
----------
Sun Microsystems (1993), s_expm1.c of FreeBSD's msun: the reduction and the coefficients.
"""

from typing import Any, NamedTuple

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.distributions.logarithm import (
    BIAS,
    FRACTION,
    LN2_HIGH,
    LN2_LOW,
    in_pieces,
    mapped,
)

try:
    from cecli.numerics.distributions import elementary
except ImportError:
    elementary = None  # type: ignore[assignment]
# A double of this and more, up to twice as much, has a whole number for its last bits.
WHOLE = 1.5 * 2.0**52
PER_LN2 = 1.44269504088896338700e00
COEFFICIENTS = (
    -3.33333333333331316428e-02,
    1.58730158725481460165e-03,
    -7.93650757867487942473e-05,
    4.00821782732936239552e-06,
    -2.01099218183624371326e-07,
)
# Beyond these, results are 0 or ∞, and −1 or ∞.
MOST, MOST_LESS_ONE, LEAST_LESS_ONE = 800.0, 710.0, -60.0
TINY = 2.0**-54


def exp(x: Floats) -> Floats:
    """Return eˣ: 0 and ∞ beyond the range.

    Parameters
    ----------
    x : of any shape.

    Notes
    -----
    Within 0.6 ulp.

    Examples
    --------
    >>> exp(np.array([-np.inf, -745.0, 0.0, 1.0])).tolist()
    [0.0, 5e-324, 1.0, 2.718281828459045]
    """
    return mapped(_exp if elementary is None else elementary.exp_of, x)


def expm1(x: Floats) -> Floats:
    """Return eˣ − 1, accurate even if eˣ is nearly 1: −1 and ∞ beyond the range.

    Parameters
    ----------
    x : of any shape.

    Notes
    -----
    Within 0.9 ulp.

    Examples
    --------
    >>> expm1(np.array([-np.inf, 1e-300, -0.75])).tolist()
    [-1.0, 1e-300, -0.5276334472589853]
    """
    return mapped(_expm1 if elementary is None else elementary.expm1_of, x)


class Reduced(NamedTuple):
    """Such that eˣ = 2ᵏ·(1 + r − lost)."""

    r: Any
    lost: Any

    @property
    def power(self) -> Any:
        """1 + r − lost."""
        total = 1.0 + self.r
        return total + ((self.r - (total - 1.0)) - self.lost)


def reduced(x: Any, k: Any) -> Reduced:
    """Return x less k·ln 2, of numbers or arrays; k is x/ln 2 rounded to a whole number."""
    high, low = x - k * LN2_HIGH, k * LN2_LOW
    r = high - low
    rounded = (high - r) - low
    half = 0.5 * r
    z = r * half
    a, b, c, d, e = COEFFICIENTS
    ratio = 1.0 + z * (a + z * (b + z * (c + z * (d + z * e))))
    t = 3.0 - ratio * half
    more = z * ((ratio - t) / (6.0 - r * t))
    return Reduced(r, (r * (more - rounded) - rounded) - z)


def _whole(x: Floats) -> Floats:
    """Return x rounded to a whole number."""
    return (x + WHOLE) - WHOLE


def _power_of_two(k: Floats) -> Floats:
    """Return 2ᵏ, for whole numbers from −1022 to 1023."""
    return (((k + WHOLE).view(np.int64) << FRACTION) + (BIAS << FRACTION)).view(np.float64)


@in_pieces
def _exp(x: Floats) -> Floats:
    x = np.clip(x, -MOST, MOST)
    k = _whole(x * PER_LN2)
    power = reduced(x, k).power
    # In two steps, because 2ᵏ may be no normal number.
    some = _whole(0.5 * k)
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(power * _power_of_two(some) * _power_of_two(k - some))


@in_pieces
def _expm1(x: Floats) -> Floats:
    clipped = np.clip(x, LEAST_LESS_ONE, MOST_LESS_ONE)
    k = _whole(clipped * PER_LN2)
    r, lost = reduced(clipped, k)
    # Half of 2ᵏ·(r − lost) + (2ᵏ − 1), because 2ᵏ may be infinite.
    scale = _power_of_two(k - 1.0)
    a, b = scale - 0.5, scale * r
    total = a + b
    part = total - a
    rounded = ((scale - a) - 0.5) + ((a - (total - part)) + (b - part))
    with np.errstate(over="ignore"):
        found = 2.0 * (total + (rounded - scale * lost))
    return np.where(np.abs(x) < TINY, x, found)
