"""The definitions, written down once more in mpmath, with as many digits as they need."""

import math
from functools import cache

import mpmath

# Between neighbouring denormals the terms of KL agree in 640 digits.
DIGITS = 1400


@cache
def log(x, precision):
    """Return ln x; grids ask for those of the same numbers a thousand times."""
    return mpmath.log(x)


def xlog(x, y):
    """Return x·ln y with 0·ln 0 = 0."""
    if x == 0:
        return mpmath.mpf(0)
    return x * log(y, mpmath.mp.prec) if y else -mpmath.inf


def bernoulli(q):
    q = mpmath.mpf(q)
    return [1 - q, q]


def softmax(logits):
    powers = [mpmath.exp(mpmath.mpf(z)) for z in logits]
    return [power / mpmath.fsum(powers) for power in powers]


def cross_entropy(p, q):
    return -mpmath.fsum(xlog(a, b) for a, b in zip(p, q, strict=True))


def kl_divergence(p, q):
    """Return Σ p (ln p − ln q) − p + q, which is KL for distributions."""
    pairs = list(zip(p, q, strict=True))
    if any(a > 0 and b == 0 for a, b in pairs):
        return mpmath.inf
    return mpmath.fsum(xlog(a, a) - xlog(a, b) - a + b for a, b in pairs)


def js_divergence(p, q):
    mean = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    return (kl_divergence(p, mean) + kl_divergence(q, mean)) / 2


def total_variation(p, q):
    return mpmath.fsum(abs(a - b) for a, b in zip(p, q, strict=True)) / 2


def hellinger(p, q):
    roots = (mpmath.sqrt(a) - mpmath.sqrt(b) for a, b in zip(p, q, strict=True))
    return mpmath.sqrt(mpmath.fsum(root**2 for root in roots) / 2)


def ulps(value, exact):
    """Return the error of a float64 in units of its last place."""
    if mpmath.isinf(exact):
        return 0.0 if value == math.inf else math.inf
    return float(abs(mpmath.mpf(value) - exact) / mpmath.mpf(math.ulp(float(exact))))


def relative(value, exact):
    if exact == 0 or mpmath.isinf(exact):
        return 0.0 if value == exact else math.inf
    return float(abs(mpmath.mpf(value) - exact) / exact)
