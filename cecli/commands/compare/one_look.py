"""Intervals and p-values for one look, at a number of rows that does not depend on their values."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

from cecli.commands.compare.conclusion import Tests
from cecli.commands.compare.signs import Powers, powers_of, sign_test
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.intervals.clusters import Clusters
from cecli.intervals.delta import Draws, Spread, square_root
from cecli.intervals.formula import SEEN
from cecli.metrics.paired.losses import Paired
from cecli.numerics import Floats
from cecli.numerics.sums.exact import from_units
from cecli.numerics.tails import quantile, upper_tail
from cecli.report.result import Floor, Interval, Result, Undefined
from cecli.statistics.mean import Mean

# The probability with which a detectable difference is found.
POWER = 0.8
# If so many terms or fewer make up the difference, its p-value is that of the test of signs.
FEW_TERMS = 6.0
LEAST_P = 1e-12
# A loss is within 4 ulp of its exact value, and a difference of two within 10; predictions are
# rounded as well, which moves a loss by about as much. This is 2.5 times their sum.
ROUNDING = 2.0**-48


class Dependence(Protocol):
    """How the differences of rows depend on each other, beyond clusters."""

    def statistics(self, paired: Paired) -> Sequence[Statistic[Any]]:
        """Return what it needs."""
        ...

    def spread(self, paired: Paired, draws: Draws, states: States) -> Spread | Undefined:
        """Return the standard error of the mean difference, and its degrees of freedom."""
        ...


class Independent:
    """The draws are independent."""

    def statistics(self, paired: Paired) -> Sequence[Statistic[Any]]:  # noqa: ARG002
        return ()

    def spread(self, paired: Paired, draws: Draws, states: States) -> Spread | Undefined:
        found = draws.spread({paired.difference: 1}, states)
        if found is not None:
            return found
        if draws.number(states) > 1:
            return Undefined("the weights are too extreme for a standard error")
        return Undefined(f"a standard error needs at least two {draws.draw}s")


INDEPENDENT = Independent()


@dataclass(frozen=True)
class OneLook:
    """One look, at a number of rows that does not depend on their values."""

    level: float
    dependence: Dependence = INDEPENDENT

    def means(self, paired: Paired) -> Sequence[Mean]:
        return (paired.expected, paired.variance, paired.fourth, paired.energy)

    def statistics(self, paired: Paired) -> Sequence[Statistic[Any]]:
        return (paired.few, *self.dependence.statistics(paired))

    def estimate(
        self, paired: Paired, draws: Draws, states: States
    ) -> "Student | Agreement | Undefined":
        rows = states[paired.difference]
        if draws.number(states) == 1:
            return Undefined(f"a standard error needs at least two {draws.draw}s")
        rounding = _rounding(paired, states)
        least = Fraction(rounding) ** 2 * from_units(rows.weights.weight_squared)
        if from_units(rows.weighted_squares) <= least:
            return Agreement(float(rows.finite_mean), rounding if rows.weighted_squares else 0.0)
        found = self.dependence.spread(paired, draws, states)
        if isinstance(found, Undefined):
            return found
        student = Student(rows.finite_mean, *found).with_floor(_predicted(paired, draws, states))
        if Fraction(student.se) ** 2 * rows.weights.total**2 <= least:
            return Undefined(
                f"the difference is the same in every {draws.draw}, so that nothing tells of its "
                "noise"
            )
        return student.with_few_terms(_p_of_few_terms(paired, draws, states))


@dataclass(frozen=True)
class Student:
    """A mean whose distance from the truth, in standard errors, has Student's t distribution.

    Attributes
    ----------
    se, degrees : the standard error, and the degrees of freedom: infinite for a normal mean.
    floor : what raised the standard error above that of the observed differences, if anything.
    least : a p-value of "the mean is 0" that is never undercut.
    """

    mean: Fraction
    se: float
    degrees: float
    floor: Floor | None = None
    least: float = 0.0
    agreement = ""
    evidence: Sequence[Result] = ()

    def with_floor(self, predicted: float) -> "Student":
        """Return the same mean with a standard error that is no less than predicted.

        Notes
        -----
        Where no event has happened yet, the model that predicts fewer of them is ahead in every
        row by a difference that hardly varies. The predictions know better: they say how often an
        event will happen, and what it will cost.
        """
        return replace(self, se=predicted, floor="predictions") if predicted > self.se else self

    def with_few_terms(self, p: float) -> "Student":
        """Return the same mean with a standard error that gives at least this p-value.

        A p-value above a half says nothing further: no interval reported is of a lower level.
        """
        if p < LEAST_P:
            return self
        se = abs(float(self.mean)) / quantile(1.0 - min(p, 0.5) / 2.0, self.degrees)
        if se <= self.se:
            return replace(self, least=p)
        return replace(self, least=p, se=se, floor="signs")

    def distribution(self) -> tuple[str, str]:
        if self.floor == "signs":
            return "signs", "test of signs of the few rows that differ"
        if math.isinf(self.degrees):
            return "normal", "normal distribution"
        unit = "degree" if self.degrees == 1.0 else "degrees"
        return "t", f"t distribution, {self.degrees:.3g} {unit} of freedom"

    def interval(self, level: float) -> Interval:
        mean, degrees = float(self.mean), None if math.isinf(self.degrees) else self.degrees
        margin = quantile((1.0 + level) / 2.0, self.degrees) * self.se
        ends = mean - margin, mean + margin
        return Interval(self.se, *ends, level, degrees=degrees, floor=self.floor)

    def tests(self, margin: float | None) -> Tests:
        p = min(1.0, 2.0 * self._tail(abs(self.mean)))
        if self.floor == "signs":
            p = self.least
        p = max(p, self.least)
        if margin is None:
            return Tests(p)
        below, above = (self._tail(Fraction(margin) - x) for x in (self.mean, -self.mean))
        return Tests(p, below, max(below, above))

    def detectable(self, level: float) -> float:
        quantity = quantile((1.0 + level) / 2.0, math.inf) + quantile(POWER, math.inf)
        return quantity * self.se

    def _tail(self, distance: Fraction) -> float:
        return upper_tail(float(distance) / self.se, self.degrees)


@dataclass(frozen=True)
class Agreement:
    """Losses that are equal in every row, up to rounding.

    Attributes
    ----------
    rounding : the largest error of a difference; 0 if all are exactly 0.
    """

    mean: float
    rounding: float
    evidence: Sequence[Result] = ()

    @property
    def agreement(self) -> str:
        upto = ", up to rounding" if self.rounding else ""
        return f"the losses of both models are equal in every row{upto}"

    def distribution(self) -> tuple[str, str]:
        return "none", "equal losses"

    def interval(self, level: float) -> Interval:
        return Interval(0.0, self.mean - self.rounding, self.mean + self.rounding, level)

    def tests(self, margin: float | None) -> Tests:  # noqa: ARG002
        return Tests(1.0)

    def detectable(self, level: float) -> None:  # noqa: ARG002
        return None


def _rounding(paired: Paired, states: States) -> float:
    """Return a bound on the typical rounding error of a row's difference, in nats."""
    losses = (float(states[mean].finite_mean) for mean in (paired.baseline, paired.model))
    return ROUNDING * (1.0 + sum(losses))


