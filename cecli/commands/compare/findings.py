"""The comparisons of two or more models, from the states of their loss differences."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from math import ceil, inf
from typing import Any

from cecli.commands.compare.conclusion import (
    Simultaneous,
    Tests,
    adjusted,
    agreement_sentence,
    infinite_sentence,
    sentence,
    undefined_sentence,
)
from cecli.commands.compare.contributions import Parted, Whole, over_rows
from cecli.commands.compare.evidence import Criteria, Evidence
from cecli.commands.compare.notices import OF_CLASSES, OF_TOKENS, few_differences, few_in_groups
from cecli.commands.compare.texts.perplexity import ratio_of, said_of
from cecli.core.dataclasses import dataclass, replace
from cecli.core.statistic import States, Statistic
from cecli.intervals.clusters import Clusters
from cecli.intervals.delta import Draws
from cecli.intervals.inside import Inside, draws_inside
from cecli.metrics.groups import Groups
from cecli.metrics.paired.losses import Candidate
from cecli.report.parts import Comparison, Conclusion
from cecli.report.report import Part
from cecli.report.result import NATS_PER, Measure, Result, Units
from cecli.statistics.group_means import GroupMeans, states_of
from cecli.statistics.keys import Key
from cecli.statistics.mean import WeightState

DETECTABLE = "smallest_detectable_difference"
MOST_ROWS = 1e15
# The end of the names of results that are the same beside each model.
OF_BASELINE = "_baseline"


def needed(models: Sequence[Candidate], criteria: Criteria) -> list[Statistic[Any]]:
    """Return the means, and products, that the numbers of a comparison and its inference need."""
    every, of_tokens = [model.paired for model in models], criteria.tokens
    found: list[Statistic[Any]] = []
    for paired in every:
        found += [*paired.means, *criteria.inference.means(paired)]
        found += [] if of_tokens is None else of_tokens.statistics(paired, criteria.draws)
    return found


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
        inference, draws = self.criteria.inference, self.criteria.draws
        every = [model.paired for model in self.models]
        return [
            *needed(self.models, self.criteria),
            *(other for paired in every for other in inference.statistics(paired)),
            *(
                other
                for paired in every
                for x in paired.uncertain
                for other in draws.statistics((x,))
            ),
        ]

    def finish(self, states: States) -> Iterator[Part]:
        tested = len(self.models)
        found = [Evidence(self.criteria, each.paired, states, tested) for each in self.models]
        tests = adjusted([each.tests for each in found])
        comparisons = [
            self._comparison(model.name, evidence, of_model)
            for model, evidence, of_model in zip(self.models, found, tests, strict=True)
        ]
        yield from comparisons
        yield from numbered([(each.model, each.results) for each in comparisons])
        for model, evidence in zip(self.models, found, strict=True):
            yield from few_differences(self.baseline, model, evidence, self.criteria.draws)

    def _comparison(self, name: str, evidence: Evidence, tests: Tests | None) -> Comparison:
        effort = self._effort(evidence)
        said = self._said(name, evidence, [result.in_units(self.units) for result in effort])
        results = (*evidence.results(tests), *self._of_draws(evidence), *effort)
        kind = evidence.distribution[0]
        return Comparison(self.baseline, name, evidence.conclusion, said, kind, results)

    def _said(self, name: str, evidence: Evidence, effort: Sequence[Result]) -> str:
        names, found = (self.baseline, name), evidence.conclusion
        margin, scale = self.criteria.margin, NATS_PER[self.units]
        margin = None if margin is None else margin / scale
        rows = evidence.only_model or evidence.only_baseline
        if rows and not evidence.undefined:
            observed = (OF_TOKENS if self.criteria.tokens else OF_CLASSES)[0]
            return infinite_sentence(found, names, rows, observed)
        if evidence.untestable:
            return undefined_sentence(names, evidence.untestable)
        if evidence.agreement:
            return agreement_sentence(names, evidence.agreement, self.units, margin)
        interval = evidence.interval.divided(scale)
        of = Simultaneous(self.criteria.inference.level, len(self.models))
        value, draws = evidence.difference / scale, f"{self.criteria.draws.draw}s"
        said = sentence(found, names, value, interval, of, self.units, margin, effort, draws)
        if self.criteria.tokens is None:
            return said
        return said + said_of(ratio_of(evidence.mean_difference), self.baseline)

    def _effort(self, evidence: Evidence) -> list[Result]:
        """Return what fresh rows could find, if the comparison is undecided and this is known.

        Notes
        -----
        With a margin it is the number of rows that would find so large a difference; without one,
        the difference that as many rows would find. Neither depends on the observed difference,
        whose own power says no more than its p-value (Hoenig, Heisey 2001,
        doi:10.1198/000313001300339897).
        """
        least, margin = evidence.detectable, self.criteria.margin
        if evidence.conclusion is not Conclusion.UNDECIDED or least is None:
            return []
        draws = f"{self.criteria.draws.draw}s"
        if margin is None:
            what = f"difference that as many fresh {draws} find with a probability of 80 %"
            return [Result(DETECTABLE, what, least, Measure.INFORMATION)]
        needed = evidence.draws * (least / margin) ** 2
        if needed > MOST_ROWS:
            return []
        what = f"fresh {draws} that find a difference of the margin with a probability of 80 %"
        return [Result(f"{draws}_needed", what, float(ceil(needed)))]

    def _of_draws(self, evidence: Evidence) -> list[Result]:
        if not isinstance(self.criteria.draws, Clusters):
            return []
        what = "number of clusters: clusters are independent, rows of one cluster are not"
        return [Result("clusters", what, float(evidence.draws))]


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
        if not result.name.endswith(OF_BASELINE)
    )
    of_baseline = (r for r in results[0][1] if r.name.endswith(OF_BASELINE))
    return (*of_baseline, *of_models)


@dataclass(frozen=True)
class ComparedGroups:
    """Yields the comparison of the models in each group, the largest contribution first.

    Attributes
    ----------
    parted : returns what the contributions of groups add up to.
    """

    groups: Groups
    models: tuple[Candidate, ...]
    criteria: Criteria
    parted: Parted = over_rows

    @cached_property
    def _inside(self) -> Inside[Draws]:
        return draws_inside(self.criteria.draws, self.groups.roles)

    @cached_property
    def _of_groups(self) -> Criteria:
        return replace(self.criteria, draws=self._inside.how)

    @cached_property
    def means(self) -> GroupMeans:
        """All that the comparison of each group needs."""
        further = self.criteria.draws.statistics(())
        return self.groups.sums([*needed(self.models, self.criteria), *further])

    @property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return (self.means, *self.means.means, *self._inside.statistics)

    def settled(self, states: States) -> States:
        return self.groups.settled(states, self.means, self._inside.statistics)

    def finish(self, states: States) -> Iterator[Part]:
        count, of_groups = len(self.models), list(states[self.means])
        tested, of_draws = count * len(of_groups), self._inside.states(states)
        found = [
            (
                key,
                weights,
                self._evidence(
                    self._of_groups, states_of(weights, {**means, **of_draws(key)}), tested
                ),
            )
            for key, weights, means in of_groups
        ]
        tests = adjusted([each.tests for _, _, evidence in found for each in evidence])
        of_models = zip(*(evidence for _, _, evidence in found), strict=True)
        whole = [self.parted(evidence) for evidence in of_models]
        parts = [
            _Share(key, weights, evidence, tests[place * count : (place + 1) * count], whole)
            for place, (key, weights, evidence) in enumerate(found)
        ]
        names = [model.name for model in self.models]
        groups = [
            self.groups.group(part.key, part.weights, part.results(names))
            for part in sorted(parts, key=_Share.largest_first)
        ]
        yield from self.groups.parts(groups)
        yield from few_in_groups([evidence for _, _, evidence in found])

    def _evidence(self, criteria: Criteria, states: States, tested: int) -> list[Evidence]:
        return [Evidence(criteria, model.paired, states, tested) for model in self.models]


@dataclass(frozen=True)
class _Share:
    """One group: for each model its evidence, adjusted p-values, and what it is a part of."""

    key: Key
    weights: WeightState
    evidence: Sequence[Evidence]
    tests: Sequence[Tests | None]
    whole: Sequence[Whole]

    def results(self, names: Sequence[str]) -> tuple[Result, ...]:
        of_models = zip(names, self.evidence, self.tests, self.whole, strict=True)
        return numbered(
            [
                (name, (*part.results(tests), *whole.results(part)))
                for name, part, tests, whole in of_models
            ]
        )

    def largest_first(self) -> tuple[float, Key]:
        """Return the sort key of a group; an undefined contribution counts as the largest."""
        pairs = zip(self.evidence, self.whole, strict=True)
        sizes = (_size(whole.contribution(part)) for part, whole in pairs)
        return -max(sizes), self.key


def _size(contribution: Fraction | float | None) -> float:
    return inf if contribution is None else abs(float(contribution))
