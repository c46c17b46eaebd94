"""Calibration of each group, by its cumulative differences, and a p-value for all groups at once.

Predictions may be right on the whole, and too low in one group and too high in another.

References
----------
Hébert-Johnson, Ú., Kim, M. P., Reingold, O., Rothblum, G. N. (2018), Multicalibration: calibration
for the (computationally-identifiable) masses. arXiv:1711.08513
Holm, S. (1979), A simple sequentially rejective multiple test procedure.
https://www.jstor.org/stable/4615733
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

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
from cecli.numerics.cells.keys import predictions_of
from cecli.numerics.sums.exact import from_units
from cecli.numerics.sums.quotients import quotients, total
from cecli.numerics.tails import holm
from cecli.report.report import Part
from cecli.report.result import Answer, Definition, Group, Notice, Result, Undefined
from cecli.statistics.cells.group_cells import GroupCells, GroupLines
from cecli.statistics.keys import Key

P_VALUE = Definition(
    "ecce_p_value_adjusted",
    "The same for a group, adjusted for the number of groups (Holm).",
    "least level at which Holm's test rejects calibration of the group",
    high=1.0,
)
DEFINITIONS = (P_VALUE,)
# A bracket wider than this many ecce_sigma could change a conclusion.
WIDE = 0.1


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
    """Yields the calibration of each group, the least calibrated first."""

    groups: Groups

    @cached_property
    def _cells(self) -> GroupCells:
        return GroupCells(self.groups.roles, self.groups.source, self.groups.most)

    @property
    def statistics(self) -> Sequence[GroupCells]:
        return (self._cells,)

    def finish(self, states: States) -> Iterator[Part]:
        found = [(key, GroupCalibration.of(lines)) for key, lines in states[self._cells]]
        p_values = _adjusted([each for _, each in found])
        tested = sorted(zip(found, p_values, strict=True), key=_least_calibrated_first)
        groups = [self._group(key, each, p) for (key, each), p in tested]
        yield from groups
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
        if vague := sum(each.is_vague for _, each in found):
            yield Notice(
                "bracket",
                f"in {vague:,} group{'' if vague == 1 else 's'}, the order of rows within cells "
                "could change ecce by more than a tenth of ecce_sigma: see ecce_upper",
            )

    def _group(self, key: Key, of: GroupCalibration, adjusted: float | None) -> Group:
        p_value = of.p_value
        why = p_value.reason if isinstance(p_value, Undefined) else ""
        results = (
            Result("base_rate", "share of the positive class", of.rate),
            Result("mean_prediction", "mean of q", of.prediction),
            Result(ECCE.value.name, ECCE.value.meaning, of.ecce.value),
            Result(ECCE.upper.name, ECCE.upper.meaning, of.ecce.upper),
            Result(ECCE_SIGMA.name, ECCE_SIGMA.meaning, of.sigma),
            Result("ecce_p_value", "hypothesis: calibrated", _number(p_value), undefined=why),
            Result(P_VALUE.name, "adjusted for the groups (Holm)", adjusted, undefined=why),
        )
        rows, least = of.rows, self.groups.least
        named = dict(zip(self.groups.names, key, strict=True))
        return Group(named, rows, float(of.weight), results, rows < least)


def _adjusted(groups: Sequence[GroupCalibration]) -> list[float | None]:
    """Return the p-values, adjusted for the groups that the predictions let us test.

    Whether a group has too few is known before its outcomes: leaving it out is no selection.
    """
    adjusted = iter(holm([_number(each.p_value) for each in groups if not each.has_too_few]))
    return [None if each.has_too_few else next(adjusted) for each in groups]


def _number(answer: Answer) -> float | None:
    return None if isinstance(answer, Undefined) else answer


def _least_calibrated_first(
    tested: tuple[tuple[Key, GroupCalibration], float | None],
) -> tuple[float, float, Key]:
    (key, of), adjusted = tested
    size = of.ecce.value / of.sigma if of.sigma else of.ecce.value
    return 2.0 if adjusted is None else adjusted, -size, key
