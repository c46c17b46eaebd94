"""Which of two or more models is better, from the differences of their losses row by row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf
from typing import Any

from cecli.comparison import Comparison, Verdict
from cecli.metrics.inference import FixedSize, Inference, p_value
from cecli.metrics.paired import Paired
from cecli.metrics.sentence import infinite_sentence, sentence, undefined_sentence
from cecli.metrics.uncertainty import IndependentRows, interval
from cecli.metrics.verdict import Tests, holm, verdict
from cecli.report import NATS_PER, Interval, Measure, Report, Result, Units
from cecli.statistics import States, Statistic
from cecli.statistics.mean import Mean

INFINITE = "an infinite difference has no distribution"
BOTH_INFINITE = "in some rows both lose infinitely much, and infinity minus infinity is no number"
EACH_INFINITE = "each loses infinitely much in rows where the other does not"
ONE_ROW = "one row has no standard error"


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
    margin : the difference that is still no matter, in nats; None where there is no such.
    """

    baseline: str
    models: tuple[Model, ...]
    inference: Inference
    margin: float | None = None

    @cached_property
    def statistics(self) -> Sequence[Statistic[Any]]:
        return [statistic for model in self.models for statistic in model.paired.statistics]

    def added_to(self, report: Report, states: States) -> Report:
        found = [_Found(self, model.paired, states) for model in self.models]
        tests = _adjusted([each.tests for each in found])
        comparisons = tuple(
            each.comparison(model.name, adjusted, report.units)
            for each, model, adjusted in zip(found, self.models, tests, strict=True)
        )
        return replace(report, results=_flat(comparisons), comparisons=comparisons)


def _adjusted(tests: Sequence[Tests | None]) -> list[Tests | None]:
    """Return p-values by which several comparisons can be believed at once."""
    columns = (
        holm([None if each is None else getattr(each, name) for each in tests])
        for name in ("difference", "noninferiority", "equivalence")
    )
    return [
        None if each is None or p[0] is None else Tests(p[0], *p[1:])
        for each, p in zip(tests, zip(*columns, strict=True), strict=True)
    ]


def _flat(comparisons: Sequence[Comparison]) -> tuple[Result, ...]:
    """Return the metrics of two models as they are, those of more numbered from 2 on."""
    if len(comparisons) == 1:
        return comparisons[0].results
    numbered = (
        replace(result, name=f"{result.name}_{number}", meaning=f"{comparison.model}: {meaning}")
        for number, comparison in enumerate(comparisons, start=2)
        for result in comparison.results
        if (meaning := result.meaning) and result.name != "cross_entropy_baseline"
    )
    of_baseline = (r for r in comparisons[0].results if r.name == "cross_entropy_baseline")
    return (*of_baseline, *numbered)


