"""Standard errors of several events a row, which may depend on each other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations_with_replacement, product
from typing import Any, ClassVar, Self

from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Slopes, Spread, are_finite, few, square_root, without_rounding
from cecli.report.result import LEVEL
from cecli.statistics.mean import WEIGHT, Mean, Score
from cecli.statistics.row_totals import FILE_ROWS, RowProducts

# The total of a row's weights is a total like any other.
ROW_WEIGHT = RowProducts(None, None)


@dataclass(frozen=True)
class FileRowDraws:
    """The rows of a file are independent; the events of one row may depend on each other.

    Notes
    -----
    The residuals w(x − x̄) are summed within each row, r_c. With N the effective number of rows,
    (Σw_c)²/Σw_c², the variance is Σr_c²/W² · N/(N − 1), with N − 1 degrees of freedom. So no memory
    is needed for the rows.

    References
    ----------
    Cochran, W. G. (1977), Sampling Techniques, section 9A: clusters.
    """

    level: float = LEVEL
    draw: ClassVar[str] = "row"

    def at_level(self, level: float) -> Self:
        return replace(self, level=level)

    def statistics(self, means: Sequence[Mean]) -> list[Statistic[Any]]:
        scores: list[Score | None] = [None, *dict.fromkeys(mean.score for mean in means)]
        pairs = combinations_with_replacement(scores, 2)
        return [WEIGHT, FILE_ROWS, *(RowProducts(x, y) for x, y in pairs)]

    def spread(self, slopes: Slopes, states: States) -> Spread | None:
        if any(states[mean].infinite_rows for mean in slopes) or not are_finite(slopes):
            return None
        rows = self._effective(states)
        if states[FILE_ROWS].number < 2 or rows <= 1:
            return None
        terms: list[tuple[Score | None, Fraction]] = []
        # The total of a row's residuals, each times its slope, is a sum of totals.
        constant = Fraction(0)
        for mean, slope in slopes.items():
            terms.append((mean.score, Fraction(slope)))
            constant -= Fraction(slope) * states[mean].finite_mean
        terms.append((None, constant))
        squares = sum(
            (g * h * _sum(x, y, states) for (x, g), (y, h) in product(terms, terms)), Fraction(0)
        )
        variance = squares / states[WEIGHT].total ** 2 * rows / (rows - 1)
        se = square_root(max(variance, Fraction(0)))
        return Spread(
            without_rounding(se, self.number(states), slopes, states), self.degrees(states)
        )

    def degrees(self, states: States) -> float:
        degrees = float(self._effective(states)) - 1.0
        return degrees if few(degrees) else math.inf

    def number(self, states: States) -> int:
        return states[FILE_ROWS].number

    def effective(self, states: States) -> float:
        return float(self._effective(states))

    def _effective(self, states: States) -> Fraction:
        return states[WEIGHT].total ** 2 / states[ROW_WEIGHT].total


def _sum(x: Score | None, y: Score | None, states: States) -> Fraction:
    known = states.get(RowProducts(x, y))
    return (states[RowProducts(y, x)] if known is None else known).total
