"""The evidence on one model: the difference of its losses from the baseline's, and its tests."""

import math
from collections.abc import Iterator
from functools import cached_property
from math import inf

from cecli.commands.compare.conclusion import Tests, verdict
from cecli.commands.compare.definitions import BETTER, EQUAL, WORSE
from cecli.commands.compare.inference import DifferenceEstimate, Inference
from cecli.commands.compare.one_look import INDEPENDENT, OneLook, powers
from cecli.commands.compare.texts.perplexity import MeanDifference, TokenFigures
from cecli.core.dataclasses import dataclass
from cecli.core.statistic import States
from cecli.intervals.delta import Draws
from cecli.intervals.formula import Formula
from cecli.metrics.cross_entropy import CROSS_ENTROPY_DEFINITION
from cecli.metrics.metric import mean_metric
from cecli.metrics.paired.losses import Paired
from cecli.report.parts import Conclusion
from cecli.report.result import Definition, Interval, Measure, Result, Undefined
from cecli.statistics.mean import Mean, MeanState

INFINITE = "the difference is infinite"
BOTH_INFINITE = "both losses are infinite in some rows, and infinity minus infinity is undefined"
EACH_INFINITE = "each model has infinite losses in rows where the other's loss is finite"


@dataclass(frozen=True)
class Criteria:
    """The criteria by which differences are judged.

    Attributes
    ----------
    draws : the independent units: rows, or clusters of them.
    margin : the largest difference that does not matter, in nats; None if there is no margin.
    tokens : what is reported beside, if rows are tokens of texts.
    """

    inference: Inference
    draws: Draws
    margin: float | None = None
    tokens: TokenFigures | None = None

    def level(self, tested: int) -> float:
        """Return the level of each interval if some comparisons are tested together.

        Notes
        -----
        1 − α/K for K comparisons (Bonferroni): with probability 1 − α all intervals hold the truth.
        """
        level = self.inference.level
        return level if tested == 1 else 1.0 - (1.0 - level) / tested


