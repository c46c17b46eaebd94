"""From options and a header to a fit, pass by pass."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.columns.roles import choose_prob, refuse_sharing
from cecli.commands.fit.metrics import CalibratedLoss, OutOfFoldLoss, fit_metrics
from cecli.commands.fit.notices import FiniteLogits, FitNotices, results_of, results_of_classes
from cecli.commands.fit.passes import (
    FOLD,
    FOLD_BY,
    FoldByText,
    Kept,
    KeptTable,
    converse,
    folds_of_positions,
    without_fold,
)
from cecli.commands.fit.procedures import Procedure
from cecli.commands.fit.recalibrations import recalibration_of
from cecli.commands.score.plan import predictions
from cecli.core.errors import InputError, UnreadableError, UsageError
from cecli.core.evaluate import evaluate, report_of, states_of
from cecli.core.fold import Progress, fold
from cecli.core.plan import Finding, Given, Plan
from cecli.core.remarks import remarks
from cecli.core.statistic import States, Statistic
from cecli.core.table import Table
from cecli.engines import Engine
from cecli.metrics.base_rate import BASE_RATE, BASE_RATES, base_rates
from cecli.metrics.metric import measured
from cecli.metrics.per_class import PerClass
from cecli.options.scoring import Scoring
from cecli.report.fit import NEEDS_LOGITS, Fit, FitPart, Model, Prior
from cecli.report.report import ClassNames, Report
from cecli.statistics.mean import WEIGHT

# Columns of up to this many bytes are parsed once and kept in memory.
KEPT = Kept(256 << 20)


@dataclass(frozen=True)
class Estimation:
    """The fit to make, and how to read its input.

    Attributes
    ----------
    opening : the plan of the first pass, which checks the rows and finds the classes.
    watches : findings about the rows, beside the fit.
    classes : the names of several classes; empty if there is one column of predictions.
    folds : the number of folds; None for no cross-validation.
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
        """Return the same fit, with a report that states these options."""
        return replace(self, opening=self.opening.stating(options))

    def report(self, table: Table, engine: Engine, progress: Progress | None = None) -> Report:
        """Return the report on a fit.

        Raises
        ------
        InputError
            If the likelihood has no maximum, or the rows cannot be read a second time.
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
                    "has changed between two passes",
                    table.name,
                    "if it is being written to, or can be read only once, save a copy first",
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
                    "is too large to assign folds by the positions of its rows",
                    table.name,
                    "name a column that identifies rows: --fold-by COL",
                )
            return table, self.opening
        kept = KeptTable(table, chunks)
        if by_position:
            kept = kept.with_numbers(**{FOLD: partial(folds_of_positions, folds=by_position)})
        return kept, replace(self.opening, prepare=())

    def _fitted(
        self, read_once_more: Callable[[Iterable[Statistic[Any]]], States], source: str
    ) -> tuple[tuple[FitPart, ...], list[tuple[FitPart, ...]]]:
        """Return the parts of the fit to all rows, and of each fit without a fold."""
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
        """Return the degrees of freedom of a test of the identity, or why there is no test."""
        if self.model in {Model.CONSTANT, Model.ISOTONIC}:
            return f"--model {self.model} has no parameters that leave predictions unchanged"
        if self.prior.sd is not None:
            return "the fit has a prior"
        if any(se is None for part in parts for se in part.standard_errors.values()):
            return "a parameter is at its bound"
        if self.classes and self.model not in {Model.TEMPERATURE, Model.VECTOR}:
            return "each class was fitted separately"
        parameters = sum(len(part.parameters) for part in parts)
        # Adding a constant to all intercepts changes nothing.
        return parameters - 1 if self.model is Model.VECTOR else parameters


def _joined(found: Sequence[tuple[FitPart, ...]]) -> tuple[FitPart, ...]:
    return tuple(part for parts in found for part in parts)


MOST_FOLDS = 100
# Vector scaling has 2K parameters, and a Hessian of their square.
MOST_VECTOR_CLASSES = 50


@dataclass(frozen=True)
class Fitting:
    """The options of `fit`; names and patterns of columns are still as the user gave them.

    Attributes
    ----------
    scoring : the columns and scale of the predictions.
    folds : the number of folds; None for no cross-validation.
    fold_by : the column whose values assign rows to folds.
    """

    scoring: Scoring
    model: Model
    prior: Prior
    folds: int | None
    fold_by: str | None

    def __post_init__(self) -> None:
        sd, beta = self.prior.sd, self.prior.beta
        if sd is not None:
            _refuse_sd(self.model, sd)
        if beta is not None:
            if self.model is not Model.CONSTANT:
                raise UsageError(
                    "--prior-beta is a prior of the base rate: it needs --model constant",
                    hint="--prior-sd S is for the parameters of other models",
                )
            if not all(0.0 < x < math.inf for x in beta):
                raise UsageError("--prior-beta A,B: both must be above 0", hint="--prior-beta 2,2")
        if self.folds is not None and not 2 <= self.folds <= MOST_FOLDS:
            raise UsageError(f"--folds {self.folds} is not between 2 and {MOST_FOLDS}")
        if self.fold_by is not None and self.folds is None:
            raise UsageError("--fold-by needs --folds K")


def _refuse_sd(model: Model, sd: float) -> None:
    if model in {Model.CONSTANT, Model.ISOTONIC}:
        what = "a constant" if model is Model.CONSTANT else "a step function"
        raise UsageError(
            f"--prior-sd is a prior around the identity, which {what} cannot represent",
            hint="--prior-beta A,B is the prior for --model constant",
        )
    if not 1e-100 <= sd <= 1e100:
        raise UsageError(f"--prior-sd {sd:g} is not a standard deviation")


def fitting(table: Table, wanted: Fitting) -> Estimation:
    """Return the fit to make to the predictions of a table."""
    scoring = wanted.scoring
    taken = [*scoring.taken, *([] if wanted.fold_by is None else [wanted.fold_by])]
    prob = choose_prob(table.header, scoring.prob, taken, table.name, scoring.tell)
    several = tuple(name for name, _ in prob) if len(prob) > 1 else ()
    _refuse_for(several, wanted)
    scored = predictions(table, scoring, prob)
    columns, folds = list(scored.columns), []
    if wanted.fold_by is not None and wanted.folds is not None:
        columns.append(Column(FOLD_BY, wanted.fold_by, None))
        refuse_sharing(columns, table.name)
        folds.append(FoldByText(wanted.folds))
    scored = scored._replace(columns=columns)
    opening = Plan(
        columns=columns,
        prepare=scored.prepare(scoring, texts=folds),
        findings=(*_requirements(wanted.model, several), scored.classes),
        head=scored.head("fit", scoring),
        bad_rows=scoring.bad_rows,
    )
    return Estimation(
        opening,
        (*scored.of_losses, *scored.watches, *remarks(scoring.bad_rows)),
        wanted.model,
        wanted.prior,
        several,
        wanted.folds,
        scoring.stating.scale,
        scoring.clip,
        scoring.stating.normalize,
    )


def _refuse_for(classes: Sequence[str], wanted: Fitting) -> None:
    if not classes and wanted.model is Model.VECTOR:
        raise UsageError(
            "--model vector needs several classes",
            hint="--model platt is the same for one column of predictions",
        )
    if len(classes) > MOST_VECTOR_CLASSES and wanted.model is Model.VECTOR:
        raise UsageError(
            f"--model vector takes at most {MOST_VECTOR_CLASSES} classes, not {len(classes)}",
            hint="--model temperature has one parameter, --model platt fits each class separately",
        )
    if classes and wanted.prior.beta is not None:
        raise UsageError("--prior-beta A,B is for one positive class: here there are several")


def _requirements(model: Model, classes: Sequence[str]) -> list[FiniteLogits]:
    if model not in NEEDS_LOGITS:
        return []
    together = bool(classes) and model in {Model.TEMPERATURE, Model.VECTOR}
    return [FiniteLogits(model, len(classes), apart=not together)]
