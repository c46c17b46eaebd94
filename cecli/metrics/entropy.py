"""Entropy of counted values, and mutual information of two columns."""

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
from cecli.numerics import Floats
from cecli.numerics.distributions.divergences import excess
from cecli.numerics.distributions.shares import share_surprisal
from cecli.numerics.sums.exact import exact_sums_by
from cecli.report.result import Answer, Definition, Measure
from cecli.statistics.group_means import Key, groups_of
from cecli.statistics.mean import ONE, WEIGHT

# This many distinct values or pairs take a few hundred megabytes.
MOST = 1_000_000


@dataclass(frozen=True)
class CountsState:
    """The weight of each value or pair, in units of `numerics.sums.exact`, and the input's name."""

    source: str
    weights: Mapping[Key, int] = field(default_factory=dict)

    def merge(self, other: Self) -> Self:
        """Return the summed weights of both.

        Raises
        ------
        InputError
            If there are more than a million distinct keys.
        """
        merged = Counter(self.weights)
        merged.update(other.weights)
        if len(merged) > MOST:
            raise InputError(
                f"has more than {MOST:,} distinct values to count",
                self.source,
                "identifiers or numbers? for probabilities use --prob COL",
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
    "Entropy of the column, or of the distribution p.",
    "-sum p log p",
    measure=INFORMATION,
    also=("Shannon entropy",),
)
MILLER_MADOW = Definition(
    "entropy_miller_madow",
    "Entropy of counted values, corrected for its first-order bias.",
    "entropy + (categories - 1) / (2 effective_rows)",
    measure=INFORMATION,
)
CATEGORIES = Definition(
    "categories",
    "Number of distinct values.",
    "number of values with weight",
    low=1.0,
)
CONDITIONAL_ENTROPY = Definition(
    "conditional_entropy",
    "Entropy of the column that remains once the given column is known.",
    "H(x|y) = -sum p(x,y) log p(x|y)",
    measure=INFORMATION,
    also=("equivocation",),
)
MUTUAL_INFORMATION = Definition(
    "mutual_information",
    "Reduction of the column's entropy by knowing the given column.",
    "I(x;y) = H(x) - H(x|y)",
    measure=INFORMATION,
    also=("information gain",),
)
GIVEN_ENTROPY = Definition(
    "given_entropy",
    "Entropy of the given column.",
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
    """The metrics of a column of counted values, alone or with a given column.

    Attributes
    ----------
    counts : of the column's values, or of its pairs with the given column.
    """

    counts: Counts

    def metrics(self) -> tuple[Metric, ...]:
        """Return the metrics of the column, and those of the given column if there is one."""
        return (
            self._metric(ENTROPY, "H(x) = -sum p log p of the observed shares", self.entropy),
            self._metric(
                MILLER_MADOW,
                "bias-corrected: entropy + (categories - 1) / (2 effective_rows)",
                self.miller_madow,
            ),
            self._metric(PERPLEXITY, "exp(entropy in nats)", self.perplexity),
            self._metric(CATEGORIES, "number of distinct values", self.categories),
            *(self._with_given() if GIVEN in self.counts.roles else ()),
            EFFECTIVE_ROWS,
        )

    def _with_given(self) -> tuple[Metric, ...]:
        return (
            self._metric(
                CONDITIONAL_ENTROPY,
                "H(x|y): entropy of x that remains once y is known",
                self.conditional_entropy,
            ),
            self._metric(
                MUTUAL_INFORMATION,
                "I(x;y) = H(x) - H(x|y): information about x from y",
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
        """Return the number of distinct values."""
        return float(len(self._weights(COLUMN, states)))

    def perplexity(self, states: States) -> Answer:
        """Return the number of equally likely values with the same entropy."""
        return exp(_entropy(self._weights(COLUMN, states)))

    def miller_madow(self, states: States) -> Answer:
        """Return the entropy corrected for first-order bias; weighted rows count as effective rows.

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
        """Return the divergence of p(x)·p(y) from p(x, y): ≥ 0, and exactly 0 if independent.

        The differences p(x)·p(y) − p(x, y) are rational and rounded once.
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

        def log_ratio() -> Floats:
            # Each logarithm by itself, because a product of small shares may be below any float.
            return np.array(
                [
                    share_surprisal(Fraction(weight, total)) - share_surprisal(product)
                    for product, weight in zip(products, pairs.values(), strict=True)
                ]
            )

        terms = excess(joint, np.array(list(map(float, products))), difference, log_ratio)
        # Pairs that never occur contribute p(x)·p(y) each.
        return math.fsum([*terms.tolist(), float(1 - sum(products))])


def _entropy(weights: dict[str, int]) -> float:
    total = sum(weights.values())
    return math.fsum(weight / total * _surprisal(weight, total) for weight in weights.values())


def _surprisal(weight: int, total: int) -> float:
    """Return −ln(weight/total); shares up to ½ need no exact arithmetic."""
    share = weight / total
    return 0.0 - math.log(share) if 0.0 < share <= 0.5 else share_surprisal(Fraction(weight, total))
