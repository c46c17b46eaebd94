"""From options and a header to a fit, pass by pass."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, Self

from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.columns.roles import refuse_sharing
from cecli.commands.fit.covariance import InverseHessian, covariance_of, parameters
from cecli.commands.fit.fitting import Fitting
from cecli.commands.fit.metrics import (
    CalibratedLoss,
    OfFit,
    OutOfFoldLoss,
    WonBack,
    fit_metrics,
)
from cecli.commands.fit.models import Event, Point
from cecli.commands.fit.notices import (
    FiniteLogits,
    FitNotices,
    Parameters,
    at_bound,
    few_rows,
)
from cecli.commands.fit.null_reference import NullReference
from cecli.commands.fit.passes import (
    FOLD,
    FOLD_BY,
    FoldByText,
    Kept,
    KeptTable,
    Read,
    completed,
    converse,
    folds_of_positions,
    once_more,
    without_fold,
)
from cecli.commands.fit.procedures import Procedure, start_of
from cecli.commands.fit.recalibrations import Fitted, recalibration_of
from cecli.commands.fit.scores import RowKind
from cecli.commands.fit.significance import LikelihoodRatio, ScoreTest, Significance, Untested
from cecli.commands.fit.statistics import Levels
from cecli.commands.score.plan import predictions, prob_columns
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError, UsageError
from cecli.core.evaluate import report_of, states_of, statistics_of
from cecli.core.fold import Progress
from cecli.core.plan import Finding, Given, Plan
from cecli.core.remarks import remarks
from cecli.core.statistic import States, Statistic
from cecli.core.table import Table
from cecli.engines import Elsewhere, Engine
from cecli.intervals.delta import Draws
from cecli.intervals.sampling import draws_of, sampling_of
from cecli.metrics.base_rate import BASE_RATE, BASE_RATES, base_rates
from cecli.metrics.cells.recalibrated import BEFORE, before_and_after
from cecli.notices.draws import few_draws
from cecli.options.scoring import CLUSTER, Grouping
from cecli.report.fit import NEEDS_LOGITS, Fit, FitPart, Model, Prior
from cecli.report.report import ClassNames, Report
from cecli.statistics.cells.prediction_cells import CELLS
from cecli.statistics.mean import Mean

# Columns of up to this many bytes are parsed once and kept in memory.
KEPT = Kept(256 << 20, (CLUSTER,))


@dataclass(frozen=True)
class Estimation:
    """The fit to make, and how to read its input.

    Attributes
    ----------
    opening : the plan of the first pass, which checks the rows and finds the classes.
    watches : findings about the rows, beside the fit.
    classes : the names of several classes; empty if there is one column of predictions.
    folds : the number of folds; None for no cross-validation.
    folds_by_column : whether they are assigned by a column, instead of by the positions of rows.
    kind : what the rows are.
    grouping : the clusters.
    weight_column : the column of weights, if there is one.
    """

    opening: Plan
    watches: Sequence[Finding]
    model: Model
    prior: Prior
    classes: tuple[str, ...]
    folds: int | None
    folds_by_column: bool
    kind: RowKind
    grouping: Grouping
    weight_column: str | None
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
        # What workers read stays with them, and they read it again.
        kept = replace(KEPT, limit=0) if isinstance(engine, Elsewhere) else KEPT
        known = Given((), (kept, rates, *(() if self.classes else BEFORE)))
        opening = replace(self.opening, findings=(*self.opening.findings, known, *self.watches))
        states = states_of(table, opening, engine, progress)
        opened = report_of(table, opening, states)
        rows, plan = self._again(table, states[kept].chunks)

        def read(statistics: Iterable[Statistic[Any]]) -> States:
            partitions = rows.partitions(plan.columns, plan.bad_rows)
            return once_more(
                partitions, statistics, plan.prepare, engine, progress,
                first=states, source=table.name,
            )  # fmt: skip

        start = None if self.classes else start_of(self.model, self.prior, states[CELLS])
        whole, parts_of_folds = self._fitted(read, start, table.name)
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
        after = self._loss(whole)
        significance = self._significance(whole, after)
        metrics = fit_metrics(after, significance, out_of_fold if parts_of_folds else None)
        sampling = sampling_of(self.grouping, metrics, self.weight_column, table.name)
        findings: list[Finding] = [
            Given((fit, ClassNames(opened.classes, opened.positive is not None))),
            Parameters(fit, self.classes, self._draws),
            *(OfFit(metric, significance, sampling) for metric in metrics),
            *([] if self.classes else before_and_after(after.recalibrated, sampling)),
            *self.watches,
            FitNotices(fit, metrics),
            few_rows(fit),
            *([] if self._draws is None else few_draws(self._draws)),
        ]
        plan = replace(plan, findings=findings)
        return report_of(rows, plan, completed(states, statistics_of(rows, plan), read))

    @property
    def _draws(self) -> Draws | None:
        """What was drawn, for robust standard errors; None if these are of a likelihood."""
        if self.kind.are_draws:
            return None
        return draws_of(self.grouping, (), self.weight_column, self.kind.source)

    def _again(self, table: Table, chunks: Sequence[Chunk] | None) -> tuple[Table, Plan]:
        """Return the rows for later passes, those kept if any, and a plan that prepares them."""
        by_position = 0 if self.folds_by_column else self.folds or 0
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
        self, read_once_more: Read, start: Point | None, source: str
    ) -> tuple[tuple[FitPart, ...], list[tuple[FitPart, ...]]]:
        """Return the parts of the fit to all rows, and of each fit without a fold."""
        covariance = covariance_of(self.kind)
        procedure = Procedure(self.model, self.prior, self.classes, source, covariance, start)
        dialogues = procedure.dialogues()
        # The errors of a fit without a fold are not reported.
        of_fold = replace(procedure, covariance=InverseHessian())
        for left_out in range(self.folds or 0):
            dialogues += [without_fold(dialogue, left_out) for dialogue in of_fold.dialogues()]
        found = converse(dialogues, read_once_more)
        each = len(found) // (1 + (self.folds or 0))
        fits = [tuple(chain(*found[i : i + each])) for i in range(0, len(found), each)]
        return fits[0], fits[1:]

    def _loss(self, parts: Sequence[FitPart]) -> CalibratedLoss:
        return CalibratedLoss(recalibration_of(self.model, parts, len(self.classes) or 1))

    def _significance(self, parts: Sequence[FitPart], after: CalibratedLoss) -> Significance:
        """Return what chance explains of the loss that a fit wins back."""
        won = Mean(WonBack(after))
        if self.model is Model.ISOTONIC and not self.classes:
            if self.kind.soft or self.kind.clustered:
                return Untested(f"no labels can be drawn for {self.kind.reason}")
            event = Event()
            levels = Levels(event.stated, event.target, self.kind.source)
            return NullReference(won, levels, self.scale)
        fitted = after.recalibration
        if (reason := self._untested(parts)) or not isinstance(fitted, Fitted):
            return Untested(reason)
        if self.kind.are_draws:
            return LikelihoodRatio(won, parameters(fitted.curve))
        return ScoreTest(won, fitted, self.kind)

    def _untested(self, parts: Sequence[FitPart]) -> str:
        """Return why the identity cannot be tested; empty if it can."""
        if self.model is Model.CONSTANT:
            return f"--model {self.model} has no parameters that leave predictions unchanged"
        if self.prior.sd is not None:
            return "the fit has a prior"
        if any(map(at_bound, parts)):
            return "a parameter is at its bound"
        if self.classes and self.model not in {Model.TEMPERATURE, Model.VECTOR}:
            return "each class was fitted separately"
        return ""


def fitting(table: Table, wanted: Fitting) -> Estimation:
    """Return the fit to make to the predictions of a table."""
    scoring = wanted.scoring
    if scoring.within is not None:
        raise UsageError(
            "--within and fit cannot be used together: a fit is to independent rows",
            hint="cecli score --within, or cecli worst --within",
        )
    if scoring.grouping.by_row:
        raise UsageError(
            "a fit is to one event a row, but a row has several",
            hint="--label and --prob name the columns of one event; --cluster COL fits to all of "
            "them, if it names what is independent",
        )
    cluster = scoring.grouping.cluster
    # Rows of one cluster stay together, or a fit would have seen the like of what it is tested on.
    fold_by = wanted.fold_by if wanted.folds is None or wanted.fold_by is not None else cluster
    prob = prob_columns(table, scoring)
    several = tuple(name for name, _ in prob) if len(prob) > 1 else ()
    wanted.refuse(several)
    scored = predictions(table, scoring, prob)
    columns, folds = list(scored.columns), []
    if fold_by is not None and wanted.folds is not None:
        role = CLUSTER if fold_by == cluster else FOLD_BY
        if role == FOLD_BY:
            columns.append(Column(FOLD_BY, fold_by, None))
            refuse_sharing(columns, table.name)
        folds.append(FoldByText(wanted.folds, role))
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
        (*scored.of_losses, *scored.watches, *remarks(scoring.bad_rows, scoring.notices)),
        wanted.model,
        wanted.prior,
        several,
        wanted.folds,
        bool(folds),
        RowKind(
            soft=bool(scoring.target),
            weighted=scoring.weighting.weight is not None,
            clustered=cluster is not None,
            source=table.name,
        ),
        scoring.grouping,
        scoring.weighting.weight,
        scoring.stating.scale,
        scoring.clip,
        scoring.stating.normalize,
    )


def _requirements(model: Model, classes: Sequence[str]) -> list[FiniteLogits]:
    if model not in NEEDS_LOGITS:
        return []
    together = bool(classes) and model in {Model.TEMPERATURE, Model.VECTOR}
    return [FiniteLogits(model, len(classes), apart=not together)]
