"""The error of an AUC, or of a difference of two, from its two samples: events and non-events.

References
----------
DeLong, E. R., DeLong, D. M., Clarke-Pearson, D. L. (1988), Comparing the areas under two or more
correlated receiver operating characteristic curves. doi:10.2307/2531595
"""

import math
from fractions import Fraction
from typing import NamedTuple, Self

from cecli.intervals.delta import few
from cecli.numerics import Floats
from cecli.numerics.cells.ordered import OrderedCells
from cecli.numerics.sums.exact import exact_sum, from_units

LEAST_ROWS = 2.0
# Effective numbers are rounded to so many digits: squares of weights were rounded before.
DIGITS = 9


class RowsOfClasses(NamedTuple):
    """The effective numbers of events and of non-events, (Σw)²/Σw²: of rows if w is equal."""

    events: float
    others: float

    @classmethod
    def of(cls, cells: OrderedCells) -> Self:
        """Return the numbers in some cells; 0 for a class without rows."""
        totals = (int(cells.events.sum()), int(cells.others.sum()))
        return cls(*map(_effective, totals, cells.squares))

    @property
    def rarer(self) -> float:
        return min(self)

    @property
    def degrees(self) -> float:
        """The degrees of freedom of the error; infinite if there are many.

        They are those of the rarer class alone, whose placements make up most of the variance.
        Satterthwaite's, from both parts of the variance, are too many if its few placements happen
        to be alike.
        """
        found = self.rarer - 1.0
        return found if few(found) else math.inf

    def variance(self, of_events: Fraction, of_others: Fraction) -> Fraction | None:
        """Return the variance without bias; None if a class has too few rows, or nothing varies.

        Parameters
        ----------
        of_events, of_others : Σw²(placement − mean)²/(Σw)² of each class.
        """
        if self.rarer < LEAST_ROWS:
            return None
        parts = zip((of_events, of_others), map(Fraction, self), strict=True)
        # Placements that are all alike tell nothing of their noise.
        return sum((part * n / (n - 1) for part, n in parts), Fraction(0)) or None


def _effective(total: int, squares: Floats) -> float:
    below = from_units(exact_sum(squares))
    return round(float(total**2 / below), DIGITS) if below else 0.0
