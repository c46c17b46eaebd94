"""Where a difference comes from: the models on the rows of each group, and its part of the whole.

Groups are a partition of the rows, so that the mean difference is the sum of what they contribute:
d = Σ_g W_g/W · d_g.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import inf, isinf
from typing import Any

from cecli.metrics import Answer, Undefined, ratio
from cecli.metrics.comparisons import Model, numbered
from cecli.metrics.evidence import Criteria, Evidence
from cecli.metrics.groups import Groups, states_of
from cecli.metrics.verdict import Tests, adjusted
from cecli.report import Measure, Report, Result, Units
from cecli.statistics import States, Statistic
from cecli.statistics.group_means import GroupMeans
from cecli.statistics.groups import Key
from cecli.statistics.mean import WeightState

CONTRIBUTION = "share of the weight times difference: groups add up to the whole difference"
DIFFERENCE_SHARE = "contribution / whole difference"
INFINITE = "the whole difference is infinite"
NO_DIFFERENCE = "on the whole there is no difference"


@dataclass(frozen=True)
class ComparedGroups:
    """Adds to a report what each group of rows says of the models, the largest part first.

    All groups and all models are tested together: that is what p-values are adjusted for.
    """

    groups: Groups
    models: tuple[Model, ...]
    criteria: Criteria

    @cached_property
    def _means(self) -> GroupMeans:
        return self.groups.means(mean for model in self.models for mean in model.paired.means)

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self._means, *self._means.means)

    def added_to(self, report: Report, states: States) -> Report:
        found = [
            (key, weights, self._evidence(states_of(weights, means)))
            for key, weights, means in states[self._means]
        ]
        tests = adjusted([each.tests for _, _, evidence in found for each in evidence])
        count, whole = len(self.models), self._evidence(states)
        parts = [
            _Part(key, weights, evidence, tests[place * count : (place + 1) * count], whole)
            for place, (key, weights, evidence) in enumerate(found)
        ]
        names = [model.name for model in self.models]
        groups = [
            self.groups.group(part.key, part.weights, part.results(names, len(tests), report.units))
            for part in sorted(parts, key=_Part.largest_first)
        ]
        return self.groups.added_to(report, groups)

    def _evidence(self, states: States) -> list[Evidence]:
        return [Evidence(self.criteria, model.paired, states) for model in self.models]


@dataclass(frozen=True)
class _Part:
    """One group: for each model the evidence, its adjusted p-values, and the evidence of all."""

    key: Key
    weights: WeightState
    evidence: Sequence[Evidence]
    tests: Sequence[Tests | None]
    whole: Sequence[Evidence]

    def results(self, names: Sequence[str], tested: int, units: Units) -> tuple[Result, ...]:
        of_models = zip(names, self.evidence, self.tests, self.whole, strict=True)
        return numbered(
            [
                (name, (*part.results(tests, tested, units), *_shares(part, whole, units)))
                for name, part, tests, whole in of_models
            ]
        )

    def largest_first(self) -> tuple[float, Key]:
        """Return what groups are sorted by: one that leaves the whole undefined is the largest."""
        pairs = zip(self.evidence, self.whole, strict=True)
        sizes = (_size(_contribution(part, whole)) for part, whole in pairs)
        return -max(sizes), self.key


def _size(contribution: Fraction | float | None) -> float:
    return inf if contribution is None else abs(float(contribution))


def _contribution(part: Evidence, whole: Evidence) -> Fraction | float | None:
    """Return what a group adds to the whole difference; None where its own is undefined."""
    if part.undefined:
        return None
    if isinf(part.difference):
        return part.difference
    return Fraction(part.state.sum, whole.state.weights.weight)


def _shares(part: Evidence, whole: Evidence, units: Units) -> list[Result]:
    contribution = _contribution(part, whole)
    value = None if contribution is None else float(contribution)
    of_all = Result(
        "contribution", CONTRIBUTION, value, Measure.INFORMATION, undefined=part.undefined
    )
    return [of_all.in_units(units), _difference_share(_share(part, whole))]


def _difference_share(share: Answer) -> Result:
    if isinstance(share, Undefined):
        return Result("difference_share", DIFFERENCE_SHARE, None, undefined=share.reason)
    return Result("difference_share", DIFFERENCE_SHARE, share)


def _share(part: Evidence, whole: Evidence) -> Answer:
    if whole.undefined:
        return Undefined(whole.undefined)
    if isinf(whole.difference):
        return Undefined(INFINITE)
    if not whole.state.sum:
        return Undefined(NO_DIFFERENCE)
    return ratio(Fraction(part.state.sum), Fraction(whole.state.sum))
