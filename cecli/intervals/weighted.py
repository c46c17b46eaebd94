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
# Fifth powers of weights between these bounds are far from the ends of the range of a float64.
LEAST_WEIGHT, LARGEST_WEIGHT = 2.0**-200, 2.0**200


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

    def corrected(self, se: float, states: States) -> Spread:
        found = states.once(correction)
        return Spread(se if found is None else se * found.factor, self.degrees(states))

    def degrees(self, states: States) -> float:
        found = states.once(correction)
        if found is None:
            return super().degrees(states)
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
    """Return the correction for weights; None for one row, or beyond the range of a float64."""
    powers = _shares_of_powers(states)
    if powers is None:
        return None
    second = powers[0]
    tau, below = tau_and_below(*powers)
    if tau <= 0 or below <= 0:
        return None
    rows = states[WEIGHT].rows
    factor = square_root(Fraction(rows - 1, rows) * second / tau)
    return Correction(factor, square_root(tau**2 / below) ** 2)


def tau_and_below(second: X, third: X, fourth: X, fifth: X) -> tuple[X, X]:
    """Return τ, and what τ² is divided by for the degrees of freedom, from s₂ … s₅."""
    tau = second - 2 * third + second**2
    below = fourth + 2 * third**2 + 4 * (second * fourth) + second**4
    return tau, below - (4 * fifth + 4 * (second**2 * third))


def _shares_of_powers(states: States) -> list[Fraction] | None:
    """Return Σwᵏ/Wᵏ for k = 2 … 5; None if powers are beyond the range of a float64."""
    weights, powers = states[WEIGHT], states[POWERS]
    total, rows = weights.total, weights.rows
    if not LEAST_WEIGHT < total / rows < LARGEST_WEIGHT:
        return None
    sums = (
        powers.total,
        powers.twice_weighted,
        powers.squares,
        states[FIFTH_POWER].total,
    )
    return [Fraction(part) / total**k for k, part in enumerate(sums, start=2)]
