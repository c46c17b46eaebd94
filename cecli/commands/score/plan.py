"""Predictions to score: what is asked of them, their table, and the plan of a score."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cecli.columns.roles import Tell, columns_named
from cecli.commands.score.scored import Scored
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import RowError, named
from cecli.core.evaluate import Keep, evaluate, report_of
from cecli.core.fold import Progress
from cecli.core.plan import Finding, Given, Plan
from cecli.core.remarks import remarks
from cecli.core.statistic import States
from cecli.core.table import Table
from cecli.engines import Engine
from cecli.guessing.names import weighs
from cecli.intervals.sampling import Sampling, sampling_of
from cecli.metrics.cells.ranking import AUC
from cecli.metrics.metric import Measured, Metric
from cecli.notices.draws import of_sampling
from cecli.notices.loss import FEW_RANKED
from cecli.options.declare import Family
from cecli.options.groups import AverageOptions, GroupOptions, ReplicateOptions
from cecli.options.joining import LabelOptions
from cecli.options.keywords import echo, silent
from cecli.options.predictions import ScoreOptions
from cecli.options.reading import ScoredReadingOptions
from cecli.options.scoring import Scoring
from cecli.options.shapes import ModelOptions, ShapeOptions, of_log
from cecli.options.states import StateOptions
from cecli.report.report import Report
from cecli.report.result import Notice
from cecli.statistics.cells.prediction_cells import resolved

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from cecli.readers.opening import Data


ALL_ROWS = AverageOptions()


@dataclass(frozen=True)
class Opened:
    """Predictions that are ready to be read.

    Attributes
    ----------
    make : makes the report of the states of all rows, and may keep them.
    advised : returns the error of a row with what to do about it.
    """

    table: Table
    scoring: Scoring
    plan: Plan
    engine: Engine
    progress: Progress | None
    make: Keep
    advised: Callable[[RowError], RowError]

    def report(self) -> Report:
        """Return the report of a score."""
        try:
            return evaluate(self.table, self.plan, self.engine, self.progress, self.make)
        except RowError as error:
            if (advised := self.advised(error)) is error:
                raise
            raise advised from None


def report_of_score(table: Table, plan: Plan, states: States) -> Report:
    """Return the report of a score, from the states of all rows."""
    return report_of(table, plan, resolved(states))


def opened(
    data: "Data | ArrayLike",
    values: "ArrayLike | None" = None,
    *,
    asked: ScoreOptions,
    shapes: ShapeOptions,
    models: ModelOptions,
    groups: GroupOptions,
    replicates: ReplicateOptions,
    joins: LabelOptions,
    reading: ScoredReadingOptions,
    states: StateOptions,
    averages: AverageOptions = ALL_ROWS,
    tell: Tell = silent,
    progress: Progress | None = None,
    passes: int = 1,
) -> Opened:
    """Return the predictions that options of a score ask for; see `cecli.score`.

    Parameters
    ----------
    values : the predictions, if data are labels.
    passes : how often the rows will be read.
    """
    from cecli.options.values import (
        engine_of,
        grouping_of,
        read_as_shown,
        reading_of,
        scoring_of,
        shapes_of,
        with_labels,
    )
    from cecli.readers.opening import open_table
    from cecli.shapes import shaped

    asked, shapes, groups = of_log(reading, (asked, shapes, groups), tell)
    if values is not None:
        from cecli.commands.score.two_arrays import as_table

        roles = {"model": models.model, "by": groups.by, "cluster": groups.cluster}
        data, asked = as_table(data, values, shapes.names_of_classes, asked, roles)
        shapes = shapes.without_classes
    scoring = scoring_of(
        asked,
        reading,
        tell,
        base_rate=asked.base_rate,
        ordered=asked.ordered,
        explain=asked.explain,
        grouping=grouping_of(models.grouped(groups), replicates, averages=averages),
        model=models.model,
    )
    wanted = None
    of_tokens = (asked.log_prob, asked.n_bytes, asked.n_words)
    if any(name is not None for name in of_tokens):
        # Imported here and below, because most scores are of predictions.
        from cecli.commands.score.tokens import tokens_of

        wanted = tokens_of(*of_tokens, scoring)
    others = [asked, shapes, models, groups, averages, replicates, joins]
    reading = read_as_shown(data, reading, tell, "score", others)
    how = reading_of(reading, passes, numbered=scoring.grouping.by_place)
    families = [*others, reading]
    plain = with_labels(open_table(data, how), joins, how, "score", data, families, tell)
    table, scoring = shaped(plain, shapes_of(shapes, reading), scoring)
    named = scoring = scoring.by_parts
    if wanted is None:
        scoring = completed(table, scoring, "score", data, families)
        # Who names the columns has chosen among them.
        if scoring is not named and any(map(weighs, table.header)):
            from cecli.commands.score.unused import tell_of_weights

            tell_of_weights(table, scoring)
        scored = predictions(table, scoring, prob_columns(table, scoring))
    else:
        from cecli.commands.score.tokens import tokens
        from cecli.notices.texts import dependent_tokens

        scored = tokens(table, wanted, scoring)
        scored = scored._replace(watches=dependent_tokens(table.header, scoring.grouping))
    if reading.beside is not None:
        from cecli.commands.score.beside import with_loss_of

        scored = with_loss_of(reading.beside, scored, scoring)
    plan = scoring_plan(table, scored, scoring)
    plan = plan.stating({**echo(*families), **scoring.guessed})
    made = {"read": plain, "table": table, "named": named, "completed": scoring}
    keep = states.keep("score", families, make=report_of_score, **made)

    def advised(error: RowError) -> RowError:
        if wanted is not None:
            return error
        return advising(error, table, scoring, "score", data, families)

    return Opened(
        table, scoring, plan, engine_of(reading), progress, keep or report_of_score, advised
    )


def completed(
    table: Table,
    scoring: Scoring,
    command: str,
    data: Any,
    families: Sequence[Family],
    prob: Sequence[str] = (),
) -> Scoring:
    """Return the scoring with a label and predictions; guess those that the user did not name.

    Parameters
    ----------
    command, data, families : what was asked, for the commands that an error proposes.
    prob : the columns of one model, if there are several.
    """
    if (scoring.prob or prob) and (scoring.label is not None or scoring.target):
        return scoring
    # Most runs name their columns, and should not wait for what guesses them.
    from cecli.guessing.completing import completed as guessed
    from cecli.guessing.proposal import Asking

    asking = Asking(command, data, families, kept=("prob",) if prob else ())
    return guessed(table, scoring, asking, prob)


def advising(
    error: RowError,
    table: Table,
    scoring: Scoring,
    command: str,
    data: Any,
    families: Sequence[Family],
    kept: Sequence[str] = (),
) -> RowError:
    """Return the error of a row of predictions, with commands that suit the file better."""
    from cecli.guessing.completing import advised
    from cecli.guessing.proposal import Asking

    return advised(error, table, scoring, Asking(command, data, families, kept))


def prob_columns(table: Table, scoring: Scoring) -> list[tuple[str, str]]:
    """Return the (class, column) names of the predictions; binary predictions have one pair."""
    return columns_named(table.header, scoring.prob, scoring.taken, table.name, scoring.coded)


def predictions(table: Table, scoring: Scoring, prob: Sequence[tuple[str, str]]) -> Scored:
    """Return the predictions in these columns."""
    # Import only the module that is used, for a fast start.
    if scoring.within is not None:
        from cecli.commands.score.races import races

        return races(table, scoring.within, scoring, prob)
    if len(prob) == 1:
        from cecli.commands.score.binary import binary

        return binary(table, scoring, prob[0])
    from cecli.commands.score.multiclass import multiclass

    return multiclass(table, scoring, prob)


def scoring_plan(table: Table, scored: Scored, scoring: Scoring) -> Plan:
    """Return the plan of a score."""
    grouping, weight = scoring.grouping, scoring.weighting.weight
    # Of the rows of several models together, the metrics would be no model's.
    metrics = () if scoring.model is not None or grouping.over_groups else scored.metrics
    sampling = sampling_of(grouping, metrics, weight, table.name)
    formula = sampling_of(replace(grouping, resampling=None), metrics, weight, table.name)
    return Plan(
        columns=scored.columns,
        prepare=scored.prepare(scoring),
        findings=(
            scored.classes,
            *_measured(metrics, sampling, formula),
            *([] if scoring.model is None else [_of_models(scoring.model)]),
            *scored.of_losses,
            *scored.watches,
            *([FEW_RANKED] if AUC.value in metrics else []),
            *of_sampling(sampling),
            *remarks(scoring.bad_rows, scoring.notices),
            *_details(table, scored, scoring),
            *sampling.findings,
        ),
        head=scored.head("score", scoring),
        bad_rows=scoring.bad_rows,
    )


def _measured(metrics: Sequence[Metric], sampling: Sampling, formula: Sampling) -> list[Measured]:
    """Return the metrics with their sampling; replicates have sums alone, and so no cells."""
    of = [sampling if metric.bounds is None else formula for metric in metrics]
    return [Measured(*both) for both in zip(metrics, of, strict=True)]


def _of_models(column: str) -> Given:
    what = f"each {named(column)} has rows of its own: the results are those of each, and none are "
    return Given([Notice("several-models", f"{what}of all of them together")])


def _details(table: Table, scored: Scored, scoring: Scoring) -> list[Finding]:
    """Return the findings beside the metrics; import only those that are asked for."""
    details: list[Finding] = []
    if scored.several and scoring.model is None and not scoring.grouping.over_groups:
        from cecli.metrics.per_class import PerClass

        details.append(PerClass(scored.several))
    if scoring.explain:
        from cecli.commands.score.explanation import explanation

        details.append(explanation(scored, scoring.base_rate, scoring.units))
    if scoring.grouping.by:
        from cecli.metrics.groups import by_group

        metrics, loss, weight = scored.metrics, scored.loss, scoring.weighting.weight
        found = by_group(scoring.grouping, metrics, loss, weight, table.header, table.name)
        if scoring.grouping.over_groups:
            from cecli.metrics.many.averages import over_groups

            details += over_groups(found[0], metrics, loss, scoring.grouping.level)
        details += found
    return details