class Evidence:
    """The losses of the baseline and of a model on the same rows, of which there is at least one.

    Parameters
    ----------
    tested : the number of comparisons that are tested together.

    Attributes
    ----------
    criteria, paired, states : as given.
    state : the differences of the rows in which both losses are finite.
    draws : the number of independent units.
    only_model, only_baseline : number of rows in which only this loss is infinite.
    """

    def __init__(self, criteria: Criteria, paired: Paired, states: States, tested: int) -> None:
        self.criteria, self.paired, self.states = criteria, paired, states
        self._tested, self._level = tested, criteria.level(tested)
        self.state: MeanState = states[paired.difference]
        self.draws = criteria.draws.number(states)
        self._both = states[paired.both].infinite_rows
        self.only_model = states[paired.model].infinite_rows - self._both
        self.only_baseline = states[paired.baseline].infinite_rows - self._both

    @property
    def undefined(self) -> str:
        """Why the mean difference is undefined; empty if it is defined."""
        if self._both:
            return BOTH_INFINITE
        return EACH_INFINITE if self.only_model and self.only_baseline else ""

    @property
    def difference(self) -> float:
        """The mean difference, if it is defined."""
        if self.only_model:
            return inf
        return -inf if self.only_baseline else float(self.state.finite_mean)

    @cached_property
    def estimate(self) -> DifferenceEstimate | Undefined:
        """What the rows say about the mean difference, or why they do not."""
        if self.undefined or self.only_model or self.only_baseline:
            return Undefined(self.undefined or INFINITE)
        return self.criteria.inference.estimate(self.paired, self.criteria.draws, self.states)

    @property
    def untestable(self) -> str:
        """Why there are no p-values; empty if there are."""
        return self.estimate.reason if isinstance(self.estimate, Undefined) else ""

    @property
    def agreement(self) -> str:
        """Why the losses of both models count as equal; empty if they do not."""
        return "" if isinstance(self.estimate, Undefined) else self.estimate.agreement

    @property
    def effective_terms(self) -> float | None:
        """How many equal terms the difference is like; None if there is no test, or no term."""
        if self.untestable or self.agreement or not isinstance(self.criteria.inference, OneLook):
            return None
        found = powers(self.paired, self.criteria.draws, self.states)
        return None if found is None else found.effective

    @cached_property
    def tests(self) -> Tests | None:
        """The p-values; None if there are none."""
        estimate = self.estimate
        return None if isinstance(estimate, Undefined) else estimate.tests(self.criteria.margin)

    @property
    def distribution(self) -> tuple[str, str]:
        """The distribution of the p-values: its name for programs, and its description."""
        estimate = self.estimate
        return ("none", "") if isinstance(estimate, Undefined) else estimate.distribution()

    @property
    def interval(self) -> Interval:
        """The interval of the mean difference: of several, it is a simultaneous one."""
        estimate = self.estimate
        if isinstance(estimate, Undefined):
            return Interval(None, None, None, self._level)
        return estimate.interval(self._level)

    @property
    def conclusion(self) -> Conclusion:
        """What the interval shows."""
        if self.undefined:
            return Conclusion.UNDEFINED
        if self.only_model or self.only_baseline:
            return Conclusion.WORSE if self.only_model else Conclusion.BETTER
        if self.tests is None:
            return Conclusion.UNDECIDED
        if self.agreement:
            is_within = self.criteria.margin is not None
            return Conclusion.EQUIVALENT if is_within else Conclusion.UNDECIDED
        return verdict(self.difference, self.tests, self._level)

    @property
    def detectable(self) -> float | None:
        """The difference that as many fresh rows would find with a probability of 80 %."""
        estimate = self.estimate
        return None if isinstance(estimate, Undefined) else estimate.detectable(self._level)

    def results(self, adjusted: Tests | None) -> tuple[Result, ...]:
        """Return the difference, its p-values, both losses, and shares of rows, in nats.

        Parameters
        ----------
        adjusted : the p-values adjusted for all comparisons that are tested together.
        """
        further = () if isinstance(self.estimate, Undefined) else self.estimate.evidence
        return (
            self._difference(),
            *self._p_values(adjusted),
            *further,
            *self._losses(),
            *self._of_tokens(),
            *self._shares(),
        )

    def _difference(self) -> Result:
        what = "mean of loss(model) - loss(baseline): negative if the model is better"
        if self._tested > 1:
            what += f"; interval simultaneous for {self._tested:,} comparisons"
        value = None if self.undefined else self.difference
        return Result("difference", what, value, Measure.INFORMATION, self.interval, self.undefined)

    def _p_values(self, adjusted: Tests | None) -> list[Result]:
        words = self.distribution[1]
        rows = [
            ("p_value", f"hypothesis: no difference; two-sided ({words})", "difference"),
            ("p_noninferiority", "hypothesis: worse by the margin or more", "noninferiority"),
            ("p_equivalence", "hypothesis: differs by the margin or more (TOST)", "equivalence"),
        ]
        results = []
        for name, meaning, test in rows[: 1 if self.criteria.margin is None else 3]:
            value = getattr(self.tests, test, None)
            why = "" if value is not None else self.untestable or self.agreement
            results.append(Result(name, meaning, value, undefined=why))
            if self._tested > 1:
                value = getattr(adjusted, test, None)
                meaning = f"{name} adjusted for {self._tested:,} comparisons (Holm)"
                results.append(Result(f"{name}_adjusted", meaning, value, undefined=why))
        return results

    def _losses(self) -> list[Result]:
        sides = (("baseline", self.paired.baseline), ("model", self.paired.model))
        return [
            Result(
                f"cross_entropy_{side}",
                f"log loss of the {side}",
                float(self.states[mean].mean),
                Measure.INFORMATION,
                self._one_look(CROSS_ENTROPY_DEFINITION, mean, self.criteria.inference.level),
            )
            for side, mean in sides
        ]

    def _one_look(self, definition: Definition, mean: Mean, level: float) -> Interval | None:
        """Return the interval of a mean; None for anytime-valid inference."""
        if not isinstance(self.criteria.inference, OneLook):
            return None
        metric = mean_metric(definition, "", mean.score)
        value = float(self.states[mean].mean)
        return Formula(self.criteria.draws.at_level(level)).interval(metric, value, self.states)

    def _of_tokens(self) -> Iterator[Result]:
        inference, draws = self.criteria.inference, self.criteria.draws
        if self.criteria.tokens is None:
            return
        is_known = isinstance(inference, OneLook) and inference.dependence is INDEPENDENT
        of = self.paired, self.states, draws if is_known else None
        yield from self.criteria.tokens.results(*of, self.mean_difference)

    @property
    def mean_difference(self) -> MeanDifference:
        """The mean difference, with its interval."""
        value = math.nan if self.undefined else self.difference
        return MeanDifference(value, self.interval, self.undefined)

    def _shares(self) -> list[Result]:
        shares: list[tuple[Definition, str, Mean]] = [
            (BETTER, "share of rows where the model's loss is less", self.paired.better),
            (EQUAL, "share of rows where both losses are equal", self.paired.equal),
            (WORSE, "share of rows where the model's loss is greater", self.paired.worse),
        ]
        return [
            Result(
                of.name,
                what,
                float(self.states[mean].mean),
                interval=self._one_look(of, mean, self._level) if of is BETTER else None,
            )
            for of, what, mean in shares
        ]