class _Found:
    """What the states say of one model."""

    def __init__(self, wanted: Comparisons, paired: Paired, states: States) -> None:
        self._wanted, self._paired, self._states = wanted, paired, states
        self._state = states[paired.difference]
        self._both = states[paired.both_infinite].count
        self._only_model = states[paired.model_infinite].count
        self._only_baseline = states[paired.baseline_infinite].count

    @property
    def _undefined(self) -> str:
        """Why the mean difference is undefined; empty where it is not."""
        if self._both:
            return BOTH_INFINITE
        return EACH_INFINITE if self._only_model and self._only_baseline else ""

    @property
    def _difference(self) -> float:
        if self._only_model:
            return inf
        return -inf if self._only_baseline else float(self._state.finite_mean)

    @property
    def _untestable(self) -> str:
        """Why there are no p-values; empty where there are."""
        if self._undefined or self._only_model or self._only_baseline:
            return self._undefined or INFINITE
        return ONE_ROW if self._state.weights.rows == 1 else ""

    @cached_property
    def tests(self) -> Tests | None:
        if self._untestable:
            return None
        inference, margin = self._wanted.inference, self._wanted.margin
        p = p_value(inference, self._state)
        if margin is None:
            return Tests(p)
        below = inference.p_below(self._state, margin)
        return Tests(p, below, max(below, inference.p_above(self._state, -margin)))

    def comparison(self, name: str, adjusted: Tests | None, units: Units) -> Comparison:
        names = (self._wanted.baseline, name)
        found = self._verdict(adjusted)
        difference = self._difference_result().in_units(units)
        needed = self._rows_needed() if found is Verdict.UNDECIDED else None
        results = (
            difference,
            *self._p_values(adjusted),
            *self._losses(units),
            *self._shares(),
            *([] if needed is None else [_rows_result(needed)]),
        )
        said = self._said(found, names, difference, units, needed)
        distribution = self._wanted.inference.distribution(self._state)[0]
        return Comparison(*names, found, said, distribution, results)

    def _verdict(self, adjusted: Tests | None) -> Verdict:
        if self._undefined:
            return Verdict.UNDEFINED
        if self._only_model or self._only_baseline:
            return Verdict.WORSE if self._only_model else Verdict.BETTER
        if adjusted is None:
            return Verdict.UNDECIDED
        return verdict(self._difference, adjusted, self._wanted.inference.level)

    def _said(
        self,
        found: Verdict,
        names: tuple[str, str],
        difference: Result,
        units: Units,
        needed: float | None,
    ) -> str:
        if self._undefined:
            return undefined_sentence(names, self._undefined)
        if self._only_model or self._only_baseline:
            return infinite_sentence(found, names, self._only_model or self._only_baseline)
        if difference.interval is None or difference.value is None or self._untestable:
            return undefined_sentence(names, self._untestable)
        margin = None if self._wanted.margin is None else self._wanted.margin / NATS_PER[units]
        interval = difference.interval
        return sentence(found, names, difference.value, interval, units, margin, needed)

    def _rows_needed(self) -> float | None:
        if self._untestable:
            return None
        difference, margin = self._difference, self._wanted.margin
        # Decided it is by whatever is left out first: no difference, or one of the margin.
        distance = max(abs(difference), 0.0 if margin is None else margin - difference)
        return self._wanted.inference.rows_needed(self._state, distance)

    def _difference_result(self) -> Result:
        inference = self._wanted.inference
        none = Interval(None, None, None, inference.level)
        return Result(
            "difference",
            "mean of loss(model) - loss(baseline): negative where the model is better",
            None if self._undefined else self._difference,
            Measure.INFORMATION,
            none if self._untestable else inference.interval(self._state),
            self._undefined,
        )

    def _p_values(self, adjusted: Tests | None) -> list[Result]:
        words = self._wanted.inference.distribution(self._state)[1]
        several = len(self._wanted.models) > 1
        tests = self.tests
        rows = [
            ("p_value", f"of no difference, two-sided ({words})", "difference"),
            ("p_noninferiority", "of a loss greater by the margin or more", "noninferiority"),
            ("p_equivalence", "of differing by the margin or more: TOST", "equivalence"),
        ]
        results = []
        for name, meaning, test in rows[: 1 if self._wanted.margin is None else 3]:
            why = self._untestable
            results.append(Result(name, meaning, getattr(tests, test, None), undefined=why))
            if several:
                value = getattr(adjusted, test, None)
                meaning = f"the same, adjusted for {len(self._wanted.models)} comparisons (Holm)"
                results.append(Result(f"{name}_adjusted", meaning, value, undefined=why))
        return results

    def _losses(self, units: Units) -> list[Result]:
        sides = (("baseline", self._paired.baseline), ("model", self._paired.model))
        return [
            Result(
                f"cross_entropy_{side}",
                f"log loss of the {side}",
                float(self._states[mean].mean),
                Measure.INFORMATION,
                self._one_look(mean),
            ).in_units(units)
            for side, mean in sides
        ]

    def _one_look(self, mean: Mean) -> Interval | None:
        """Return the interval of a loss, unless intervals are to hold at any time."""
        inference = self._wanted.inference
        if not isinstance(inference, FixedSize):
            return None
        value = float(self._states[mean].mean)
        return interval(value, {mean: 1}, self._states, IndependentRows(inference.level))

    def _shares(self) -> list[Result]:
        shares: list[tuple[str, str, Mean]] = [
            ("share_better", "share of rows where the model loses less", self._paired.better),
            ("share_equal", "share of rows where both lose the same", self._paired.equal),
            ("share_worse", "share of rows where the model loses more", self._paired.worse),
        ]
        return [Result(name, what, float(self._states[mean].mean)) for name, what, mean in shares]


def _rows_result(needed: float) -> Result:
    what = "about so many rows like these would decide it"
    return Result("rows_needed", what, needed)
