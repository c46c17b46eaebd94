"""Entropy of counted values, and of predictions."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import chain, repeat
from typing import Any

import numpy as np

from cecli.core.dataclasses import dataclass, replace
from cecli.core.plan import Finding
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import normal_interval
from cecli.intervals.formula import Image
from cecli.intervals.scales import Ends
from cecli.metrics.base_rate import prediction_entropy
from cecli.metrics.cross_entropy import PERPLEXITY, exp
from cecli.metrics.metric import EFFECTIVE_ROWS, Many, Metric, mean_metric, measured
from cecli.numerics import Floats
from cecli.numerics.distributions.shares import share_surprisal
from cecli.numerics.scalars import log
from cecli.numerics.sums.exact import from_units
from cecli.report.result import (
    LEVEL,
    Answer,
    Definition,
    Interval,
    IntervalScale,
    Measure,
    Result,
    Undefined,
)
from cecli.statistics.counts import Alike, Counts
from cecli.statistics.keys import Key
from cecli.statistics.mean import WEIGHT

COLUMN, GIVEN = "column", "given"

INFORMATION = Measure.INFORMATION
ENTROPY = Definition(
    "entropy",
    "Entropy of the column, or of the distribution p.",
    "-sum p log p",
    measure=INFORMATION,
    also=("Shannon entropy",),
    scale=IntervalScale.PROPORTIONAL,
)
MILLER_MADOW = Definition(
    "entropy_miller_madow",
    "Entropy of counted values, corrected for its bias to first order.",
    "entropy + (categories - 1) / (2 effective_rows)",
    measure=INFORMATION,
)
CATEGORIES = Definition(
    "categories",
    "Number of distinct values.",
    "number of values with weight",
    low=1.0,
)
EFFICIENCY = Definition(
    "efficiency",
    "Entropy as a share of the largest possible one, that of equally likely values or classes.",
    "entropy / log K, of K values or classes",
    high=1.0,
    also=("Pielou's evenness", "evenness"),
    scale=IntervalScale.PROPORTIONAL,
)
DEFINITIONS = (ENTROPY, MILLER_MADOW, CATEGORIES, EFFICIENCY)
ONE_VALUE = Undefined("there is a single value")


def of_predictions(classes: int) -> tuple[Metric, ...]:
    """Return the metrics of predictions over some classes."""
    entropy = mean_metric(ENTROPY, "mean of H(q) over the rows", prediction_entropy)
    return (entropy, efficiency_of(entropy, classes), EFFECTIVE_ROWS)


def efficiency_of(entropy: Metric, classes: int) -> Metric:
    """Return a mean entropy as a share of ln K, with the interval that this makes of its own."""
    (mean,), most = entropy.means, log(float(classes))
    return Metric(
        EFFICIENCY,
        f"entropy / log({classes:,})",
        (mean,),
        lambda states: min(1.0, float(states[mean].mean) / most),
        (mean,),
        lambda _: {mean: 1.0 / most},
        image=Image(entropy, partial(_ends, most), partial(_many_ends, most)),
        many=Many(
            lambda columns: np.minimum(1.0, columns[mean].rounded / most),
            lambda _: {mean: 1.0 / most},
        ),
    )


def _ends(most: float, lower: float, upper: float) -> Ends:
    """Return the ends of an entropy as shares of the largest one."""
    return min(1.0, lower / most), min(1.0, upper / most)


def _many_ends(most: float, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
    return np.minimum(1.0, lower / most), np.minimum(1.0, upper / most)


@dataclass(frozen=True)
class Counted:
    """The metrics of a column of counted values.

    Attributes
    ----------
    counts : of the column's values, or of its pairs with a given column.
    """

    counts: Counts

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics without an interval."""
        return (
            self.metric(ENTROPY, "H(x) = -sum p log p of the observed shares", self.entropy),
            self.metric(PERPLEXITY, "exp(entropy in nats)", self.perplexity),
            self.metric(CATEGORIES, "number of distinct values", self.categories),
            self.metric(EFFICIENCY, "entropy / log(categories)", self.efficiency),
        )

    def findings(self, level: float = LEVEL) -> Sequence[Finding]:
        """Return the metrics of the column, in the order of reports."""
        entropy, *others = measured(self.metrics)
        return (entropy, MillerMadow(self, level), *others)

    def metric(
        self, definition: Definition, meaning: str, answer: Callable[[States], Answer]
    ) -> Metric:
        """Return a metric that is computed from the counts."""
        return Metric(definition, meaning, (self.counts, WEIGHT), answer)

    def weights(self, role: str, states: States) -> dict[str, int]:
        """Return Σw of each value of one of two columns."""
        return self._by_value(role, states[self.counts].weights)

    def _by_value(self, role: str, sums: Mapping[Key, int]) -> dict[str, int]:
        place = self.counts.roles.index(role)
        found: Counter[str] = Counter()
        for key, total in sums.items():
            found[key[place]] += total
        return found

    def alike(self, states: States) -> Iterator[Alike]:
        """Yield Σw and Σw² of all values of the column, those that are equal at once."""
        state = states[self.counts]
        if len(self.counts.roles) == 1:
            yield from state.alike()
            return
        squares = self._by_value(COLUMN, state.squares)
        for value, weight in self.weights(COLUMN, states).items():
            yield Alike(1, weight, squares[value])

    def entropy(self, states: States) -> float:
        """Return the plug-in entropy of the column."""
        return states.once(self._entropy)

    def _entropy(self, states: States) -> float:
        alike = ((each.values, each.weight) for each in self.alike(states))
        return _plug_in(alike, states[self.counts].total)

    def values(self, states: States) -> int:
        """Return the number of distinct values."""
        if len(self.counts.roles) == 1:
            return len(states[self.counts])
        return len(self.weights(COLUMN, states))

    def categories(self, states: States) -> Answer:
        """Return the number of distinct values, as a metric."""
        return float(self.values(states))

    def efficiency(self, states: States) -> Answer:
        """Return the entropy as a share of that of as many equally frequent values."""
        values = self.values(states)
        return ONE_VALUE if values < 2 else min(1.0, self.entropy(states) / log(float(values)))

    def perplexity(self, states: States) -> Answer:
        """Return the number of equally likely values with the same entropy."""
        return exp(self.entropy(states))


