"""The plan of a comparison of models that have rows of their own in one table."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from cecli.columns.bad_rows import OnUnmatched
from cecli.columns.column import Column, listed, separated
from cecli.columns.roles import refuse_sharing
from cecli.commands.compare.comparing import MOST_MODELS, Comparing
from cecli.commands.compare.layouts.two_inputs import side_of
from cecli.commands.compare.plan import clip_of, comparison_plan
from cecli.commands.compare.texts.plan import tokens_of_models
from cecli.commands.score.plan import predictions, prob_columns
from cecli.commands.score.scored import Scored
from cecli.core.chunk import Preparation
from cecli.core.errors import ColumnError, UsageError, shown
from cecli.core.plan import Noticing, Plan
from cecli.core.table import Table
from cecli.join.by_key import without_partner
from cecli.join.models import MODEL, OneModel, SameInAll, joined_models, models_in
from cecli.join.sides import Side
from cecli.metrics.paired.losses import BASELINE, Candidate, role_of
from cecli.notices.sums import of_classes
from cecli.options.scoring import PROBABILITIES, Scoring
from cecli.preparations.sums import deviation
from cecli.shapes.derived import DerivedTable

# The first words of the roles that are those of a case.
OF_CASES = ("weight", "count", "bytes", "by[", "cluster")


def among_rows(table: Table, column: str, wanted: Comparing) -> tuple[Table, Plan]:
    """Return a table with a row for each key, and the plan for the models of a column."""
    keys = separated(wanted.key, table.header)
    elsewhere = [*wanted.scoring.elsewhere, column, *keys]
    wanted = replace(wanted, scoring=replace(wanted.scoring, elsewhere=elsewhere))
    base, watches_of = _scored(table, wanted)
    refuse_sharing([Column(MODEL, column, None), *base.columns], table.name, base.names)
    models = _in_order(table, column, wanted)
    roles = [role_of(number) for number in range(2, len(models) + 1)]
    of_cases = SameInAll(
        {c.role: c.name for c in base.columns if c.role.startswith(OF_CASES)}, len(models)
    )
    sides: list[Side] = []
    for model in models:
        side = side_of(_rows_of(model, column, table, is_first=not sides), base, wanted)
        sides.append(replace(side, whose=f" of {column} {shown(model)}"))
    adopted = [
        {BASELINE: role, deviation(BASELINE): deviation(role), **of_cases.adopted(number)}
        for number, role in enumerate(roles, start=2)
    ]
    on_unmatched = wanted.on_unmatched or OnUnmatched.ERROR
    joined = joined_models(sides, adopted, on_unmatched)
    watches = [
        *base.watches,
        *(watch for pair in zip(roles, models[1:], strict=True) for watch in watches_of(*pair)),
        without_partner("another model"),
    ]
    candidates = [Candidate(*pair) for pair in zip(roles, models[1:], strict=True)]
    prepare: list[Preparation] = [of_cases, *clip_of(wanted, candidates)]
    compared = base._replace(watches=watches)
    return joined, comparison_plan(table, compared, prepare, wanted, models[0], candidates)


def _rows_of(model: str, column: str, table: Table, *, is_first: bool) -> Table:
    """Return the rows of a model; columns are computed of these alone, and so are remarks."""
    if isinstance(table, DerivedTable):
        return replace(table, table=_rows_of(model, column, table.table, is_first=is_first))
    return OneModel(table, column, model, is_first)


def _scored(
    table: Table, wanted: Comparing
) -> tuple[Scored, Callable[[str, str], Sequence[Noticing]]]:
    """Return the predictions of one model, and the watches over a role with those of another."""
    if wanted.log_prob:
        if len(wanted.log_prob) > 1:
            raise UsageError(
                "--model takes one --log-prob: the column that has those of all models"
            )
        return tokens_of_models(table, wanted, wanted.log_prob), lambda *_: []
    scoring = wanted.completed(table, wanted.scoring.prob, wanted.scoring)
    named = prob_columns(table, scoring)
    return predictions(table, scoring, named), partial(_watches, len(named), scoring)


def _watches(classes: int, scoring: Scoring, role: str, model: str) -> Sequence[Noticing]:
    word = f"{PROBABILITIES} of {model}"
    return [] if classes == 1 else of_classes(scoring.stating, role, word)


def _in_order(table: Table, column: str, wanted: Comparing) -> list[str]:
    """Return the names of the models, the baseline first."""
    models = models_in(table, column, MOST_MODELS, wanted.scoring.bad_rows)
    if len(models) < 2:
        raise ColumnError(
            f"column {shown(column)} names {listed(models) or 'no model'}: two models are required",
            table.name,
        )
    baseline = wanted.baseline
    if baseline is None:
        return models
    if baseline not in models:
        raise UsageError(
            f"--baseline {shown(baseline)} is none of the models",
            hint=f"column {shown(column)} names {listed(models)}",
        )
    return [baseline, *(model for model in models if model != baseline)]
