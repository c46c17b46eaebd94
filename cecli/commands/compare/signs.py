"""The test of signs, for differences that come from a few rows.

Where a few of many rows make up the whole difference, Student's t is not the distribution of its
test statistic. If no model is better, each of these rows might as well have had the other sign.

References
----------
Fisher, R. A. (1935), The design of experiments, section 21. Lehmann, E. L., Romano, J. P. (2005),
Testing statistical hypotheses, section 5.8.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from cecli.numerics import Floats

# Sums that differ by less are equal: they have the same amounts with other signs.
TIE = 1e-12


class Powers(NamedTuple):
    """Σx, Σx² and Σx⁴ of the terms x = wd of a total."""

    total: Fraction
    squares: Fraction
    fourths: Fraction

    @property
    def effective(self) -> float:
        """(Σx²)²/Σx⁴: how many terms of one size would be as uneven; 0 if all are 0."""
        return float(self.squares**2 / self.fourths) if self.fourths else 0.0

    @property
    def most_likely(self) -> float:
        """An upper bound of the p-value of the test of signs, from these sums alone.

        Notes
        -----
        With random signs the total S has E S² = Σx² and E S⁴ = 3(Σx²)² − 2Σx⁴, so that by Markov's
        inequality P(|S| ≥ s) ≤ min(1, E S²/s², E S⁴/s⁴). It is exact for one or two equal terms.

        Examples
        --------
        >>> two = [Fraction(2)] * 3
        >>> Powers(*two).most_likely
        0.5
        """
        if not self.total:
            return 1.0
        square = self.total**2
        second = self.squares / square
        fourth = (3 * self.squares**2 - 2 * self.fourths) / square**2
        return float(min(Fraction(1), second, fourth))


def powers_of(values: Floats) -> Powers:
    """Return the sums of powers of some terms, each divided by the largest."""
    largest = float(np.abs(values).max(initial=0.0))
    terms = values / largest if largest else values
    squares = terms * terms
    first, second, fourth = (
        Fraction(math.fsum(x.tolist())) for x in (terms, squares, squares * squares)
    )
    return Powers(first, second, fourth)


def sign_test(values: Sequence[float]) -> float:
    """Return the exact two-sided p-value of the total of some values under random signs.

    Parameters
    ----------
    values : at most MOST.

    Returns
    -------
    The share of the 2ⁿ choices of signs whose total is at least as far from 0.

    Examples
    --------
    >>> sign_test([1.0, 1.0, 1.0, 1.0]), sign_test([5.0])
    (0.125, 1.0)
    """
    if not values:
        return 1.0
    first, *others = sorted(map(abs, values))
    # By symmetry the first sign may be fixed.
    totals = np.array([first])
    for value in others:
        totals = np.concatenate([totals - value, totals + value])
    least = abs(math.fsum(values)) - TIE * math.fsum(map(abs, values))
    return int(np.count_nonzero(np.abs(totals) >= least)) / totals.size