@dataclass(frozen=True)
class MillerMadow:
    """The entropy corrected for its first-order bias, with its interval.

    Unequal weights count as the effective number of rows. The plug-in entropy has no interval: its
    bias alone may be several standard errors.

    Notes
    -----
    The variance is that of the mean of −ln p, to which Harris's second-order term (c − 1)/(2n²) is
    added: if all values are about equally frequent, the first term is nearly 0 by chance.

    References
    ----------
    Miller, G. A. (1955), Note on the bias of information estimates. Harris, B. (1975), The
    statistical estimation of entropy in the non-parametric case, equation 2.5.
    """

    counted: Counted
    level: float = LEVEL

    @property
    def metric(self) -> Metric:
        what = "first-order bias-corrected: entropy + (categories - 1) / (2 effective_rows)"
        return self.counted.metric(MILLER_MADOW, what, self.answer)

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return self.metric.statistics

    def finish(self, states: States) -> Iterator[Result]:
        yield replace(self.metric.result(states), interval=self.interval(states))

    def answer(self, states: States) -> float:
        """Return the corrected entropy."""
        categories = self.counted.values(states)
        rows = states[WEIGHT].effective_rows
        return self.counted.entropy(states) + float((categories - 1) / (2 * rows))

    def interval(self, states: States) -> Interval:
        """Return the normal interval around the corrected entropy, without negative numbers."""
        rows, effective = states[WEIGHT].rows, float(states[WEIGHT].effective_rows)
        if rows < 2:
            return Interval(None, None, None, self.level)
        entropy, total = self.counted.entropy(states), states[self.counted.counts].total
        whole = from_units(total) ** 2
        # Σw² of a value, as a share of (Σw)², is a quotient of units by squared units.
        first = _sum(
            (
                values,
                float(from_units(square) / whole) * (surprisal(weight, total) - entropy) ** 2,
            )
            for values, weight, square in self.counted.alike(states)
        )
        second = (self.counted.values(states) - 1) / (2.0 * effective**2)
        found = normal_interval(
            self.answer(states), math.sqrt(first * rows / (rows - 1) + second), self.level
        )
        return replace(found, lower=max(found.lower or 0.0, 0.0))


def plug_in_entropy(weights: Mapping[Any, int]) -> float:
    """Return −Σ p ln p of the shares of some weights."""
    return _plug_in(((1, weight) for weight in weights.values()), sum(weights.values()))


def _plug_in(weights: Iterable[tuple[int, int]], total: int) -> float:
    """Return the same of weights that some values have each."""
    return _sum((values, weight / total * surprisal(weight, total)) for values, weight in weights)


def _sum(terms: Iterable[tuple[int, float]]) -> float:
    """Return the rounded sum of terms, each so many times."""
    return math.fsum(chain.from_iterable(repeat(term, times) for times, term in terms))


def surprisal(weight: int, total: int) -> float:
    """Return −ln(weight/total); shares up to ½ need no exact arithmetic."""
    share = weight / total
    return 0.0 - log(share) if 0.0 < share <= 0.5 else share_surprisal(Fraction(weight, total))
