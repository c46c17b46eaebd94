"""The comparisons of two or more models, from the states of their loss differences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import inf, isinf
from typing import Any

from cecli.commands.compare.conclusion import (
    Tests,
    adjusted,
    infinite_sentence,
    sentence,
    undefined_sentence,
    verdict,
)
from cecli.commands.compare.evidence import Criteria, Evidence, Paired
from cecli.core.statistic import States, Statistic
from cecli.intervals.delta import Clusters
from cecli.metrics.groups import Groups, states_of
from cecli.metrics.metric import ratio
from cecli.report.parts import Comparison, Conclusion
from cecli.report.report import Part
from cecli.report.result import NATS_PER, Answer, Measure, Result, Undefined, Units
from cecli.statistics.group_means import GroupMeans, Key
from cecli.statistics.mean import WeightState


@dataclass(frozen=True)
class Candidate:
    """A model to compare with the baseline: the role of its predictions, and its name."""

    role: str
    name: str

    @property
    def paired(self) -> Paired:
        return Paired(self.role)


@dataclass(frozen=True)
class Comparisons:
    """Yields a comparison of each model but the first, and the metrics of all.

    Attributes
    ----------
    baseline : the name of the first model.
    units : of the sentences.
    """

    baseline: str
    models: tuple[Candidate, ...]
    criteria: Criteria
    units: Units

    @cached_property
    def statistics(self) -> Sequence[Statistic[Any]]:
        means = [mean for model in self.models for mean in model.paired.means]
        draws = self.criteria.draws
        return [*means, *draws.statistics(())]

    def finish(self, states: States) -> Iterator[Part]:
        found = [Evidence(self.criteria, model.paired, states) for model in self.models]
        tests = adjusted([each.tests for each in found])
        comparisons = [
            self._comparison(model.name, evidence, of_model)
            for model, evidence, of_model in zip(self.models, found, tests, strict=True)
        ]
        yield from comparisons
        yield from numbered([(each.model, each.results) for each in comparisons])

    def _comparison(self, name: str, evidence: Evidence, tests: Tests | None) -> Comparison:
        found = self._verdict(evidence, tests)
        needed = self._needed(evidence) if found is Conclusion.UNDECIDED else None
        of_rows = evidence.results(tests, len(self.models))
        return Comparison(
            self.baseline,
            name,
            found,
            self._said(found, name, evidence, of_rows[0].in_units(self.units), needed),
            self.criteria.inference.distribution(evidence.draws)[0],
            (*of_rows, *self._of_draws(evidence, needed)),
        )

    def _verdict(self, evidence: Evidence, tests: Tests | None) -> Conclusion:
        if evidence.undefined:
            return Conclusion.UNDEFINED
        if evidence.only_model or evidence.only_baseline:
            return Conclusion.WORSE if evidence.only_model else Conclusion.BETTER
        if tests is None:
            return Conclusion.UNDECIDED
        return verdict(evidence.difference, tests, self.criteria.inference.level)

    def _said(
        self,
        found: Conclusion,
        name: str,
        evidence: Evidence,
        difference: Result,
        needed: float | None,
    ) -> str:
        names, margin = (self.baseline, name), self.criteria.margin
        if evidence.undefined:
            return undefined_sentence(names, evidence.undefined)
        if rows := evidence.only_model or evidence.only_baseline:
            return infinite_sentence(found, names, rows)
        if difference.interval is None or difference.value is None or evidence.untestable:
            return undefined_sentence(names, evidence.untestable)
        margin = None if margin is None else margin / NATS_PER[self.units]
        draws = f"{self.criteria.draws.draw}s"
        value, interval = difference.value, difference.interval
        return sentence(found, names, value, interval, self.units, margin, needed, draws)

    def _needed(self, evidence: Evidence) -> float | None:
        """Return the number of draws that a decision would need; None if no number would do."""
        if evidence.untestable:
            return None
        difference, margin = evidence.difference, self.criteria.margin
        # The comparison is decided once the interval excludes 0 or the margin, the farther first.
        distance = max(abs(difference), 0.0 if margin is None else margin - difference)
        return self.criteria.inference.rows_needed(evidence.draws, distance)

    def _of_draws(self, evidence: Evidence, needed: float | None) -> list[Result]:
        draws, results = f"{self.criteria.draws.draw}s", []
        if isinstance(self.criteria.draws, Clusters):
            what = "number of clusters: clusters are independent, rows of one cluster are not"
            results.append(Result("clusters", what, float(evidence.draws.weights.rows)))
        if needed is not None:
            what = f"approximate number of {draws} like these that a decision would take"
            results.append(Result(f"{draws}_needed", what, needed))
        return results


def numbered(results: Sequence[tuple[str, tuple[Result, ...]]]) -> tuple[Result, ...]:
    """Return the results of a single comparison unchanged, or number several from 2 on.

    Parameters
    ----------
    results : the name of each model but the baseline, and its results.
    """
    if len(results) == 1:
        return results[0][1]
    of_models = (
        replace(result, name=f"{result.name}_{number}", meaning=f"{model}: {result.meaning}")
        for number, (model, of_model) in enumerate(results, start=2)
        for result in of_model
        if result.name != "cross_entropy_baseline"
    )
    of_baseline = (r for r in results[0][1] if r.name == "cross_entropy_baseline")
    return (*of_baseline, *of_models)


CONTRIBUTION = "share of the weight times difference: adds up to the difference of all rows"
DIFFERENCE_SHARE = "contribution / difference of all rows"
INFINITE = "the difference of all rows is infinite"
NO_DIFFERENCE = "the difference of all rows is 0"


@dataclass(frozen=True)
class ComparedGroups:
    """Yields the comparison of the models in each group, the largest contribution first.

    P-values are adjusted for all groups and all models together.
    """

    groups: Groups
    models: tuple[Candidate, ...]
    criteria: Criteria

    @cached_property
    def _means(self) -> GroupMeans:
        return self.groups.sums(mean for model in self.models for mean in model.paired.means)

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self._means, *self._means.means)

    def finish(self, states: States) -> Iterator[Part]:
        found = [
            (key, weights, self._evidence(states_of(weights, means)))
            for key, weights, means in states[self._means]
        ]
        tests = adjusted([each.tests for _, _, evidence in found for each in evidence])
        count, whole = len(self.models), self._evidence(states)
        parts = [
            _Share(key, weights, evidence, tests[place * count : (place + 1) * count], whole)
            for place, (key, weights, evidence) in enumerate(found)
        ]
        names = [model.name for model in self.models]
        groups = [
            self.groups.group(part.key, part.weights, part.results(names, len(tests)))
            for part in sorted(parts, key=_Share.largest_first)
        ]
        return self.groups.parts(groups)

    def _evidence(self, states: States) -> list[Evidence]:
        return [Evidence(self.criteria, model.paired, states) for model in self.models]


@dataclass(frozen=True)
class _Share:
    """One group: for each model its evidence, adjusted p-values, and the evidence of all rows."""

    key: Key
    weights: WeightState
    evidence: Sequence[Evidence]
    tests: Sequence[Tests | None]
    whole: Sequence[Evidence]

    def results(self, names: Sequence[str], tested: int) -> tuple[Result, ...]:
        of_models = zip(names, self.evidence, self.tests, self.whole, strict=True)
        return numbered(
            [
                (name, (*part.results(tests, tested), *_shares(part, whole)))
                for name, part, tests, whole in of_models
            ]
        )

    def largest_first(self) -> tuple[float, Key]:
        """Return the sort key of a group; an undefined contribution counts as the largest."""
        pairs = zip(self.evidence, self.whole, strict=True)
        sizes = (_size(_contribution(part, whole)) for part, whole in pairs)
        return -max(sizes), self.key


def _size(contribution: Fraction | float | None) -> float:
    return inf if contribution is None else abs(float(contribution))


def _contribution(part: Evidence, whole: Evidence) -> Fraction | float | None:
    """Return a group's part of the difference of all rows; None if its own is undefined."""
    if part.undefined:
        return None
    if isinf(part.difference):
        return part.difference
    return Fraction(part.state.sum, whole.state.weights.weight)


def _shares(part: Evidence, whole: Evidence) -> list[Result]:
    contribution = _contribution(part, whole)
    value = None if contribution is None else float(contribution)
    of_all = Result(
        "contribution", CONTRIBUTION, value, Measure.INFORMATION, undefined=part.undefined
    )
    return [of_all, _difference_share(_share(part, whole))]


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
