"""Exponentials and logarithms without a division, for weights of many classes.

What is left of a number after one of sixteen table entries is small, so that a short polynomial is
enough. With |r| ≤ ln 2/32 and |f| ≤ 1/33,

    eˣ = 2^(k/16)·eʳ
    ln x = e·ln 2 − ln c + ln(1 + f),  f = c·m − 1.

The polynomials are Chebyshev's interpolations of (eʳ − 1 − r)/r² and (ln(1 + f) − f)/f².

References
----------
Tang (1989), Table-driven implementation of the exponential function in IEEE floating-point
arithmetic, doi:10.1145/63522.214389.
"""

from fractions import Fraction
from functools import reduce

import numpy as np

from cecli.numerics import Floats

ENTRIES = 16
PER_STEP, STEP = 23.083120654223414, 0.04332169878499658
LN2 = 0.6931471805599453
# A double of this and more, up to twice as much, has a whole number for its last bits.
WHOLE = 1.5 * 2.0**52
# Below this, eˣ is taken for 0: it would soon be no normal number.
NOTHING = -708.0
FRACTION, BIAS = 52, 1023
OF_POWER = (
    0.5, 0.1666666666530169, 0.04166666666496045, 0.008333449701253456, 0.0013889034348599464,
)  # fmt: skip
OF_LOGARITHM = (
    -0.5, 0.3333333333427558, -0.2500000000084804, 0.19999991791946398, -0.16666659279251342,
    0.14303586389652514, -0.12516085173432817,
)  # fmt: skip
POWERS = np.array([
    1.0, 1.0442737824274138, 1.0905077326652577, 1.1387886347566916, 1.189207115002721,
    1.241857812073484, 1.2968395546510096, 1.3542555469368927, 1.4142135623730951,
    1.4768261459394993, 1.5422108254079407, 1.6104903319492543, 1.681792830507429,
    1.7562521603732995, 1.8340080864093424, 1.9152065613971474,
])  # fmt: skip
# Of the middles 1 + (i + ½)/16: rounded once.
RECIPROCALS = np.array([float(Fraction(32, 33 + 2 * i)) for i in range(ENTRIES)])
LOGARITHMS = np.array([
    0.03077165866675366, 0.08961215868968717, 0.14518200984449783, 0.19782574332991992,
    0.2478361639045812, 0.2954642128938359, 0.3409265869705932, 0.38441169891033206,
    0.42608439531090014, 0.46608972992459924, 0.5045560107523953, 0.5415972824327444,
    0.5773153650348236, 0.6118015411059929, 0.6451379613735847, 0.6773988235918061,
])  # fmt: skip


def power_of(x: Floats) -> Floats:
    """Return eˣ for x ≤ 0, within 1 + |x| ulp: 0 below NOTHING."""
    above = np.where(x < NOTHING, NOTHING, x)
    shifted = above * PER_STEP + WHOLE
    r = above - (shifted - WHOLE) * STEP
    bits = shifted.view(np.int64)
    power = POWERS[bits & (ENTRIES - 1)]
    scaled = power + power * (r + r * r * _polynomial(OF_POWER, r))
    exponent = (bits & ~np.int64(ENTRIES - 1)) << (FRACTION - 4)
    return np.where(x < NOTHING, 0.0, (scaled.view(np.int64) + exponent).view(np.float64))


def logarithm_of(x: Floats) -> Floats:
    """Return ln x for positive normal x, within 1 ulp of the larger of |ln x| and 1.

    Of smaller x, it is some finite number.
    """
    bits = x.view(np.int64)
    index = (bits >> (FRACTION - 4)) & (ENTRIES - 1)
    e = ((bits >> FRACTION) - BIAS).astype(np.float64)
    m = ((bits & ((1 << FRACTION) - 1)) | (BIAS << FRACTION)).view(np.float64)
    f = m * RECIPROCALS[index] - 1.0
    found: Floats = e * LN2 + (LOGARITHMS[index] + (f + f * f * _polynomial(OF_LOGARITHM, f)))
    return found


def _polynomial(coefficients: tuple[float, ...], x: Floats) -> Floats:
    """Return a polynomial by Horner's rule; the constant is first."""
    *others, last = coefficients
    found: Floats = reduce(lambda found, c: c + x * found, reversed(others), np.full_like(x, last))
    return found
