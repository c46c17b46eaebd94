"""Adding up what each class contributes to a row."""

import numpy as np

from cecli.numerics import Floats


def sum_over_classes(terms: Floats) -> Floats:
    """Return the sum over the classes of each row, good to the last place for any number of them.

    Parameters
    ----------
    terms : shape (K, n), K ≥ 1; where not finite, all infinities of a row have one sign.

    Notes
    -----
    Pairs are added in a tree whose shape depends on K alone, and what each addition rounds away is
    added up beside it (Knuth's two-sum): the error is below 1 ulp of the sum, where the terms do
    not cancel, and of second order elsewhere.

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
    total, error = terms, np.zeros_like(terms)
    with np.errstate(invalid="ignore"):
        while (count := len(total)) > 1:
            pairs = count // 2
            a, b = total[:pairs], total[count - pairs :]
            total = total[: count - pairs].copy()  # an odd one waits in the middle
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
