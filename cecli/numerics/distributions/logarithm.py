"""Natural logarithms that are the same on every machine.

Those of numpy use the C library, or vector code for some processors, and differ in the last bit
between machines. These use only additions, multiplications and divisions, which IEEE 754 rounds in
the same way everywhere. So results depend neither on the machine nor on whether the compiled form
was built: it has the same bits.

x = 2ᵏ·m with m in [√½, √2), and ln m = 2·artanh(s), s = (m − 1)/(m + 1), by a polynomial in s².

References
----------
Sun Microsystems (1993), e_log.c of FreeBSD's msun: the reduction and the coefficients.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from cecli.numerics import Floats

try:
    from cecli.numerics.distributions import elementary
except ImportError:
    elementary = None  # type: ignore[assignment]
SMALLEST_NORMAL = float(np.finfo(np.float64).smallest_normal)
FRACTION, BIAS = 52, 1023
# √½ and 1, as bits.
ROOT_HALF = np.int64(0x3FE6A09E667F3BCD)
ONE = np.int64(0x3FF0000000000000)
# ln 2 in two parts: k times the first is exact.
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10
EVEN = (3.999999999940941908e-01, 2.222219843214978396e-01, 1.531383769920937332e-01)
ODD = (
    6.666666666666735130e-01,
    2.857142874366239149e-01,
    1.818357216161805012e-01,
    1.479819860511658591e-01,
)


def log(x: Floats) -> Floats:
    """Return ln x: −∞ at 0, NaN below.

    Parameters
    ----------
    x : of any shape.

    Notes
    -----
    Within 0.9 ulp.

    Examples
    --------
    >>> log(np.array([0.0, 1.0, 5e-324])).tolist()
    [-inf, 0.0, -744.4400719213812]
    """
    return mapped(_log if elementary is None else elementary.log_of, x)


def log1p(x: Floats) -> Floats:
    """Return ln(1 + x), accurate even if 1 + x loses digits: −∞ at −1, NaN below.

    Parameters
    ----------
    x : of any shape, finite.

    Notes
    -----
    Within 1.5 ulp.

    Examples
    --------
    >>> log1p(np.array([-1.0, -0.5, 1e-300])).tolist()
    [-inf, -0.6931471805599453, 1e-300]
    """
    return mapped(_log1p if elementary is None else elementary.log1p_of, x)


# Arrays of this many numbers, and all intermediate ones, fit the cache.
PIECE = 1 << 12
Function = Callable[[Floats], Floats]


def mapped(function: Function, x: Floats) -> Floats:
    """Return a function of each number, defined for shape (n,), for an array of any shape."""
    return function(np.ascontiguousarray(x).reshape(-1)).reshape(x.shape)


def in_pieces(function: Function) -> Function:
    """Return the same function of each number, shape (n,), computed piece by piece."""

    def mapping(x: Floats) -> Floats:
        found = np.empty(x.shape)
        for start in range(0, x.size, PIECE):
            piece = slice(start, start + PIECE)
            found[piece] = function(x[piece])
        return found

    return mapping


@in_pieces
def _log1p(x: Floats) -> Floats:
    total = 1.0 + x
    lost = np.where(x > 1.0, 1.0 - (total - x), x - (total - 1.0))
    return _log(total) + lost / np.where(total == 0.0, 1.0, total)


def log_from(f: Any, k: Any) -> Any:
    """Return ln(2ᵏ(1 + f)), of numbers or arrays, for 1 + f in [√½, √2)."""
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    half = 0.5 * f * f
    even = w * (EVEN[0] + w * (EVEN[1] + w * EVEN[2]))
    odd = z * (ODD[0] + w * (ODD[1] + w * (ODD[2] + w * ODD[3])))
    low = s * (half + (even + odd)) + k * LN2_LOW
    return k * LN2_HIGH - ((half - low) - f)


@in_pieces
def _log(x: Floats) -> Floats:
    subnormal = x < SMALLEST_NORMAL
    with np.errstate(over="ignore"):
        normal = np.where(subnormal, x * 2.0**54, x)
    moved = normal.view(np.int64) + (ONE - ROOT_HALF)
    k = (moved >> FRACTION) - np.where(subnormal, BIAS + 54, BIAS)
    f = ((moved & ((1 << FRACTION) - 1)) + ROOT_HALF).view(np.float64) - 1.0
    found = log_from(f, k)
    above = np.where(x < math.inf, found, x)
    return np.where(x > 0.0, above, np.where(x == 0.0, -math.inf, math.nan))


# Beyond this, x − log1p(x) loses less than a factor 12 and needs no series.
SERIES_BOUND = 0.2

# 2·atanh(r) = 2r + 2r³·Σ r²ᵏ/(2k + 3). With |x| ≤ 0.2, r² ≤ 1/81, so the tenth term is below 2⁻⁵³.
ATANH_TAIL = tuple(1.0 / (2 * k + 3) for k in range(10))


def x_minus_log1p(x: Floats) -> Floats:
    """Return x − ln(1 + x), which is never negative and zero only at x = 0.

    Parameters
    ----------
    x : shape (n,), float64, each > −1.

    Returns
    -------
    shape (n,), float64, ≥ 0.

    Notes
    -----
    For small x the value is about x²/2 and the plain difference has no correct digit. With
    r = x/(2 + x), ln(1 + x) = 2·atanh(r) and x − 2r = x·r, hence
    x − ln(1 + x) = r·(x − 2r²·(1/3 + r²/5 + r⁴/7 + …)): nothing cancels.
    Relative error below 4e−15 for x ≥ −1/2, and absolute error of that order elsewhere.

    References
    ----------
    Loader, C. (2000), Fast and accurate computation of binomial probabilities; the same
    expansion serves `log1pmx` in R.

    Examples
    --------
    >>> import numpy as np
    >>> float(x_minus_log1p(np.array([2.0**-40]))[0]) == 2.0**-81
    False
    >>> abs(float(x_minus_log1p(np.array([2.0**-40]))[0]) / 2.0**-81 - 1) < 1e-12
    True
    """
    r = x / (2.0 + x)
    r_squared = r * r
    tail = np.full_like(x, ATANH_TAIL[-1])
    for coefficient in reversed(ATANH_TAIL[:-1]):
        tail *= r_squared
        tail += coefficient
    series = r * (x - 2.0 * r_squared * tail)
    return np.where(np.abs(x) <= SERIES_BOUND, series, x - log1p(x))
