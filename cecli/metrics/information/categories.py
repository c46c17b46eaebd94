"""Divergence of the values of one column from those of another, both counted over the same rows."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.core.errors import shown
from cecli.core.plan import Finding, Noticing
from cecli.core.statistic import States
from cecli.metrics.cross_entropy import CROSS_ENTROPY_DEFINITION
from cecli.metrics.cross_entropy import KL as KL_DEFINITION
from cecli.metrics.information import kl_divergence as rows
from cecli.metrics.information.entropy import CATEGORIES, ENTROPY, surprisal
from cecli.metrics.metric import EFFECTIVE_ROWS, Metric, measured
from cecli.numerics import Floats
from cecli.numerics.distributions import divergences
from cecli.numerics.symmetric import inverse_form
from cecli.numerics.tails import tail
from cecli.report.result import Answer, Definition, Measure, Notice, Undefined
from cecli.statistics.counts import Counts
from cecli.statistics.mean import WEIGHT

P, Q = "p", "q"
EXPECTED = Definition(
    "kl_expected",
    "The kl that chance alone gives of counted values, had both columns one distribution.",
    "sum_k (p_k + q_k - 2 s_k) / (p_k + q_k) / effective_rows, s_k the share with k in both",
    measure=Measure.INFORMATION,
)
HOMOGENEITY = Definition(
    "homogeneity_p_value",
    "Chance of shares so different in two columns of the same rows, had they one distribution.",
    "P(chi2 > d' V^-1 d), d the differences of the shares, V their covariance",
    high=1.0,
    also=("Stuart-Maxwell test", "marginal homogeneity"),
)
DEFINITIONS = (EXPECTED, HOMOGENEITY)
# So many values at most are tested: their covariance is inverted.
MOST_TESTED = 1000
UNEQUAL = Undefined("the weights differ: they do not say how many rows there are")
NO_DIFFERENCE = Undefined("both columns have the same value in every row")
TOO_MANY = Undefined(f"there are more than {MOST_TESTED:,} values")
# So many values that one side lacks are named.
NAMED = 10


class SharesOfValues(NamedTuple):
    """How much each value counts in both columns, in the same order.

    Attributes
    ----------
    p, q : Σw of each value, exact, in one unit; `both` is that of the rows with it in both columns.
    """

    names: tuple[str, ...]
    p: tuple[int, ...]
    q: tuple[int, ...]
    both: tuple[int, ...]
    total: int

    def shares(self, weights: Sequence[int]) -> Floats:
        """Return each weight as a share of the total."""
        return np.array([weight / self.total for weight in weights])

    def difference(self) -> Floats:
        """Return q − p, each rounded once."""
        pairs = zip(self.p, self.q, strict=True)
        return np.array([float(Fraction(b - a, self.total)) for a, b in pairs])

    def surprisals(self, weights: Sequence[int]) -> Floats:
        return np.array([surprisal(w, self.total) if w else math.inf for w in weights])


@dataclass(frozen=True)
class CountedPairs:
    """The divergences between the values of two columns.

    Notes
    -----
    They are plug-in estimates: those of the observed shares. Even if both columns have one
    distribution, the observed shares differ, and kl is about ½ Σ d²/m > 0, of the differences d and
    the mean shares m. In the same rows, d has the variance (p + q − 2s)/n.
    """

    counts: Counts

    @property
    def findings(self) -> Sequence[Finding]:
        """The metrics in the order of reports, and the notice of values that one side lacks."""
        return (*measured(self.metrics), *self._absent)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics, none of which has an interval."""
        of = self._metric
        return (
            of(CROSS_ENTROPY_DEFINITION, rows.OF_CROSS_ENTROPY, self.cross_entropy),
            of(ENTROPY, rows.OF_ENTROPY, self.entropy),
            of(KL_DEFINITION, rows.OF_KL, self.kl),
            of(rows.RESIDUAL, rows.OF_RESIDUAL, self.residual),
            of(rows.REVERSE_KL, rows.OF_REVERSE_KL, self.reverse_kl),
            of(rows.JEFFREYS, f"{rows.OF_JEFFREYS}: population stability index", self.jeffreys),
            of(rows.JS_DIVERGENCE, rows.OF_JS_DIVERGENCE, self.js_divergence),
            of(rows.JS_DISTANCE, "sqrt(js_divergence)", self.js_distance),
            of(rows.TOTAL_VARIATION, rows.OF_TOTAL_VARIATION, self.total_variation),
            of(rows.HELLINGER, rows.OF_HELLINGER, self.hellinger),
            of(EXPECTED, "kl that chance alone would give, had p and q one distribution",
               self.expected),
            of(HOMOGENEITY, "Stuart-Maxwell test: chance of such a difference, had they one",
               self.homogeneity),
            of(CATEGORIES, "number of distinct values in either column", self.categories),
            EFFECTIVE_ROWS,
        )  # fmt: skip

    def _metric(
        self, definition: Definition, meaning: str, answer: Callable[[States], Answer]
    ) -> Metric:
        return Metric(definition, meaning, (self.counts, WEIGHT), answer)

    def values(self, states: States) -> SharesOfValues:
        """Return how much each value counts."""
        return states.once(self._values)

    def _values(self, states: States) -> SharesOfValues:
        sides: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
        pairs = states[self.counts].weights
        for (ours, theirs), weight in pairs.items():
            sides[0][ours] += weight
            sides[1][theirs] += weight
            if ours == theirs:
                sides[2][ours] += weight
        # In an order that does not depend on that of the rows.
        names = tuple(sorted({*sides[0], *sides[1]}))
        p, q, both = (tuple(side[name] for name in names) for side in sides)
        return SharesOfValues(names, p, q, both, sum(pairs.values()))

    def cross_entropy(self, states: States) -> float:
        found = self.values(states)
        return _sum(divergences.expected(found.shares(found.p), found.surprisals(found.q)))

    def entropy(self, states: States) -> float:
        found = self.values(states)
        return _sum(divergences.expected(found.shares(found.p), found.surprisals(found.p)))

    def kl(self, states: States) -> float:
        found = self.values(states)
        return _excess(found.shares(found.p), found.shares(found.q), found.difference())

    def reverse_kl(self, states: States) -> float:
        found = self.values(states)
        return _excess(found.shares(found.q), found.shares(found.p), -found.difference())

    def jeffreys(self, states: States) -> Answer:
        return self.kl(states) + self.reverse_kl(states)

    def residual(self, states: States) -> Answer:
        cross, entropy, kl = self.cross_entropy(states), self.entropy(states), self.kl(states)
        if math.isinf(cross):
            return rows.INFINITE
        return float(Fraction(cross) - Fraction(entropy) - Fraction(kl))

    def js_divergence(self, states: States) -> float:
        found = self.values(states)
        terms = divergences.js_terms(
            found.shares(found.p), found.shares(found.q), found.difference()
        )
        return min(_sum(terms), math.log(2.0))

    def js_distance(self, states: States) -> Answer:
        return math.sqrt(self.js_divergence(states))

    def total_variation(self, states: States) -> Answer:
        found = self.values(states)
        apart = sum(abs(a - b) for a, b in zip(found.p, found.q, strict=True))
        return float(Fraction(apart, 2 * found.total))

    def hellinger(self, states: States) -> Answer:
        found = self.values(states)
        roots = divergences.root_differences(
            found.shares(found.p), found.shares(found.q), found.difference()
        )
        return min(1.0, math.sqrt(_sum(roots * roots) / 2.0))

    def categories(self, states: States) -> Answer:
        return float(len(self.values(states).names))

    def expected(self, states: States) -> Answer:
        """Return the mean of kl under one distribution, to first order in 1/n."""
        found = self.values(states)
        sides = zip(found.p, found.q, found.both, strict=True)
        terms = math.fsum((a + b - 2 * both) / (a + b) for a, b, both in sides)
        return terms / float(states[WEIGHT].effective_rows)

    def homogeneity(self, states: States) -> Answer:
        """Return the p-value of the test of marginal homogeneity.

        Notes
        -----
        Of K values, with pairs counted n_ij: d_i = n_i. − n_.i, and the covariance of the d has
        n_i. + n_.i − 2n_ii on its diagonal, and −(n_ij + n_ji) beside it. Values that are the same
        in every row that has them tell nothing, and rows fall into parts that share no value: the
        degrees of freedom are the rank of the covariance.

        References
        ----------
        Stuart, A. (1955), A test for homogeneity of the marginal distributions in a two-way
        classification. doi:10.1093/biomet/42.3-4.412
        Maxwell, A. E. (1970), Comparing the classification of subjects by two independent judges.
        doi:10.1192/bjp.116.535.651
        """
        weight = states[WEIGHT]
        if weight.effective_rows != weight.rows:
            return UNEQUAL
        found = self.values(states)
        sides = zip(found.names, found.p, found.q, found.both, strict=True)
        moved = [name for name, ours, theirs, both in sides if ours + theirs > 2 * both]
        if not moved:
            return NO_DIFFERENCE
        if len(moved) > MOST_TESTED:
            return TOO_MANY
        table = self._table(moved, states)
        difference = table.sum(axis=1) - table.sum(axis=0)
        covariance = np.diag(table.sum(axis=1) + table.sum(axis=0)) - table - table.T
        parts = _parts(table)
        kept = np.array([place for part in parts for place in part[1:]])
        statistic = inverse_form(covariance[np.ix_(kept, kept)], difference[kept])
        return tail(statistic, len(kept))

    def _table(self, names: Sequence[str], states: States) -> Floats:
        """Return the number of rows with each pair of different values, shape (K, K)."""
        places = {name: place for place, name in enumerate(names)}
        table = np.zeros((len(names), len(names)))
        total, rows_counted = self.values(states).total, states[WEIGHT].rows
        for (ours, theirs), weight in states[self.counts].weights.items():
            if ours != theirs:
                table[places[ours], places[theirs]] = weight * rows_counted / total
        return table

    @property
    def _absent(self) -> Iterator[Noticing]:
        codes = (("infinite-kl", Q, "kl"), ("infinite-reverse-kl", P, "reverse_kl"))
        for code, side, metric in codes:
            yield Noticing((self.counts, WEIGHT), partial(self._lacks, code, side, metric))

    def _lacks(self, code: str, side: str, metric: str, states: States) -> Notice | None:
        found = self.values(states)
        theirs = found.q if side == Q else found.p
        absent = [name for name, weight in zip(found.names, theirs, strict=True) if not weight]
        if not absent:
            return None
        said = ", ".join(map(shown, absent[:NAMED]))
        more = f" and {len(absent) - NAMED:,} more" if len(absent) > NAMED else ""
        other = Q if side == P else P
        values = "the value" if len(absent) == 1 else "the values"
        return Notice(
            code,
            f"{side} never has {values} {said}{more}, which {other} has: {metric} is infinite; "
            "js_divergence and total_variation are finite",
        )


def _sum(terms: Floats) -> float:
    return math.fsum(terms.tolist())


def _excess(p: Floats, q: Floats, difference: Floats) -> float:
    """Return Σ (q − p) − p ln(q/p), which is the divergence, as both add up to 1."""
    return _sum(divergences.excess(p, q, difference))


def _parts(table: Floats) -> list[list[int]]:
    """Return the parts of the values: those of one part are linked by rows that have both."""
    linked = (table + table.T) > 0.0
    left, found = set(range(len(table))), list[list[int]]()
    while left:
        part, coming = set[int](), [min(left)]
        while coming:
            place = coming.pop()
            if place in part:
                continue
            part.add(place)
            coming += np.flatnonzero(linked[place]).tolist()
        found.append(sorted(part))
        left -= part
    return found
