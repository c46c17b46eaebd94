"""Calibration of each group, by its cumulative differences, and a p-value for all groups at once.

Predictions may be right on the whole, and too low in one group and too high in another.

References
----------
Hébert-Johnson, Ú., Kim, M. P., Reingold, O., Rothblum, G. N. (2018), Multicalibration: calibration
for the (computationally-identifiable) masses. arXiv:1711.08513
Holm, S. (1979), A simple sequentially rejective multiple test procedure.
https://www.jstor.org/stable/4615733
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States
from cecli.intervals.delta import square_root
from cecli.metrics.calibration_tests.skewness import FEWEST_EXPECTED, expected_rarer
from cecli.metrics.cells.bracket import Bracket
from cecli.metrics.cells.cumulative import (
    ECCE,
    ECCE_SIGMA,
    Walk,
    p_value_of,
)
from cecli.metrics.groups import Groups
from cecli.metrics.reliability.class_wise import ADJUSTED, P_VALUE, TestedPart, adjusted
from cecli.metrics.reliability.flipped_signs import LEAST_P_VALUE, ClusterSums
from cecli.metrics.reliability.seen_by import SeenBy
from cecli.metrics.reliability.stretches import differences
from cecli.metrics.suppressed import Together
from cecli.numerics.cells.keys import predictions_of
from cecli.numerics.sums.exact import from_units
from cecli.numerics.sums.quotients import quotients, total
from cecli.report.report import Part
from cecli.report.result import Answer, Group, Notice, Result, Undefined
from cecli.statistics.cells.group_cells import GroupCells, GroupLines
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.group_totals import GroupTotalsState
from cecli.statistics.keys import Key

# The largest numbers of stretches and of units of each group.
OF_A_GROUP = (16, 2048)
# A bracket wider than this many ecce_sigma could change a conclusion.
WIDE = 0.1
# A p-value below this is often taken for evidence.
NOTABLE = 0.05


class GroupCalibration(NamedTuple):
    """The calibration of one group.

    Attributes
    ----------
    rate, prediction : observed rate, and mean prediction.
    ecce, sigma : the range of the cumulative differences with certain bounds, and its unit.
    expected : about how many of the rarer outcome the predictions expect.
    """

    rows: int
    weight: Fraction
    rate: float
    prediction: float
    ecce: Bracket
    sigma: float
    expected: float

    @classmethod
    def of(cls, lines: GroupLines) -> Self:
        """Return the calibration of the rows in some cells, in ascending order."""
        weight, events, predicted, variance, squares = (from_units(total(x)) for x in lines.sums)
        return cls(
            int(lines.rows.sum()),
            weight,
            float(events / weight),
            float(predicted / weight),
            _walk(lines, float(weight)).range,
            square_root(max(variance, Fraction(0)) / weight**2),
            expected_rarer(variance, weight, squares),
        )

    @property
    def p_value(self) -> Answer:
        return p_value_of(self.ecce.value, self.sigma, self.expected)

    @property
    def has_too_few(self) -> bool:
        return isinstance(self.p_value, Undefined) and self.sigma > 0.0

    def tested(self, between: ClusterSums | None) -> TestedPart:
        """Return the p-value; between clusters, if their sums are given."""
        p_value = self.p_value if between is None else between.range_p_value(self.p_value)
        return TestedPart(p_value, not self.has_too_few)

    @property
    def is_vague(self) -> bool:
        return self.ecce.upper - self.ecce.lower > WIDE * self.sigma > 0.0


def _walk(lines: GroupLines, weight: float) -> Walk:
    all_, happened, predicted, *_ = lines.sums
    at = np.append(0.0, np.cumsum(quotients(happened - predicted) / weight))
    wide = lines.least < lines.most
    low, high = predictions_of(lines.least[wide]), predictions_of(lines.most[wide])
    start = at[:-1][wide]
    # The events lift the walk by 1 − q each, the others lower it by q: at most so far.
    highest = start + quotients(happened)[wide] * low[1] / weight
    lowest = start - quotients(all_ - happened)[wide] * high[0] / weight
    return Walk(at, highest, lowest)


@dataclass(frozen=True)
class CalibrationByGroup:
    """Yields the calibration of each group, the least calibrated first.

    Attributes
    ----------
    between : the differences of each group between clusters; None if rows are independent.
    """

    groups: Groups
    between: Mapping[Key, ClusterSums] | None = None

    @cached_property
    def _cells(self) -> GroupCells:
        return GroupCells(self.groups.roles, self.groups.source, self.groups.most)

    @property
    def statistics(self) -> Sequence[GroupCells]:
        return (self._cells,)

    def settled(self, states: States) -> States:
        return self.groups.settled(states, self._cells)

    def differences(self, states: States, clusters: int, source: str) -> list[SeenBy]:
        """Return what is summed over the clusters of each group, once cells are known."""
        cells, roles = states[CELLS].cells, self.groups.roles
        return [differences(cells, clusters, source, roles, most=OF_A_GROUP)]

    def between_clusters(self, found: Sequence[GroupTotalsState], states: States) -> Self:
        """Return the same with p-values between clusters."""
        depth = len(self.groups.roles)
        key_of = Together(frozenset(key for key, _ in states[self._cells]), depth)
        of_groups = found[0].rekeyed(key_of).split(depth)
        between = {key: ClusterSums.of(of_group) for key, of_group in of_groups.items()}
        return replace(self, between=between)

    def finish(self, states: States) -> Iterator[Part]:
        found = [(key, GroupCalibration.of(lines)) for key, lines in states[self._cells]]
        tests = [each.tested(self._between(key)) for key, each in found]
        every = zip(found, tests, adjusted(tests), strict=True)
        groups = [
            self._group(key, each, test.p_value, p)
            for (key, each), test, p in sorted(every, key=_least_calibrated_first)
        ]
        yield from groups
        yield from self.groups.suppressed({key: each.rows for key, each in found})
        if small := sum(group.is_small for group in groups):
            yield Notice(
                "small-groups",
                f"{small:,} group{'' if small == 1 else 's'} with fewer than {self.groups.least} "
                "rows: the p-values are unreliable; --min-count N sets the limit",
            )
        if few := sum(each.has_too_few for _, each in found):
            yield Notice(
                "few-expected",
                f"in {few:,} of {len(found):,} groups, the predictions expect fewer than "
                f"{FEWEST_EXPECTED} of the rarer outcome: these have no p-value, and the others "
                "are adjusted without them",
            )
        if self.between is not None and len(found) * LEAST_P_VALUE > NOTABLE:
            yield Notice(
                "many-groups",
                f"p-values between clusters are {LEAST_P_VALUE:.0e} at least: adjusted for "
                f"{len(found):,} groups, none can be below {NOTABLE}",
            )
        if vague := sum(each.is_vague for _, each in found):
            yield Notice(
                "bracket",
                f"in {vague:,} group{'' if vague == 1 else 's'}, the order of rows within cells "
                "could change ecce by more than a tenth of ecce_sigma: see ecce_upper",
            )

    def _between(self, key: Key) -> ClusterSums | None:
        return None if self.between is None else self.between[key]

    def _group(
        self, key: Key, of: GroupCalibration, p_value: Answer, adjusted_p: float | None
    ) -> Group:
        why = p_value.reason if isinstance(p_value, Undefined) else ""
        between = self._between(key)
        sigma = of.sigma if between is None else between.spread / float(of.weight)
        results = (
            Result("base_rate", "share of the positive class", of.rate),
            Result("mean_prediction", "mean of q", of.prediction),
            Result(ECCE.value.name, ECCE.value.meaning, of.ecce.value),
            Result(ECCE.upper.name, ECCE.upper.meaning, of.ecce.upper),
            Result(ECCE_SIGMA.name, ECCE_SIGMA.meaning, sigma),
            Result(
                "ecce_p_value",
                "hypothesis: calibrated",
                None if isinstance(p_value, Undefined) else p_value,
                undefined=why,
            ),
            Result(P_VALUE.name, ADJUSTED.format("groups"), adjusted_p, undefined=why),
        )
        rows, least = of.rows, self.groups.least
        named = dict(zip(self.groups.names, key, strict=True))
        return Group(named, rows, float(of.weight), results, rows < least)


def _least_calibrated_first(
    tested: tuple[tuple[Key, GroupCalibration], TestedPart, float | None],
) -> tuple[float, float, Key]:
    (key, of), _, adjusted_p = tested
    size = of.ecce.value / of.sigma if of.sigma else of.ecce.value
    return 2.0 if adjusted_p is None else adjusted_p, -size, key
