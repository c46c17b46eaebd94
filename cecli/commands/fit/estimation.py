"""From a plan for predictions to the fit that recalibrates them, pass by pass."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from cecli.columns.numbers import Scale
from cecli.commands.fit.folds import FOLD, FOLD_BY, converse, folds_of_positions, without_fold
from cecli.commands.fit.kept import Kept, KeptTable
from cecli.commands.fit.metrics import CalibratedLoss, OutOfFoldLoss, fit_metrics
from cecli.commands.fit.notices import FitNotices, results_of, results_of_classes
from cecli.commands.fit.procedures import Procedure
from cecli.commands.fit.recalibrations import recalibration_of
from cecli.core.errors import InputError, UnreadableError
from cecli.core.evaluate import evaluate, report_of, states_of
from cecli.core.finding import Finding, Given
from cecli.core.fold import Progress, fold
from cecli.core.plan import Plan
from cecli.core.statistic import States, Statistic
from cecli.core.table import Table
from cecli.engines.serial import Engine
from cecli.metrics.base_rate import BASE_RATE, BASE_RATES, base_rates
from cecli.metrics.metric import measured
from cecli.metrics.per_class import PerClass
from cecli.report.fit import Fit, FitPart, Model, Prior
from cecli.report.report import ClassNames, Report
from cecli.statistics.mean import WEIGHT

# Columns of up to so many bytes are parsed once, and kept.
KEPT = Kept(256 << 20)


@dataclass(frozen=True)
class Estimation:
    """What is to be fitted, and how its input is to be read.

    Attributes
    ----------
    opening : the plan of the first pass: what the rows must be like, and which classes occur.
    watches : what to say of the rows beside the fit.
    classes : the names of several classes; empty where there is one column of predictions.
    folds : how many fits leave out a fold each; None for none.
    """

    opening: Plan
    watches: Sequence[Finding]
    model: Model
    prior: Prior
    classes: tuple[str, ...]
    folds: int | None
    scale: Scale
    clip: float | None
    normalize: bool

    def stating(self, options: Mapping[str, Any]) -> Self:
        """Return the same, with a report that states these options."""
        return replace(self, opening=self.opening.stating(options))

    def report(self, table: Table, engine: Engine, progress: Progress | None = None) -> Report:
        """Return the report on a fit.

        Raises
        ------
        InputError
            If the likelihood has no maximum, or the rows are not there for a second pass.
        """
        rates: Statistic[Any] = BASE_RATES if self.classes else BASE_RATE
        known = Given((), (KEPT, rates))
        opening = replace(self.opening, findings=(*self.opening.findings, known, *self.watches))
        states = states_of(table, opening, engine, progress)
        opened = report_of(table, opening, states)
        rows, plan = self._again(table, states)

        def once_more(statistics: Iterable[Statistic[Any]]) -> States:
            partitions = rows.partitions(plan.columns, plan.bad_rows)
            found = fold(partitions, [WEIGHT, *statistics], plan.prepare, engine, progress)
            if found[WEIGHT] != states[WEIGHT]:
                raise UnreadableError(
                    "is not the same when it is read again",
                    table.name,
                    "was it written to, or can it be read only once? save it first",
                )
            return found

        whole, parts_of_folds = self._fitted(once_more, table.name)
        share = base_rates(states) if self.classes else [states[BASE_RATE].mean]
        fit = Fit(
            model=self.model,
            task=opened.task,
            classes=opened.classes,
            positive=opened.positive,
            prob=tuple(c.name for c in self.opening.columns if c.role == "prob"),
            scale=self.scale,
            clip=self.clip,
            normalize=self.normalize,
            prior=self.prior,
            rows=opened.input.rows,
            weight=opened.input.weight,
            base_rates=tuple(map(float, share)),
            parts=whole,
        )
        out_of_fold = OutOfFoldLoss(tuple(map(self._loss, parts_of_folds)))
        metrics = fit_metrics(
            self._loss(whole), self._degrees(whole), out_of_fold if parts_of_folds else None
        )
        findings: list[Finding] = [
            Given((fit, *results_of(fit))),
            Given((ClassNames(opened.classes, opened.positive is not None),)),
            *measured(metrics),
            *self.watches,
            *([PerClass(self.classes, results_of_classes(fit))] if self.classes else []),
            FitNotices(fit, metrics),
        ]
        return evaluate(rows, replace(plan, findings=findings), engine, progress)

    def _again(self, table: Table, states: States) -> tuple[Table, Plan]:
        """Return the rows for all later passes, and a plan that prepares them."""
        is_named = any(column.role == FOLD_BY for column in self.opening.columns)
        by_position = 0 if is_named else self.folds or 0
        chunks = states[KEPT].chunks
        if chunks is None:
            if by_position:
                raise InputError(
                    "is too large to count its rows' positions for --folds",
                    table.name,
                    "name a column that tells rows apart: --fold-by COL",
                )
            return table, self.opening
        kept = KeptTable(table, chunks)
        if by_position:
            kept = kept.with_numbers(**{FOLD: partial(folds_of_positions, folds=by_position)})
        return kept, replace(self.opening, prepare=())

    def _fitted(
        self, read_once_more: Callable[[Iterable[Statistic[Any]]], States], source: str
    ) -> tuple[tuple[FitPart, ...], list[tuple[FitPart, ...]]]:
        """Return the parts of the fit to all rows, and of those that leave out a fold each."""
        procedure = Procedure(self.model, self.prior, self.classes, source)
        dialogues = procedure.dialogues()
        for left_out in range(self.folds or 0):
            dialogues += [without_fold(dialogue, left_out) for dialogue in procedure.dialogues()]
        found = converse(dialogues, read_once_more)
        each = len(found) // (1 + (self.folds or 0))
        fits = [_joined(found[start : start + each]) for start in range(0, len(found), each)]
        return fits[0], fits[1:]

    def _loss(self, parts: Sequence[FitPart]) -> CalibratedLoss:
        return CalibratedLoss(recalibration_of(self.model, parts, len(self.classes) or 1))

    def _degrees(self, parts: Sequence[FitPart]) -> int | str:
        """Return the degrees of freedom of a test of the identity, or why there is none."""
        if self.model in {Model.CONSTANT, Model.ISOTONIC}:
            return f"--model {self.model} has no parameters that leave predictions as they are"
        if self.prior.sd is not None:
            return "a prior has a part in the fit"
        if any(se is None for part in parts for se in part.standard_errors.values()):
            return "a parameter rests at its bound"
        if self.classes and self.model not in {Model.TEMPERATURE, Model.VECTOR}:
            return "each class was fitted apart"
        parameters = sum(len(part.parameters) for part in parts)
        # Intercepts that all move alike change nothing.
        return parameters - 1 if self.model is Model.VECTOR else parameters


def _joined(found: Sequence[tuple[FitPart, ...]]) -> tuple[FitPart, ...]:
    return tuple(part for parts in found for part in parts)
