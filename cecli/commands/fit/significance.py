"""Tests of calibration, and what a fit would win on new rows, by the kind of rows and of model."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np

from cecli.commands.fit.covariance import parameters
from cecli.commands.fit.likelihood.newton import inverse_of
from cecli.commands.fit.models import Curve
from cecli.commands.fit.recalibrations import Fitted
from cecli.commands.fit.scores import Drawn, RowKind, Scores, sampled
from cecli.commands.fit.statistics import Likelihood
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States, Statistic
from cecli.metrics.metric import Metric
from cecli.numerics import Floats
from cecli.numerics.noncentral import noncentralities
from cecli.numerics.tails import hotelling_tail, tail
from cecli.report.result import (
    LEVEL,
    Answer,
    Definition,
    Direction,
    Interval,
    Measure,
    Undefined,
)
from cecli.statistics.mean import Mean

DEBIASED = Definition(
    "calibration_loss_debiased",
    "What the family of maps wins back of the mean loss, less what it wins by chance.",
    "calibration_loss - tr(J^-1 K) / (2 sum w); k / (2n) for equal rows and k parameters",
    Direction.LOWER,
    Measure.INFORMATION,
    low=-np.inf,
)
EXPECTED = Definition(
    "expected_gain",
    "About what the fit wins of the mean loss on new rows: less than on those it was fitted to.",
    "calibration_loss - tr(J^-1 K) / sum w; k / n for equal rows and k parameters",
    Direction.HIGHER,
    Measure.INFORMATION,
    low=-np.inf,
)
LIKELIHOOD_RATIO = Definition(
    "likelihood_ratio",
    "Twice the gain in log-likelihood; chi-squared if predictions were calibrated before.",
    "2 (gain in log_likelihood, in nats)",
)
SCORE_STATISTIC = Definition(
    "score_statistic",
    "Rao's statistic of calibration: whether the gradient at the identity is 0 but for chance.",
    "g' V^-1 g with g = sum w s and V its variance, at the identity",
)
P_VALUE = Definition(
    "p_value",
    "Probability of a statistic at least this large under the null hypothesis.",
    "tail of the distribution of the statistic",
    high=1.0,
    numbered=True,
)
DEFINITIONS = (DEBIASED, EXPECTED, LIKELIHOOD_RATIO, SCORE_STATISTIC, P_VALUE)

INFINITE = Undefined("a loss before or after the fit is infinite")
WINS = "calibration_loss less what the family wins by chance"
NEW_ROWS = "about what the fit wins on new rows: calibration_loss less twice that"
TESTED = "chance of as much, were predictions calibrated and rows independent"


class Judged(NamedTuple):
    """The metrics of a fit that say what chance explains.

    Attributes
    ----------
    of_loss : beside the calibration loss.
    tests : the statistic of a test and its p-value.
    """

    of_loss: tuple[Metric, ...]
    tests: tuple[Metric, ...]


class Significance(Protocol):
    """What chance explains of a fit."""

    @property
    def metrics(self) -> Judged: ...

    def interval(self, states: States) -> Interval | None:
        """Return the interval of the calibration loss; None if it has none."""
        ...


@dataclass(frozen=True)
class Untested:
    """Nothing is known of what chance explains, for a reason."""

    reason: str

    @property
    def metrics(self) -> Judged:
        def metric(definition: Definition, meaning: str) -> Metric:
            return Metric(definition, meaning, (), lambda _: Undefined(self.reason))

        tests = metric(LIKELIHOOD_RATIO, "2 (gain in log_likelihood, nats)")
        return Judged((metric(DEBIASED, WINS),), (tests, metric(P_VALUE, TESTED)))

    def interval(self, states: States) -> None:  # noqa: ARG002
        return


@dataclass(frozen=True, eq=False)
class LikelihoodRatio:
    """Rows are draws of a likelihood: twice the gain in it is χ² distributed.

    Attributes
    ----------
    won : the mean loss that the fit wins back.
    degrees : the number of parameters.

    References
    ----------
    Wilks, S. S. (1938), The large-sample distribution of the likelihood ratio.
    doi:10.1214/aoms/1177732360
    Akaike, H. (1974), A new look at the statistical model identification.
    doi:10.1109/TAC.1974.1100705
    """

    won: Mean
    degrees: int

    @property
    def metrics(self) -> Judged:
        of = f"chi-squared on {_degrees(self.degrees)}"
        debiased = Metric(DEBIASED, f"{WINS}, k / (2n)", (self.won,), partial(self._less, 1))
        expected = Metric(EXPECTED, NEW_ROWS, (self.won,), partial(self._less, 2))
        ratio = Metric(
            LIKELIHOOD_RATIO, f"2 (gain in log_likelihood, nats): {of}", (self.won,), self._ratio
        )
        p_value = Metric(P_VALUE, TESTED, (self.won,), self._p_value)
        return Judged((debiased, expected), (ratio, p_value))

    def interval(self, states: States) -> Interval | None:
        """Return the interval of the calibration loss: of the noncentrality, over 2n."""
        if states[self.won].infinite_rows:
            return None
        total = float(states[self.won].weights.total)
        low, high = noncentralities(2.0 * self._gain(states), self.degrees, LEVEL)
        return Interval(None, low / (2.0 * total), high / (2.0 * total), LEVEL)

    def _gain(self, states: States) -> float:
        return max(0.0, float(states[self.won].total))

    def _less(self, times: int, states: States) -> Answer:
        """Return the calibration loss, less so many times what chance wins."""
        won = states[self.won]
        if won.infinite_rows:
            return INFINITE
        return float(won.finite_mean - times * self.degrees / (2 * won.weights.total))

    def _ratio(self, states: States) -> Answer:
        return INFINITE if states[self.won].infinite_rows else 2.0 * self._gain(states)

    def _p_value(self, states: States) -> Answer:
        ratio = self._ratio(states)
        return ratio if isinstance(ratio, Undefined) else tail(ratio, self.degrees)


@dataclass(frozen=True, eq=False)
class ScoreTest:
    """Rows are no draws of a likelihood: the gradient at the identity is compared with its spread.

    Notes
    -----
    Labels with weights have a known variance if predictions are calibrated, V = Σw²h with h the
    Hessian of a row at the identity: then gᵀV⁻¹g is χ². Of soft labels and of clusters it is
    estimated, V = Σ(ws)(ws)ᵀ: then the statistic is Hotelling's.

    References
    ----------
    Rao, C. R. (1948), Large sample tests of statistical hypotheses concerning several parameters.
    doi:10.1017/S0305004100023987
    Takeuchi, K. (1976), Distribution of informational statistics and a criterion of model fitting.
    """

    won: Mean
    fitted: Fitted
    rows: RowKind

    @property
    def _curve(self) -> Curve:
        return self.fitted.curve

    @property
    def _sampled(self) -> Drawn:
        return sampled(self.rows)

    @property
    def _at_identity(self) -> tuple[Statistic[Any], ...]:
        return (self._sampled.statistic(self._curve, self._curve.identity),)

    @property
    def _at_fit(self) -> tuple[Statistic[Any], ...]:
        curve, point = self._curve, self.fitted.point
        return (Likelihood(curve.terms, point), self._sampled.statistic(curve, point))

    @property
    def metrics(self) -> Judged:
        degrees = parameters(self._curve)
        of = f"score test on {_degrees(degrees)}, for {self.rows.reason}"
        needed = (self.won, *self._at_fit)
        debiased = Metric(DEBIASED, WINS, needed, partial(self._less, 1))
        expected = Metric(EXPECTED, NEW_ROWS, needed, partial(self._less, 2))
        statistic = Metric(SCORE_STATISTIC, of, self._at_identity, partial(self._tested, _value))
        p_value = Metric(P_VALUE, self._meaning, self._at_identity, partial(self._tested, _chance))
        return Judged((debiased, expected), (statistic, p_value))

    @property
    def _meaning(self) -> str:
        drawn = "clusters" if self.rows.clustered else "rows"
        return f"chance of as much, were predictions calibrated and {drawn} independent"

    def interval(self, states: States) -> None:  # noqa: ARG002
        """Return None: twice the gain is not χ² distributed."""
        return

    def _less(self, times: int, states: States) -> Answer:
        """Return the calibration loss, less so many times what chance wins."""
        won, (likelihood, scores) = states[self.won], self._at_fit
        if won.infinite_rows:
            return INFINITE
        outer = self._sampled.sums(states[scores]).outer
        inverse, is_singular = _inverse(states[likelihood].hessian, self._curve)
        if is_singular:
            return Undefined("the predictions do not determine the parameters")
        inverse = float(won.weights.mean) * inverse
        by_chance = float(np.trace(inverse @ outer)) / (2.0 * won.weights.rows)
        return float(won.finite_mean) - times * by_chance

    def _tested(self, answer: Callable[[float, int, int], float], states: States) -> Answer:
        (statistic,) = self._at_identity
        sums = self._sampled.sums(states[statistic])
        degrees = parameters(self._curve)
        variance, draws = sums.outer, sums.draws
        if isinstance(statistic, Scores) and not self.rows.soft:
            variance, draws = states[statistic].information, 0
        elif draws <= degrees:
            drawn = "clusters" if self.rows.clustered else "rows"
            return Undefined(f"a test needs more {drawn} than parameters")
        inverse, is_singular = _inverse(variance, self._curve)
        if is_singular:
            return Undefined("the gradients of the rows are linearly dependent")
        return answer(float(sums.total @ inverse @ sums.total), degrees, draws)


def _value(statistic: float, degrees: int, draws: int) -> float:  # noqa: ARG001
    return statistic


def _chance(statistic: float, degrees: int, draws: int) -> float:
    """Return the p-value; `draws` is 0 if the variance is known."""
    return hotelling_tail(statistic, degrees, draws) if draws else tail(statistic, degrees)


def _inverse(matrix: Floats, curve: Curve) -> tuple[Floats, bool]:
    return inverse_of(matrix, np.arange(len(matrix)), curve.free)


def _degrees(number: int) -> str:
    return f"{number} degree{'' if number == 1 else 's'} of freedom"
