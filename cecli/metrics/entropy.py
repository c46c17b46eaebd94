"""How uncertain is it? Of counted values, and of what one column says of another."""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from cecli.core.statistic import States
from cecli.metrics.base_rate import prediction_entropy
from cecli.metrics.cross_entropy import exp
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, mean_metric
from cecli.numerics.distributions.divergences import excess
from cecli.numerics.distributions.shares import share_surprisal
from cecli.report.result import Answer, Measure
from cecli.statistics.counts import Counts
from cecli.statistics.mean import WEIGHT

COLUMN, GIVEN = "column", "given"

OF_PREDICTIONS = (
    mean_metric("entropy", prediction_entropy, "mean of H(q) over the rows", Measure.INFORMATION),
    EFFECTIVE_ROWS,
)


@dataclass(frozen=True)
class Counted:
    """What can be said of a column whose values were counted, alone or with another.

    Attributes
    ----------
    counts : of the column, or of its pairs with the given one.
    """

    counts: Counts

    def metrics(self) -> tuple[Metric, ...]:
        """Return the metrics of the column, with those that need a given one where there is one."""
        return (
            self._metric("entropy", "H(x) = -sum p log p, of the shares as counted", self.entropy),
            self._metric(
                "entropy_miller_madow",
                "the same, corrected for counting: + (categories - 1) / (2 effective_rows)",
                self.miller_madow,
            ),
            self._number("perplexity", "exp(entropy in nats)", self.perplexity),
            self._number("categories", "how many different values occur", self.categories),
            *(self._with_given() if GIVEN in self.counts.roles else ()),
            EFFECTIVE_ROWS,
        )

    def _with_given(self) -> tuple[Metric, ...]:
        return (
            self._metric(
                "conditional_entropy",
                "H(x|y): what is left when y is known",
                self.conditional_entropy,
            ),
            self._metric(
                "mutual_information",
                "I(x;y) = H(x) - H(x|y): what y says of x",
                self.mutual_information,
            ),
            self._metric("given_entropy", "H(y)", self.given_entropy),
        )

    def _metric(self, name: str, meaning: str, answer: Callable[[States], Answer]) -> Metric:
        return Metric(name, meaning, Measure.INFORMATION, (self.counts, WEIGHT), answer)

    def _number(self, name: str, meaning: str, answer: Callable[[States], Answer]) -> Metric:
        return Metric(name, meaning, Measure.NUMBER, (self.counts,), answer)

    def _weights(self, role: str, states: States) -> dict[str, int]:
        place = self.counts.roles.index(role)
        weights: Counter[str] = Counter()
        for key, weight in states[self.counts].weights.items():
            weights[key[place]] += weight
        return weights

    def entropy(self, states: States) -> Answer:
        """Return the plug-in entropy of the column."""
        return _entropy(self._weights(COLUMN, states))

    def given_entropy(self, states: States) -> Answer:
        """Return the plug-in entropy of the given column."""
        return _entropy(self._weights(GIVEN, states))

    def categories(self, states: States) -> Answer:
        """Return the number of different values."""
        return float(len(self._weights(COLUMN, states)))

    def perplexity(self, states: States) -> Answer:
        """Return how many equally likely values would be as uncertain."""
        return exp(_entropy(self._weights(COLUMN, states)))

    def miller_madow(self, states: States) -> Answer:
        """Return the entropy with its bias of first order removed; effective rows, where weighted.

        References
        ----------
        Miller, G. A. (1955), Note on the bias of information estimates.
        """
        weights = self._weights(COLUMN, states)
        rows = states[WEIGHT].effective_rows
        return _entropy(weights) + float((len(weights) - 1) / (2 * rows))

    def conditional_entropy(self, states: States) -> Answer:
        """Return −Σ p(x, y) ln p(x|y)."""
        pairs, given = states[self.counts].weights, self._weights(GIVEN, states)
        total = sum(pairs.values())
        return math.fsum(
            weight / total * _surprisal(weight, given[y]) for (_, y), weight in pairs.items()
        )

    def mutual_information(self, states: States) -> Answer:
        """Return KL of p(x)·p(y) from p(x, y): never negative, and 0 exactly if independent.

        The differences p(x)·p(y) − p(x, y) are rational numbers, rounded once.
        """
        pairs = states[self.counts].weights
        column, given = self._weights(COLUMN, states), self._weights(GIVEN, states)
        total = sum(pairs.values())
        joint = np.array([weight / total for weight in pairs.values()])
        products = [Fraction(column[x] * given[y], total * total) for x, y in pairs]
        difference = np.array(
            [
                float(product - Fraction(weight, total))
                for product, weight in zip(products, pairs.values(), strict=True)
            ]
        )
        terms = excess(joint, np.array(list(map(float, products))), difference)
        # Pairs that never occur contribute p(x)·p(y) each.
        return math.fsum([*terms.tolist(), float(1 - sum(products))])


def _entropy(weights: dict[str, int]) -> float:
    total = sum(weights.values())
    return math.fsum(weight / total * _surprisal(weight, total) for weight in weights.values())


def _surprisal(weight: int, total: int) -> float:
    """Return −ln(weight/total); shares up to ½ need no exact arithmetic."""
    share = weight / total
    return 0.0 - math.log(share) if 0.0 < share <= 0.5 else share_surprisal(Fraction(weight, total))
