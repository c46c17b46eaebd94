r"""Intervals and p-values that stay valid at any number of looks, from bets on the differences.

A bettor who believes that the mean of bounded terms xᵢ is above m stakes a share of the capital on
each: it is multiplied by (1 + λxᵢ)/(1 + λm). If no term has a mean above m given the past, the
capital is a supermartingale, whatever the dependence. So it is an e-value at any time: by Ville's
inequality it ever reaches 1/α with probability α at most. One bettor for each of the rates

    λₖ = 2^(−k/2 − 1/4)/c,  with the share wₖ = 1/((k + 1)(k + 2)) of the capital,  |xᵢ| ≤ c,

needs no other state than Sₖ = Σ ln(1 + λₖxᵢ), which is an exact sum: the evidence does not depend
on the order of the rows. Means mᵢ that vary are no exception, as Π(1 + λmᵢ) ≤ (1 + λm̄)ⁿ.

For rates near 0 the logarithm is λx − ψ(λ)x² to many digits, with ψ(λ) = (−ln(1 − cλ) − cλ)/c², and
never less (Fan, Grama, Liu 2015, Lemma 4.1). This is the empirical-Bernstein supermartingale of
Howard et al. 2021, Theorem 4, which the sums Σx and Σx² determine. So BETS rates have a sum of
logarithms each, and the others these two sums. The interval is never wider than that of empirical
Bernstein alone.

References
----------
Orabona, F., Jun, K.-S. (2024), Tight concentrations and confidence sequences from the regret of
universal portfolio. doi:10.1109/TIT.2023.3330187
Waudby-Smith, I., Ramdas, A. (2024), Estimating means of bounded random variables by betting.
doi:10.1093/jrsssb/qkad009
Howard, S. R., Ramdas, A., McAuliffe, J., Sekhon, J. (2021), Time-uniform, nonparametric,
nonasymptotic confidence sequences. doi:10.1214/20-AOS1991
Fan, X., Grama, I., Liu, Q. (2015), Exponential inequalities for martingales with applications.
doi:10.1214/EJP.v20-3496
"""

import math
import sys
from collections.abc import Sequence
from operator import add
from typing import Any, Self

from cecli.commands.compare.conclusion import Tests
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Draws, square_root
from cecli.metrics.paired.losses import Paired
from cecli.numerics import Floats, scalars
from cecli.numerics.distributions.logarithm import log1p
from cecli.numerics.sums.exact import exact_dot, exact_sum, from_units
from cecli.report.result import BEYOND_RANGE, Interval, Result, Undefined
from cecli.statistics.mean import Mean, Score

