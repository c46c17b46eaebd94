"""Two columns of amounts as distributions over their rows."""

import numpy as np

from cecli.numerics import Floats
from cecli.numerics.exact import two_product


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
    a, a_error = two_product(q, np.full_like(q, p_total))
    b, b_error = two_product(p, np.full_like(p, q_total))
    return np.asarray(((a - b) + (a_error - b_error)) / p_total / q_total)
