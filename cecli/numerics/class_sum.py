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
    total = np.zeros((1 << (len(terms) - 1).bit_length(), *terms.shape[1:]))
    total[: len(terms)] = terms
    error = np.zeros_like(total)
    with np.errstate(invalid="ignore"):
        while (half := len(total) // 2) >= 1:
            a, b = total[:half], total[half:]
            total = a + b
            b_rounded = total - a
            lost = (a - (total - b_rounded)) + (b - b_rounded)
            error = error[:half] + error[half:] + lost
        return np.asarray(np.where(np.isfinite(total[0]), total[0] + error[0], total[0]))