# Consecutive rates have the ratio √2, down to 2⁻⁶⁰/c.
FIRST = math.sqrt(math.sqrt(0.5)), math.sqrt(math.sqrt(0.125))
RATES = [math.ldexp(FIRST[k % 2], -(k // 2)) for k in range(120)]
LOG_SHARES = [-scalars.log((k + 1.0) * (k + 2.0)) for k in range(120)]
# So many have a sum of logarithms. At the next rate, 2⁻¹⁰/c, the bound is 0.1 % wider than theirs.
BETS = 20
LARGEST_LOG = scalars.log(sys.float_info.max)


@dataclass(frozen=True)
class BetsState:
    """Σ ln(1 + λx) for each of the first BETS rates, then Σ ln(1 − λx), in exact units."""

    sums: tuple[int, ...] = (0,) * (2 * BETS)

    def merge(self, other: Self) -> Self:
        return type(self)(tuple(map(add, self.sums, other.sums)))


@dataclass(frozen=True)
class Bets:
    """The capital of each bettor.

    Attributes
    ----------
    bound : c, the largest absolute value of the score.
    """

    score: Score
    bound: float

    def empty(self) -> BetsState:
        return BetsState()

    def summarize(self, chunk: Chunk) -> BetsState:
        x = chunk.once(self.score) / self.bound
        return BetsState((*_sums(x, chunk.count), *_sums(-x, chunk.count)))


def _sums(x: Floats, copies: Floats | None) -> list[int]:
    logs = (log1p(rate * x) for rate in RATES[:BETS])
    return [exact_sum(each) if copies is None else exact_dot(copies, each) for each in logs]


@dataclass(frozen=True)
class Bettors:
    """The bettors on one side of the mean, for terms divided by their bound.

    Attributes
    ----------
    rows, total, squares : n, Σx and Σx².
    logs : Σ ln(1 + λₖx) for k < BETS.
    """

    rows: int
    total: float
    squares: float
    logs: Sequence[float]

    def log_evidence(self, mean: float) -> float:
        """Return the logarithm of the e-value against "no mean above this one".

        Parameters
        ----------
        mean : in [−1, 1].

        Examples
        --------
        >>> rows = [1.0] * 50
        >>> logs = [50 * scalars.log1p(rate) for rate in RATES[:BETS]]
        >>> Bettors(50, 50.0, 50.0, logs).log_evidence(0.0) > 20.0
        True
        """
        n, beyond = self.rows, self.total - self.rows * mean
        logs = [
            share + found - n * scalars.log1p(rate * mean)
            for rate, share, found in zip(RATES, LOG_SHARES, self.logs, strict=False)
        ]
        rest = zip(RATES[BETS:], LOG_SHARES[BETS:], strict=True)
        logs += [share + rate * beyond - psi(rate) * self.squares for rate, share in rest]
        largest = max(logs)
        return largest + scalars.log(math.fsum(scalars.exp(x - largest) for x in logs))

    def lower_end(self, error: float) -> float:
        """Return the largest mean against which the evidence is 1/error, at least −1."""
        wanted = -scalars.log(error)
        low, high = -1.0, self.total / self.rows
        if self.log_evidence(low) < wanted:
            return low
        # The evidence falls as the mean rises, and is below 1 at the mean of the terms.
        while low < (middle := (low + high) / 2.0) < high:
            if self.log_evidence(middle) < wanted:
                high = middle
            else:
                low = middle
        return low


def psi(rate: float) -> float:
    """Return −ln(1 − λ) − λ; use the series for small λ, to avoid cancellation."""
    if rate > 0.01:
        return -scalars.log1p(-rate) - rate
    series = 0.0
    for j in reversed(range(9)):
        series = series * rate + 1.0 / (j + 2)
    return rate * rate * series


@dataclass(frozen=True)
class Anytime:
    """Any number of looks, at any times: the interval is one of a confidence sequence.

    With probability `level` the intervals contain the mean of the rows' expectations at all times
    simultaneously.

    Attributes
    ----------
    bound : the largest possible absolute difference, known in advance.
    """

    level: float
    bound: float

    def means(self, paired: Paired) -> Sequence[Mean]:  # noqa: ARG002
        return ()

    def statistics(self, paired: Paired) -> Sequence[Statistic[Any]]:
        return (self._bets(paired),)

    def estimate(self, paired: Paired, draws: Draws, states: States) -> "Capital | Undefined":
        state = states[paired.difference]
        variance = state.variance_of_mean
        if variance is None:
            return Undefined(f"a standard error needs at least two {draws.draw}s")
        logs = [float(from_units(units)) for units in states[self._bets(paired)].sums]
        total = float(from_units(state.sum)) / self.bound
        squares = float(from_units(state.weighted_squares)) / self.bound**2
        above = Bettors(state.weights.rows, total, squares, logs[:BETS])
        below = Bettors(state.weights.rows, -total, squares, logs[BETS:])
        return Capital(above, below, self.bound, square_root(variance))

    def _bets(self, paired: Paired) -> Bets:
        return Bets(paired.difference.score, self.bound)


@dataclass(frozen=True)
class Capital:
    """The evidence of the bettors on either side.

    Attributes
    ----------
    above, below : those who believe in a larger mean, and in a smaller one.
    """

    above: Bettors
    below: Bettors
    bound: float
    se: float
    agreement = ""

    def distribution(self) -> tuple[str, str]:
        return "anytime", "valid at any time"

    def interval(self, level: float) -> Interval:
        error = (1.0 - level) / 2.0
        lower, upper = self.above.lower_end(error), -self.below.lower_end(error)
        return Interval(self.se, lower * self.bound, upper * self.bound, level)

    def tests(self, margin: float | None) -> Tests:
        p = scalars.exp(-max(self._log_evidence, 0.0))
        if margin is None:
            return Tests(p)
        at = margin / self.bound
        below, above = _p_beyond(self.below, -at), _p_beyond(self.above, -at)
        return Tests(p, below, max(below, above))

    def detectable(self, level: float) -> None:  # noqa: ARG002
        return None

    @property
    def evidence(self) -> Sequence[Result]:
        what = "evidence against no difference: p_value is 1 / e_value, up to 1"
        if self._log_evidence >= LARGEST_LOG:
            return (Result("e_value", what, None, undefined=BEYOND_RANGE.reason),)
        return (Result("e_value", what, scalars.exp(self._log_evidence)),)

    @property
    def _log_evidence(self) -> float:
        """The logarithm of the e-value against "the mean is 0": half of the stronger side's."""
        sides = self.above.log_evidence(0.0), self.below.log_evidence(0.0)
        return max(sides) - scalars.log(2.0)


def _p_beyond(side: Bettors, mean: float) -> float:
    """Return the p-value of "no mean above this one"; a mean below −1 is impossible."""
    return scalars.exp(-max(side.log_evidence(mean), 0.0)) if mean > -1.0 else 0.0
