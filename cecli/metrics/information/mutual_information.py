"""What one column of values tells about another: mutual information, and a test of independence."""

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.core.plan import Finding
from cecli.core.statistic import States
from cecli.metrics.information.entropy import (
    COLUMN,
    GIVEN,
    INFORMATION,
    Counted,
    plug_in_entropy,
    surprisal,
)
from cecli.metrics.metric import Metric, measured
from cecli.numerics import Floats
from cecli.numerics.distributions.divergences import excess
from cecli.numerics.distributions.shares import share_surprisal
from cecli.numerics.tails import tail
from cecli.report.result import Answer, Definition, IntervalScale, Undefined
from cecli.statistics.mean import WEIGHT

CONDITIONAL_ENTROPY = Definition(
    "conditional_entropy",
    "Entropy that remains once the given column, or the member of an ensemble, is known.",
    "H(x|y) = -sum p(x,y) log p(x|y); of an ensemble: the mean of its members' entropies",
    measure=INFORMATION,
    also=("equivocation", "aleatoric uncertainty"),
    scale=IntervalScale.PROPORTIONAL,
)
MUTUAL_INFORMATION = Definition(
    "mutual_information",
    "Reduction of the entropy by knowing the given column, or the member of an ensemble.",
    "I(x;y) = H(x) - H(x|y)",
    measure=INFORMATION,
    also=("information gain", "BALD", "epistemic uncertainty"),
    scale=IntervalScale.PROPORTIONAL,
)
GIVEN_ENTROPY = Definition(
    "given_entropy",
    "Entropy of the given column.",
    "H(y) = -sum p(y) log p(y)",
    measure=INFORMATION,
)
MILLER_MADOW = Definition(
    "mutual_information_miller_madow",
    "Mutual information of counted pairs, corrected for its bias to first order.",
    "mutual_information + (K + L - 1 - pairs) / (2 effective_rows), of K and L values",
    measure=INFORMATION,
    low=-math.inf,
)
INDEPENDENCE = Definition(
    "independence_p_value",
    "Chance of so much mutual information, were the two columns independent.",
    "P(chi2 > 2 rows mutual_information), with (K - 1)(L - 1) degrees of freedom",
    high=1.0,
    also=("G test", "likelihood-ratio test of independence"),
)
DEFINITIONS = (
    CONDITIONAL_ENTROPY,
    MUTUAL_INFORMATION,
    MILLER_MADOW,
    INDEPENDENCE,
    GIVEN_ENTROPY,
)
UNEQUAL = Undefined("the weights differ: they do not say how many rows there are")
ONE_VALUE = Undefined("one of the columns has a single value")


@dataclass(frozen=True)
class Related:
    """The metrics of a column and a given column.

    Attributes
    ----------
    counted : the pairs of their values.
    """

    counted: Counted

    @property
    def metrics(self) -> tuple[Metric, ...]:
        of = self.counted.metric
        return (
            of(
                CONDITIONAL_ENTROPY,
                "H(x|y): entropy of x that remains once y is known",
                self.conditional_entropy,
            ),
            of(
                MUTUAL_INFORMATION,
                "I(x;y) = H(x) - H(x|y): information about x from y",
                self.mutual_information,
            ),
            of(
                MILLER_MADOW,
                "first-order bias-corrected: about 0 for independent columns",
                self.miller_madow,
            ),
            of(
                INDEPENDENCE,
                "G test: chance of so much information, were x and y independent",
                self.independence,
            ),
            of(GIVEN_ENTROPY, "H(y)", self.given_entropy),
        )

    @property
    def findings(self) -> Sequence[Finding]:
        return measured(self.metrics)

    def given_entropy(self, states: States) -> Answer:
        """Return the plug-in entropy of the given column."""
        return plug_in_entropy(self.counted.weights(GIVEN, states))

    def conditional_entropy(self, states: States) -> Answer:
        """Return −Σ p(x, y) ln p(x|y)."""
        pairs, given = states[self.counted.counts].weights, self.counted.weights(GIVEN, states)
        total = sum(pairs.values())
        return math.fsum(
            weight / total * surprisal(weight, given[y]) for (_, y), weight in pairs.items()
        )

    def mutual_information(self, states: States) -> float:
        """Return the divergence of p(x)·p(y) from p(x, y): ≥ 0, and exactly 0 if independent.

        The differences p(x)·p(y) − p(x, y) are rational and rounded once.
        """
        return states.once(self._mutual_information)

    def _mutual_information(self, states: States) -> float:
        pairs = states[self.counted.counts].weights
        column, given = (self.counted.weights(role, states) for role in (COLUMN, GIVEN))
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

    def _sizes(self, states: States) -> tuple[int, int]:
        """Return the numbers of distinct values of the two columns."""
        column, given = (len(self.counted.weights(role, states)) for role in (COLUMN, GIVEN))
        return column, given

    def miller_madow(self, states: States) -> Answer:
        """Return H(x) + H(y) − H(x, y), each corrected by its own number of values.

        References
        ----------
        Miller, G. A. (1955), Note on the bias of information estimates. Roulston, M. S. (1999),
        Estimating the errors on measured entropy and mutual information, equation 10.
        """
        excess_values = sum(self._sizes(states)) - 1 - len(states[self.counted.counts].weights)
        correction = excess_values / (2 * states[WEIGHT].effective_rows)
        return self.mutual_information(states) + float(correction)

    def independence(self, states: States) -> Answer:
        """Return the p-value of the likelihood-ratio test of independence.

        References
        ----------
        Wilks, S. S. (1938), The large-sample distribution of the likelihood ratio.
        doi:10.1214/aoms/1177732360
        """
        weight, (column, given) = states[WEIGHT], self._sizes(states)
        if weight.effective_rows != weight.rows:
            return UNEQUAL
        if min(column, given) < 2:
            return ONE_VALUE
        statistic = 2.0 * weight.rows * self.mutual_information(states)
        return tail(statistic, (column - 1) * (given - 1))
