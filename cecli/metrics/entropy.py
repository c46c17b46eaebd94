"""How uncertain is it? Counts of values, and what one column says about another."""

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Self

import numpy as np

from cecli.core.chunk import Chunk
from cecli.core.errors import InputError
from cecli.core.statistic import States
from cecli.metrics.base_rate import prediction_entropy
from cecli.metrics.cross_entropy import PERPLEXITY, exp
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, mean_metric
from cecli.numerics.distributions.divergences import excess
from cecli.numerics.distributions.shares import share_surprisal
from cecli.numerics.sums.exact import exact_sums_by
from cecli.report.result import Answer, Definition, Measure
from cecli.statistics.group_means import Key, groups_of
from cecli.statistics.mean import ONE, WEIGHT

# So many different values, or pairs, take a few hundred megabytes.
MOST = 1_000_000


@dataclass(frozen=True)
class CountsState:
    """The weight of each value or pair, in units of `numerics.exact`, and what the input is."""

    source: str
    weights: Mapping[Key, int] = field(default_factory=dict)

    def merge(self, other: Self) -> Self:
        """Return the weights of both.

        Raises
        ------
        InputError
            If there are more than a million different keys.
        """
        merged = Counter(self.weights)
        merged.update(other.weights)
        if len(merged) > MOST:
            raise InputError(
                f"has more than {MOST:,} different values to count",
                self.source,
                "identifiers, or numbers? probabilities: --prob COL",
            )
        return type(self)(self.source, dict(merged))


@dataclass(frozen=True)
class Counts:
    """The weight of each value of one text role, or of each combination of several."""

    roles: tuple[str, ...]
    source: str

    def empty(self) -> CountsState:
        return CountsState(self.source)

    def summarize(self, chunk: Chunk) -> CountsState:
        keys, codes = groups_of(chunk, self.roles)
        if chunk.weight is None:
            rows: list[int] = np.bincount(codes, minlength=len(keys)).tolist()
            weights = [count * ONE for count in rows]
        else:
            weights = exact_sums_by(codes, len(keys), chunk.weight)
        return CountsState(self.source, dict(zip(keys, weights, strict=True)))


COLUMN, GIVEN = "column", "given"

INFORMATION = Measure.INFORMATION
ENTROPY = Definition(
    "entropy",
    "How uncertain the column, or the distribution p, is.",
    "-sum p log p",
    measure=INFORMATION,
    also=("Shannon entropy",),
)
MILLER_MADOW = Definition(
    "entropy_miller_madow",
    "The entropy of counted values, with its bias of first order removed.",
    "entropy + (categories - 1) / (2 effective_rows)",
    measure=INFORMATION,
)
CATEGORIES = Definition(
    "categories",
    "How many different values occur.",
    "number of values with weight",
    low=1.0,
)
CONDITIONAL_ENTROPY = Definition(
    "conditional_entropy",
    "What is uncertain still when the given column is known.",
    "H(x|y) = -sum p(x,y) log p(x|y)",
    measure=INFORMATION,
    also=("equivocation",),
)
MUTUAL_INFORMATION = Definition(
    "mutual_information",
    "What the given column says of the other.",
    "I(x;y) = H(x) - H(x|y)",
    measure=INFORMATION,
    also=("information gain",),
)
GIVEN_ENTROPY = Definition(
    "given_entropy",
    "How uncertain the given column is.",
    "H(y) = -sum p(y) log p(y)",
    measure=INFORMATION,
)
DEFINITIONS = (
    ENTROPY,
    MILLER_MADOW,
    CATEGORIES,
    CONDITIONAL_ENTROPY,
    MUTUAL_INFORMATION,
    GIVEN_ENTROPY,
)

OF_PREDICTIONS = (
    mean_metric(ENTROPY, "mean of H(q) over the rows", prediction_entropy),
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
            self._metric(ENTROPY, "H(x) = -sum p log p, of the shares as counted", self.entropy),
            self._metric(
                MILLER_MADOW,
                "the same, corrected for counting: + (categories - 1) / (2 effective_rows)",
                self.miller_madow,
            ),
            self._metric(PERPLEXITY, "exp(entropy in nats)", self.perplexity),
            self._metric(CATEGORIES, "how many different values occur", self.categories),
            *(self._with_given() if GIVEN in self.counts.roles else ()),
            EFFECTIVE_ROWS,
        )

    def _with_given(self) -> tuple[Metric, ...]:
        return (
            self._metric(
                CONDITIONAL_ENTROPY,
                "H(x|y): what is left when y is known",
                self.conditional_entropy,
            ),
            self._metric(
                MUTUAL_INFORMATION,
                "I(x;y) = H(x) - H(x|y): what y says of x",
                self.mutual_information,
            ),
            self._metric(GIVEN_ENTROPY, "H(y)", self.given_entropy),
        )

    def _metric(
        self, definition: Definition, meaning: str, answer: Callable[[States], Answer]
    ) -> Metric:
        return Metric(definition, meaning, (self.counts, WEIGHT), answer)

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
