"""Shares of a total: of counts that are known exactly, and of columns of amounts."""

import math
import sys
from fractions import Fraction

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.exact import two_product

HALF = Fraction(1, 2)


def share_surprisal(share: Fraction) -> float:
    """Return −ln of a share, to the last digit on either side of ½; ∞ for none.

    Examples
    --------
    >>> share_surprisal(Fraction(10**20, 10**20 + 1))
    1e-20
    """
    if share > HALF:
        return 0.0 - math.log1p(-float(1 - share))
    if float(share) >= sys.float_info.min:
        return 0.0 - math.log(share)
    return math.log(share.denominator) - math.log(share.numerator) if share else math.inf


def share_difference(p: Floats, p_total: float, q: Floats, q_total: float) -> Floats:
    """Return q/q_total − p/p_total, good to the last place even where the two nearly agree.

    Parameters
    ----------
    p, q : shape (n,), finite, not negative.
    p_total, q_total : positive, at most 1e150.

    Notes
    -----
    (q·P − p·Q)/(P·Q), with both products kept exactly: where amounts are whole numbers, as counts
    are, no digit of the difference is lost, and equal shares differ by exactly 0.

    Examples
    --------
    >>> import numpy as np
    >>> share_difference(np.array([1.0, 2.0]), 3.0, np.array([10.0, 20.0]), 30.0).tolist()
    [0.0, 0.0]
    """
    # In units of their totals' powers of two, so that no product underflows.
    p_scale, q_scale = (math.frexp(total)[1] for total in (p_total, q_total))
    p, p_total = np.ldexp(p, -p_scale), math.ldexp(p_total, -p_scale)
    q, q_total = np.ldexp(q, -q_scale), math.ldexp(q_total, -q_scale)
    a, a_error = two_product(q, np.full_like(q, p_total))
    b, b_error = two_product(p, np.full_like(p, q_total))
    return np.asarray(((a - b) + (a_error - b_error)) / p_total / q_total)
