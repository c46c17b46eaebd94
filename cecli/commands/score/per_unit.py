"""The loss of a text for each of its bytes, or of its words."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.statistic import States
from cecli.intervals.delta import Slopes
from cecli.metrics.cross_entropy import exp, exponential_metric
from cecli.metrics.metric import Metric, ratio
from cecli.numerics import Floats
from cecli.report.result import Answer, Definition, Direction, IntervalScale, Undefined
from cecli.statistics.mean import Mean, Score

LN2 = math.log(2.0)


@dataclass(frozen=True)
class Rate:
    """Returns the quotient of two scores of each row, where the second is not 0."""

    cost: Score
    size: Score

    def __call__(self, chunk: Chunk) -> Floats:
        cost, size = chunk.once(self.cost), chunk.once(self.size)
        found = np.zeros(len(chunk))
        np.divide(cost, size, out=found, where=size != 0.0)
        return found


@dataclass(frozen=True)
class Lacks:
    """Returns 1 for each row in which a score is 0."""

    size: Score

    def __call__(self, chunk: Chunk) -> Floats:
        return np.asarray(chunk.once(self.size) == 0.0, dtype=np.float64)


@dataclass(frozen=True)
class PerUnit:
    """The loss of a text for each of its bytes, or of its words.

    Attributes
    ----------
    cost : the mean loss of a token.
    size : the mean of what a token has of them.
    name : of several.
    """

    cost: Mean
    size: Mean
    name: str

    @property
    def needed(self) -> tuple[Mean, Mean]:
        return self.cost, self.size

    def nats(self, states: States) -> Fraction | float | None:
        """Return nats per unit; None if the text has none."""
        total = states[self.size].total
        return states[self.cost].total / total if total else None

    def _undefined(self) -> Undefined:
        return Undefined(f"the tokens have 0 {self.name} in total")

    def bits(self, states: States) -> Answer:
        nats = self.nats(states)
        return self._undefined() if nats is None else ratio(nats, LN2)

    def perplexity(self, states: States) -> Answer:
        nats = self.nats(states)
        return self._undefined() if nats is None else exp(nats)

    def slopes(self, factor: Callable[[States], Answer], states: States) -> Slopes | None:
        """Return the derivatives of a function of nats per unit, given its own `factor`."""
        cost, size, by = states[self.cost], states[self.size].finite_mean, factor(states)
        if cost.infinite_rows or isinstance(by, Undefined) or not size:
            return None
        slope = Fraction(by) / size
        return {self.cost: slope, self.size: -slope * cost.finite_mean / size}

    def bits_metric(self, definition: Definition, meaning: str) -> Metric:
        """Return the loss for each unit in bits."""
        slopes = partial(self.slopes, lambda _: 1.0 / LN2)
        return Metric(
            definition,
            meaning,
            self.needed,
            self.bits,
            self.needed,
            slopes,
            over_groups=self._bits_over_groups,
        )

    def _bits_over_groups(self, metric: Metric) -> Metric:
        rate = Mean(Rate(self.cost.score, self.size.score))
        what = f"mean over groups of the bits of each for each of its {self.name}"
        of_rates = replace(
            exponential_metric(metric.definition, what, rate.score), many=None, over_groups=None
        )
        return replace(
            of_rates,
            answer=partial(self._of_rates, rate, lambda nats: ratio(nats, LN2)),
            statistics=(rate, self.size_of_groups),
            slopes=lambda _: {rate: 1.0 / LN2},
        )

    def perplexity_metric(self, name: str, unit: str) -> Metric:
        """Return the perplexity for each unit."""
        return Metric(
            Definition(
                name,
                f"Number of equally likely {unit}s that would be as uncertain.",
                f"exp(loss in nats / {self.name})",
                Direction.LOWER,
                low=1.0,
                scale=IntervalScale.EXPONENTIAL,
            ),
            f"exp(loss in nats / {self.name})",
            self.needed,
            self.perplexity,
            self.needed,
            partial(self.slopes, self.perplexity),
            over_groups=self._perplexity_over_groups,
        )

    def _perplexity_over_groups(self, metric: Metric) -> Metric:
        rate = Mean(Rate(self.cost.score, self.size.score))
        what = f"exp(mean over groups of nats / {self.name}): geometric mean of those of the groups"
        found = exponential_metric(metric.definition, what, rate.score)
        return replace(
            found,
            answer=partial(self._of_rates, rate, exp),
            statistics=(rate, self.size_of_groups),
        )

    @property
    def size_of_groups(self) -> Mean:
        """The share of groups that have none of them."""
        return Mean(Lacks(self.size.score))

    def _of_rates(
        self, rate: Mean, of: Callable[[Fraction | float], Answer], states: States
    ) -> Answer:
        """Return a function of the mean over groups of nats per unit."""
        lacking = states[self.size_of_groups].total
        if lacking:
            return Undefined(f"the tokens of {int(lacking):,} of the groups have 0 {self.name}")
        return of(states[rate].mean)