def _predicted(paired: Paired, draws: Draws, states: States) -> float:
    """Return the standard error of the mean difference by the predictions alone.

    Notes
    -----
    Its square is Σw²v/W², for outcomes that are independent given the predictions, and that of the
    mean of what the predictions expect: see `losses.Outlook`.
    """
    of_outcomes, total = states[paired.variance], states[paired.variance].twice_weighted
    variance = total / of_outcomes.weights.total**2
    expected = draws.spread({paired.expected: 1}, states)
    least = math.hypot(square_root(variance), 0.0 if expected is None else expected.se)
    # The number of outcomes, all alike, that would make the total as uneven: see `formula.SEEN`.
    fourths = states[paired.fourth].twice_weighted
    events = square_root(total**4 / fourths**2) if fourths else 0.0
    return least / max(1.0, events / SEEN)


def powers(paired: Paired, draws: Draws, states: States) -> Powers | None:
    """Return the sums of powers of the terms of the difference; None beyond floats.

    The terms are those of the rows, or the totals of the clusters.
    """
    if isinstance(draws, Clusters):
        return powers_of(_totals(paired, draws, states))
    difference, energy = states[paired.difference], states[paired.energy]
    if energy.infinite_rows:
        return None
    fourths = from_units(energy.weighted_squares)
    return Powers(from_units(difference.sum), from_units(difference.weighted_squares), fourths)


def _totals(paired: Paired, clusters: Clusters, states: States) -> Floats:
    """Return the total of the differences of each cluster."""
    return states[clusters.groups].residuals(paired.difference, Fraction(0))


def _p_of_few_terms(paired: Paired, draws: Draws, states: States) -> float:
    """Return the p-value of the test of signs if few terms make up the difference, else 0.

    Notes
    -----
    It is exact if no more than MOST terms differ from 0, and an upper bound otherwise, and in
    groups. The total of a cluster is a sum of many rows: few clusters are only few terms if the
    differences of other clusters are 0.
    """
    terms = powers(paired, draws, states)
    if terms is None or not 0.0 < terms.effective < FEW_TERMS:
        return 0.0
    if isinstance(draws, Clusters):
        return 0.0 if _totals(paired, draws, states).all() else terms.most_likely
    few = states.get(paired.few)
    if few is None or few.values is None:
        return terms.most_likely
    return sign_test(few.values)
