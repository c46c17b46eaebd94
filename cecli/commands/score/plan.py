"""The plan of a score: one column of a positive class, or one column per class."""

from collections.abc import Sequence
from typing import Any

from cecli.columns.roles import columns_named
from cecli.commands.score.scored import Scored
from cecli.core.errors import RowError, named
from cecli.core.plan import Finding, Given, Plan
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.intervals.sampling import sampling_of
from cecli.metrics.cells.ranking import AUC
from cecli.metrics.metric import measured
from cecli.notices.draws import of_sampling
from cecli.notices.loss import FEW_RANKED
from cecli.options.declare import Family
from cecli.options.scoring import Scoring
from cecli.report.result import Notice


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
) -> RowError:
    """Return the error of a row of predictions, with commands that suit the file better."""
    from cecli.guessing.completing import advised
    from cecli.guessing.proposal import Asking

    return advised(error, table, scoring, Asking(command, data, families))


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
    metrics = scored.metrics if scoring.model is None else ()
    sampling = sampling_of(grouping, metrics, weight, table.name)
    return Plan(
        columns=scored.columns,
        prepare=scored.prepare(scoring),
        findings=(
            scored.classes,
            *measured(metrics, sampling),
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


def _of_models(column: str) -> Given:
    what = f"each {named(column)} has rows of its own: the results are those of each, and none are "
    return Given([Notice("several-models", f"{what}of all of them together")])


def _details(table: Table, scored: Scored, scoring: Scoring) -> list[Finding]:
    """Return the findings beside the metrics; import only those that are asked for."""
    details: list[Finding] = []
    if scored.several and scoring.model is None:
        from cecli.metrics.per_class import PerClass

        details.append(PerClass(scored.several))
    if scoring.explain:
        from cecli.commands.score.explanation import explanation

        details.append(explanation(scored, scoring.base_rate, scoring.units))
    if scoring.grouping.by:
        from cecli.metrics.groups import by_group

        header, name = table.header, table.name
        metrics, loss = scored.metrics, scored.loss
        details += by_group(scoring.grouping, metrics, loss, scoring.weighting.weight, header, name)
    return details
