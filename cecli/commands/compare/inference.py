"""Intervals and p-values of the mean difference, for one look or for any number of looks."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from cecli.intervals.delta import square_root
from cecli.numerics import scalars
from cecli.numerics.distributions import exponential
from cecli.numerics.sums.exact import from_units
from cecli.numerics.tails import quantile, upper_tail
from cecli.report.result import Interval
from cecli.statistics.mean import MeanState

# Number of rates of the mixture; consecutive rates have the ratio √2, down to 2⁻⁶⁰.
RATES = 120


def log_evidence(total: float, squares: float, bound: float) -> float:
    r"""Return the logarithm of an e-value against "no term has a mean above 0".

    Parameters
    ----------
    total : Σ xᵢ of the terms seen so far, or Σ (xᵢ − m) against "no mean above m".
    squares : Σ xᵢ², for any m.
    bound : c, such that xᵢ ≥ −c is known in advance for all i.

    Notes
    -----
    For x ≥ −c and 0 ≤ λ < 1/c, exp(λx − ψ(λ)x²) ≤ 1 + λx with ψ(λ) = (−ln(1 − cλ) − cλ)/c² (Fan,
    Grama, Liu 2015, Lemma 4.1). So, for any means mᵢ of the terms given the past, the expectation
    of exp(λ(xᵢ − mᵢ) − ψ(λ)xᵢ²) is at most (1 + λmᵢ)·exp(−λmᵢ) ≤ 1. Its product over i is a
    supermartingale that starts at 1, and so is the mixture

        M = Σₖ wₖ exp(λₖ Σ(xᵢ − mᵢ) − ψ(λₖ) Σxᵢ²),  λₖ = 2^(−k/2 − 1/4)/c,  wₖ = 1/((k+1)(k+2)),

    k = 0 … 119, whose weights add up to less than 1. By Ville's inequality P(M ≥ 1/α at any time)
    ≤ α. This is the empirical-Bernstein confidence sequence of Howard et al., Theorem 4, with the
    fixed prediction x̂ = 0. As 0 is the middle of [−c, c], the scale is c, half of the range. Their
    discrete mixture (section 3.3) replaces the stitched boundary. The e-value depends on the terms
    only through their exact sums, and so not on their order.

    References
    ----------
    Howard, S. R., Ramdas, A., McAuliffe, J., Sekhon, J. (2021), Time-uniform, nonparametric,
    nonasymptotic confidence sequences. doi:10.1214/20-AOS1991
    Fan, X., Grama, I., Liu, Q. (2015), Exponential inequalities for martingales with applications.
    doi:10.1214/EJP.v20-3496

    Examples
    --------
    >>> log_evidence(0.0, 1.0, 1.0) < 0.0 < log_evidence(100.0, 100.0, 1.0)
    True
    """
    s, v = total / bound, squares / bound / bound
    logs = _LOG_WEIGHTS + _RATES * s - _PSI * v
    largest = float(logs.max())
    return largest + scalars.log(math.fsum(exponential.exp(logs - largest).tolist()))


def radius(squares: float, bound: float, error: float) -> float:
    """Return a bound on Σxᵢ − Σmᵢ that holds at all times with probability 1 − error.

    It is the smallest total whose evidence is 1/error: see `log_evidence`.

    Examples
    --------
    >>> 22 < radius(100.0, 1.0, 0.025) < 45  # 22.4 suffices for one look at a fixed time
    True
    """
    wanted = -scalars.log(error)
    low, high = 0.0, bound
    while log_evidence(high, squares, bound) < wanted:
        low, high = high, 2.0 * high
    while low < (middle := (low + high) / 2.0) < high:
        if log_evidence(middle, squares, bound) < wanted:
            low = middle
        else:
            high = middle
    return high


def _psi(rate: float) -> float:
    """Return −ln(1 − λ) − λ; use the series for small λ, to avoid cancellation."""
    if rate > 0.01:
        return -scalars.log1p(-rate) - rate
    series = 0.0
    for j in reversed(range(9)):
        series = series * rate + 1.0 / (j + 2)
    return rate * rate * series


_FIRST = math.sqrt(math.sqrt(0.5)), math.sqrt(math.sqrt(0.125))
_RATES = np.array([math.ldexp(_FIRST[k % 2], -(k // 2)) for k in range(RATES)])
_LOG_WEIGHTS = np.array([-scalars.log((k + 1.0) * (k + 2.0)) for k in range(RATES)])
_PSI = np.array(list(map(_psi, _RATES.tolist())))

# Use Student's t up to this number of rows; beyond, it equals the normal distribution to 3 digits.
FEW_ROWS = 1000
# Probability of a decision with the number of rows that `rows_needed` returns.
POWER = 0.8
MOST_ROWS = 1e15


class Inference(Protocol):
    """Intervals and p-values for a finite mean of at least two rows."""

    @property
    def level(self) -> float:
        """The level of the interval."""
        ...

    def distribution(self, state: MeanState) -> tuple[str, str]:
        """Return the distribution of p-values: its name for programs, and its description."""
        ...

    def interval(self, state: MeanState) -> Interval:
        """Return the interval of the mean."""
        ...

    def p_above(self, state: MeanState, least: float) -> float:
        """Return the p-value of "the mean is at most least"; small if the mean is above it."""
        ...

    def p_below(self, state: MeanState, most: float) -> float:
        """Return the p-value of "the mean is at least most"; small if the mean is below it."""
        ...

    def rows_needed(self, state: MeanState, distance: float) -> float | None:
        """Return the number of rows like these whose interval excludes a value at a distance.

        None if no number of rows would do.
        """
        ...


def p_value(inference: Inference, state: MeanState) -> float:
    """Return the two-sided p-value of "the mean is 0"."""
    smaller = min(inference.p_above(state, 0.0), inference.p_below(state, 0.0))
    return min(1.0, 2.0 * smaller)


@dataclass(frozen=True)
class FixedSize:
    """One look, at a number of rows that does not depend on their values.

    The interval is mean ± q·se. q is a quantile of Student's t with rows − 1 degrees of freedom,
    or of the normal distribution beyond a thousand rows.
    """

    level: float

    def distribution(self, state: MeanState) -> tuple[str, str]:
        freedom = _freedom(state)
        if math.isinf(freedom):
            return "normal", "normal distribution"
        degrees = "degree" if freedom == 1.0 else "degrees"
        return "t", f"t distribution, {freedom:.0f} {degrees} of freedom"

    def interval(self, state: MeanState) -> Interval:
        mean, se = float(state.finite_mean), _se(state)
        margin = quantile((1.0 + self.level) / 2.0, _freedom(state)) * se
        return Interval(se, mean - margin, mean + margin, self.level)

    def p_above(self, state: MeanState, least: float) -> float:
        distance = state.finite_mean - Fraction(least)
        return upper_tail(_in_units_of(float(distance), _se(state)), _freedom(state))

    def p_below(self, state: MeanState, most: float) -> float:
        distance = Fraction(most) - state.finite_mean
        return upper_tail(_in_units_of(float(distance), _se(state)), _freedom(state))

    def rows_needed(self, state: MeanState, distance: float) -> float | None:
        """Return the number of rows that decides with a probability of 80 % if the mean stays.

        It is always larger than the present number of rows, which did not decide.
        """
        if not distance:
            return None
        normal = quantile((1.0 + self.level) / 2.0, math.inf) + quantile(POWER, math.inf)
        rows = state.weights.rows * (normal * _se(state) / distance) ** 2
        return float(max(math.ceil(rows), state.weights.rows + 1)) if rows < MOST_ROWS else None


@dataclass(frozen=True)
class Anytime:
    """Any number of looks, at any times: the interval is one of a confidence sequence.

    With probability `level` the intervals contain the mean of the rows' expectations at all times
    simultaneously. The p-values are the inverses of e-values. See `log_evidence` for the theorem.

    Attributes
    ----------
    bound : the largest possible absolute difference, known in advance.
    """

    level: float
    bound: float

    def distribution(self, state: MeanState) -> tuple[str, str]:  # noqa: ARG002
        return "anytime", "valid at any time"

    def interval(self, state: MeanState) -> Interval:
        total, squares = _sums(state)
        rows, most = state.weights.rows, radius(squares, self.bound, (1.0 - self.level) / 2.0)
        lower, upper = (total - most) / rows, (total + most) / rows
        return Interval(_se(state), max(lower, -self.bound), min(upper, self.bound), self.level)

    def p_above(self, state: MeanState, least: float) -> float:
        total, squares = _sums(state)
        shifted = total - state.weights.rows * least
        return scalars.exp(-max(log_evidence(shifted, squares, self.bound), 0.0))

    def p_below(self, state: MeanState, most: float) -> float:
        total, squares = _sums(state)
        shifted = state.weights.rows * most - total
        return scalars.exp(-max(log_evidence(shifted, squares, self.bound), 0.0))

    def rows_needed(self, state: MeanState, distance: float) -> float | None:
        """Return the number of rows that decides if the mean and the mean square stay the same."""
        if not distance:
            return None
        rows, (_, squares), error = state.weights.rows, _sums(state), (1.0 - self.level) / 2.0

        def is_enough(times: float) -> bool:
            return radius(times * squares, self.bound, error) <= times * rows * distance

        low, high = 0.0, 1.0
        while not is_enough(high):
            low, high = high, 2.0 * high
            if high * rows > MOST_ROWS:
                return None
        while high - low > 0.01 * high:
            middle = (low + high) / 2.0
            low, high = (low, middle) if is_enough(middle) else (middle, high)
        return float(math.ceil(high * rows))


def _sums(state: MeanState) -> tuple[float, float]:
    return float(from_units(state.sum)), float(from_units(state.weighted_squares))


def _se(state: MeanState) -> float:
    variance = state.variance_of_mean
    if variance is None:
        raise ValueError("a standard error needs at least two rows")
    return square_root(variance)


def _freedom(state: MeanState) -> float:
    rows = state.weights.rows
    return rows - 1.0 if rows <= FEW_ROWS else math.inf


def _in_units_of(distance: float, se: float) -> float:
    if distance == 0.0:
        return 0.0
    return distance / se if se else math.copysign(math.inf, distance)
