"""Which of two or more models is better, from the differences of their losses row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from cecli.comparison import Comparison, Verdict
from cecli.metrics.evidence import Criteria, Evidence
from cecli.metrics.paired import Paired
from cecli.metrics.sentence import infinite_sentence, sentence, undefined_sentence
from cecli.metrics.uncertainty import Clusters
from cecli.metrics.verdict import Tests, adjusted, verdict
from cecli.report import NATS_PER, Report, Result, Units
from cecli.statistics import States, Statistic


@dataclass(frozen=True)
class Model:
    """A model that is compared with the baseline: the role of its predictions, and its name."""

    role: str
    name: str

    @property
    def paired(self) -> Paired:
        return Paired(self.role)


@dataclass(frozen=True)
class Comparisons:
    """Adds what was compared to a report: metrics of two models, and an entry for each but one.

    Attributes
    ----------
    baseline : the name of the first model.
    """

    baseline: str
    models: tuple[Model, ...]
    criteria: Criteria

    @cached_property
    def statistics(self) -> Sequence[Statistic[Any]]:
        means = [mean for model in self.models for mean in model.paired.means]
        return [*means, *self.criteria.draws.statistics([])]

    def added_to(self, report: Report, states: States) -> Report:
        found = [Evidence(self.criteria, model.paired, states) for model in self.models]
        tests = adjusted([each.tests for each in found])
        comparisons = tuple(
            self._comparison(model.name, evidence, of_model, report.units)
            for model, evidence, of_model in zip(self.models, found, tests, strict=True)
        )
        results = numbered([(each.model, each.results) for each in comparisons])
        return replace(report, results=results, comparisons=comparisons)

    def _comparison(
        self, name: str, evidence: Evidence, tests: Tests | None, units: Units
    ) -> Comparison:
        found = self._verdict(evidence, tests)
        needed = self._needed(evidence) if found is Verdict.UNDECIDED else None
        of_rows = evidence.results(tests, len(self.models), units)
        return Comparison(
            self.baseline,
            name,
            found,
            self._said(found, name, evidence, of_rows[0], units, needed),
            self.criteria.inference.distribution(evidence.draws)[0],
            (*of_rows, *self._of_draws(evidence, needed)),
        )

    def _verdict(self, evidence: Evidence, tests: Tests | None) -> Verdict:
        if evidence.undefined:
            return Verdict.UNDEFINED
        if evidence.only_model or evidence.only_baseline:
            return Verdict.WORSE if evidence.only_model else Verdict.BETTER
        if tests is None:
            return Verdict.UNDECIDED
        return verdict(evidence.difference, tests, self.criteria.inference.level)

    def _said(
        self,
        found: Verdict,
        name: str,
        evidence: Evidence,
        difference: Result,
        units: Units,
        needed: float | None,
    ) -> str:
        names, margin = (self.baseline, name), self.criteria.margin
        if evidence.undefined:
            return undefined_sentence(names, evidence.undefined)
        if rows := evidence.only_model or evidence.only_baseline:
            return infinite_sentence(found, names, rows)
        if difference.interval is None or difference.value is None or evidence.untestable:
            return undefined_sentence(names, evidence.untestable)
        margin = None if margin is None else margin / NATS_PER[units]
        draws = f"{self.criteria.draws.draw}s"
        interval = difference.interval
        return sentence(found, names, difference.value, interval, units, margin, needed, draws)

    def _needed(self, evidence: Evidence) -> float | None:
        """Return how many draws would decide it; None where no number would."""
        if evidence.untestable:
            return None
        difference, margin = evidence.difference, self.criteria.margin
        # Decided it is by whatever is left out first: no difference, or one of the margin.
        distance = max(abs(difference), 0.0 if margin is None else margin - difference)
        return self.criteria.inference.rows_needed(evidence.draws, distance)

    def _of_draws(self, evidence: Evidence, needed: float | None) -> list[Result]:
        draws, results = f"{self.criteria.draws.draw}s", []
        if isinstance(self.criteria.draws, Clusters):
            what = "how many clusters there are: they are independent, their rows are not"
            results.append(Result("clusters", what, float(evidence.draws.weights.rows)))
        if needed is not None:
            what = f"about so many {draws} like these would decide it"
            results.append(Result(f"{draws}_needed", what, needed))
        return results


def numbered(results: Sequence[tuple[str, tuple[Result, ...]]]) -> tuple[Result, ...]:
    """Return the results of two models as they are, those of more numbered from 2 on.

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
