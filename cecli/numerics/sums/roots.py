"""Square roots of quotients of exact sums, without fractions."""

from math import inf, isqrt, ldexp

# Bits of the quotient whose root is taken; half of them are more than a float64 has.
BITS = 128


def root_of_ratio(numerator: int, denominator: int) -> float:
    """Return √(numerator / denominator), the nearest float64 but for rare ties of longer roots.

    Parameters
    ----------
    numerator : a negative one counts as 0.
    denominator : above 0.

    Returns
    -------
    Infinity if it exceeds float64.

    Examples
    --------
    >>> root_of_ratio(1 << 5000, 1 << 5002), root_of_ratio(2, 1) == 2**0.5
    (0.5, True)
    """
    if numerator <= 0:
        return 0.0
    shift = BITS - numerator.bit_length() + denominator.bit_length()
    shift += shift & 1
    if shift >= 0:
        quotient = (numerator << shift) // denominator
    else:
        quotient = numerator // (denominator << -shift)
    try:
        return ldexp(isqrt(quotient), -shift // 2)
    except OverflowError:
        return inf
