"""Sums over the classes of a row, and shares of a total."""

import math
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.distributions import logarithm
from cecli.numerics.scalars import log, log1p
from cecli.numerics.sums.exact import two_product

try:
    # The same sums, compiled.
    from cecli.numerics.distributions import class_loops as class_loops
except ImportError:
    class_loops = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from cecli.numerics.sums.pairs import FloatPairs


def sum_over_classes(terms: Floats) -> Floats:
    """Return the sum over the classes of each row, accurate to the last digit for any K.

    Parameters
    ----------
    terms : shape (K, n), K ≥ 1; the infinite terms of a row have the same sign.

    Notes
    -----
    Pairs are added in a tree whose shape depends on K alone, and the rounding errors are summed
    separately (Knuth's two-sum). The error is below 1 ulp of the sum if the terms do not cancel,
    and of second order otherwise.

    References
    ----------
    Ogita, Rump, Oishi (2005), Accurate sum and dot product, algorithm 4.3 (Sum2).
    doi:10.1137/030601818

    Examples
    --------
    >>> import numpy as np
    >>> sum_over_classes(np.array([[1.0], [2.0**-53], [2.0**-53]])).tolist()
    [1.0000000000000002]
    """
    if len(terms) <= 2:  # one addition is rounded once
        return np.asarray(terms[0] + terms[1] if len(terms) == 2 else terms[0])
    if class_loops is not None and terms.ndim == 2:
        return class_loops.sums_over_classes(np.ascontiguousarray(terms))
    total, error = terms, np.zeros_like(terms)
    with np.errstate(invalid="ignore"):
        while (count := len(total)) > 1:
            pairs = count // 2
            a, b = total[:pairs], total[count - pairs :]
            total = total[: count - pairs].copy()  # an odd term stays in the middle
            total[:pairs] += b
            b_rounded = total[:pairs] - a
            lost = (a - (total[:pairs] - b_rounded)) + (b - b_rounded)
            lost += error[count - pairs :]
            error = error[: count - pairs]
            error[:pairs] += lost
        exact = np.asarray(total[0] + error[0])
    if not np.isfinite(exact.max(initial=0.0) - exact.min(initial=0.0)):
        exact = np.where(np.isfinite(total[0]), exact, total[0])
    return exact


def below_and_above(values: Floats) -> tuple[Floats, Floats]:
    """Return for the first K − 1 classes the sum up to each, and the sum above it.

    Parameters
    ----------
    values : shape (K, n).

    Returns
    -------
    shape (K − 1, n) each.
    """
    below, above = np.cumsum(values[:-1], axis=0), np.cumsum(values[:0:-1], axis=0)
    return below, np.asarray(above[::-1])


HALF, LN2 = Fraction(1, 2), log(2.0)


def share_surprisal(share: Fraction) -> float:
    """Return −ln of a share, accurate to the last digit; ∞ for a share of 0.

    Examples
    --------
    >>> share_surprisal(Fraction(10**20, 10**20 + 1))
    1e-20
    """
    if share > HALF:
        return 0.0 - log1p(-float(1 - share))
    if not share:
        return math.inf
    if float(share) >= sys.float_info.min:
        return 0.0 - log(float(share))
    # Scaled by a power of two into the range of float64.
    exponent = share.denominator.bit_length() - share.numerator.bit_length()
    return exponent * LN2 - log(float(share * 2**exponent))


def share_surprisals(share: "FloatPairs") -> Floats:
    """Return the same of many shares; NaN where the last digit is in doubt, or a share is tiny."""
    own, rest = share.rounded(), (1 - share).rounded()
    with np.errstate(all="ignore"):
        found = np.where(own > 0.5, 0.0 - logarithm.log1p(-rest), 0.0 - logarithm.log(own))
        # Rounded to ½, a share may be above.
        is_half = (own == 0.5) & ((share.low != 0.0) | (share.error != 0.0))
        is_tiny = (own > 0.0) & (own < sys.float_info.min)
    return np.where(is_half | is_tiny, np.nan, found)


def share_difference(
    p: Floats, p_total: Floats | float, q: Floats, q_total: Floats | float
) -> Floats:
    """Return q/q_total − p/p_total, accurate even if the two nearly agree.

    Parameters
    ----------
    p, q : of any shape, finite, not negative.
    p_total, q_total : positive, of a shape that broadcasts to that of p and q.

    Notes
    -----
    (q·P − p·Q)/(P·Q), with exact products: if the amounts are whole numbers, such as counts, no
    digit of the difference is lost, and equal shares differ by exactly 0.

    Examples
    --------
    >>> import numpy as np
    >>> share_difference(np.array([1.0, 2.0]), 3.0, np.array([10.0, 20.0]), 30.0).tolist()
    [0.0, 0.0]
    """
    # Scaled by powers of two of the totals, so that no product underflows.
    p, p_total = _scaled(p, p_total)
    q, q_total = _scaled(q, q_total)
    a, a_error = two_product(q, np.broadcast_to(p_total, q.shape))
    b, b_error = two_product(p, np.broadcast_to(q_total, p.shape))
    return np.asarray(((a - b) + (a_error - b_error)) / p_total / q_total)


def _scaled(values: Floats, total: Floats | float) -> tuple[Floats, Floats]:
    """Return values and their total, multiplied by the power of two that brings it below 1."""
    mantissa, exponent = np.frexp(total)
    return np.ldexp(values, -exponent), np.asarray(mantissa)
