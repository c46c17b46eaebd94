"""Standard errors of rows with weights, such as those of a sampling design."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import IndependentRows, Spread, few, square_root
from cecli.statistics.mean import FIFTH_POWER, POWERS, WEIGHT, Mean

if TYPE_CHECKING:
    from cecli.numerics.sums.pairs import FloatPairs

# Exact numbers: fractions, or pairs of floats of many groups.
X = TypeVar("X", Fraction, "FloatPairs")
# Rows whose weights have a mean between these have usual weights, or next to none.
LEAST_MEAN, LARGEST_MEAN = 2.0**-400, 2.0**400
# Four fifth powers are wrong by this share of one, as the square that is part of them is rounded.
LOST = Fraction(1, 2**51)
# What is larger than this share of the fifth powers has six digits.
SURE = 2.0**20 * float(LOST)


@dataclass(frozen=True)
class WeightedRows(IndependentRows):
    """All rows are independent, and have weights, such as those of a sampling design.

    Notes
    -----
    With s_k = Σwᵏ/Wᵏ and τ = s₂ − 2s₃ + s₂², the variance is Σw²(x − x̄)²/W² · s₂/τ, free of bias if
    all rows have the same variance, and has τ²/(s₄ + 2s₃² + 4s₂s₄ + s₂⁴ − 4s₅ − 4s₂²s₃) degrees of
    freedom: those of the χ² distribution with the same mean and variance.

    References
    ----------
    Bell, R. M., McCaffrey, D. F. (2002), Bias reduction in standard errors for linear regression
    with multi-stage samples. Survey Methodology 28, 169-181.
    Imbens, G. W., Kolesár, M. (2016), Robust standard errors in small samples.
    doi:10.1162/REST_a_00552
    """

    def statistics(self, means: Sequence[Mean]) -> list[Statistic[Any]]:
        return [*super().statistics(means), POWERS, FIFTH_POWER]

    def corrected(self, se: float, states: States) -> Spread | None:
        found = states.once(correction)
        return None if found is None else Spread(se * found.factor, self.degrees(states))

    def degrees(self, states: States) -> float:
        found = states.once(correction)
        if found is None:
            return math.nan
        return found.degrees if few(found.degrees) else math.inf


class Correction(NamedTuple):
    """What frees the variance of weighted rows of bias, and its degrees of freedom.

    Attributes
    ----------
    factor : of the standard error, in place of √(rows/(rows − 1)), which it has already.
    """

    factor: float
    degrees: float


def correction(states: States) -> Correction | None:
    """Return the correction for weights; None for one row, or if weights are `too_extreme`."""
    rows = states[WEIGHT].rows
    if rows < 2 or too_extreme(states):
        return None
    second, third, fourth, fifth = _shares_of_powers(states)
    tau, below = tau_and_below(second, third, fourth, fifth)
    if below < fifth * Fraction(SURE):
        # One row outweighs all others, and leaves hardly more than what was lost by rounding.
        below += fifth * LOST
    factor = square_root(Fraction(rows - 1, rows) * second / tau)
    return Correction(factor, max(1.0, square_root(tau**2 / below) ** 2))


def tau_and_below(second: X, third: X, fourth: X, fifth: X) -> tuple[X, X]:
    """Return τ, and what τ² is divided by for the degrees of freedom, from s₂ … s₅."""
    tau = second - 2 * third + second**2
    below = fourth + 2 * third**2 + 4 * (second * fourth) + second**4
    return tau, below - (4 * fifth + 4 * (second**2 * third))


def too_extreme(states: States) -> bool:
    """Return whether powers of the weights are beyond the range of a float64."""
    return not LEAST_MEAN < states[WEIGHT].mean < LARGEST_MEAN


def _shares_of_powers(states: States) -> list[Fraction]:
    """Return Σwᵏ/Wᵏ for k = 2 … 5."""
    powers, total = states[POWERS], states[WEIGHT].total
    sums = (powers.total, powers.twice_weighted, powers.squares, states[FIFTH_POWER].total)
    return [Fraction(part) / total**k for k, part in enumerate(sums, start=2)]
