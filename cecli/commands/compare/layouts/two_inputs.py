"""Two inputs with the same rows, joined by a key or by position."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from cecli.columns.bad_rows import OnUnmatched
from cecli.columns.column import Column, bare, separated
from cecli.columns.roles import refuse_sharing
from cecli.commands.compare.comparing import Comparing
from cecli.commands.compare.notices import by_position
from cecli.commands.compare.plan import (
    OtherModel,
    Pairs,
    alike,
    clip_of,
    columns_of,
    comparison_plan,
    other_model,
)
from cecli.commands.compare.texts.plan import tokens_of_two
from cecli.commands.score.plan import predictions
from cecli.commands.score.scored import Scored
from cecli.core.chunk import Preparation
from cecli.core.errors import UsageError
from cecli.core.plan import Plan
from cecli.core.table import Table
from cecli.guessing.completing import predictions_of
from cecli.guessing.names import Suggested, Suggestion, suggested
from cecli.join.by_key import WITHOUT_PARTNER, JoinedTable
from cecli.join.by_position import PairedTable
from cecli.join.keys import ID, OneKey, key_columns
from cecli.join.sides import Side
from cecli.join.weightless import KeepKeys
from cecli.metrics.paired.losses import BASELINE, Candidate, role_of
from cecli.options.scoring import CLUSTER, NO_GROUPS, UNWEIGHTED, Scoring
from cecli.preparations.order import in_order
from cecli.preparations.rows import Alias
from cecli.preparations.same_tokens import SameTokens, role_of_side
from cecli.preparations.sums import deviation

# The first words of the roles of groups and clusters.
OF_GROUPS = ("by[", CLUSTER)


class Joinable(Protocol):
    """What a side of a join has: columns, and how they are prepared."""

    @property
    def columns(self) -> Sequence[Column]: ...
    @property
    def probabilities(self) -> Sequence[Preparation]: ...
    @property
    def texts(self) -> Sequence[Preparation]: ...


def between_tables(first: Table, second: Table, wanted: Comparing) -> tuple[Table, Plan]:
    """Return a table with the matched rows of two tables, and the plan for their models.

    Raises
    ------
    UsageError
        If the rows are to be a series in time, or more than two models are named.
    """
    if wanted.order:
        raise UsageError(
            "--order and two inputs cannot be used together",
            hint="put the predictions of both models in one input, in order of time",
        )
    if wanted.log_prob:
        of_two = tokens_of_two(first, second, wanted)
        return _joined(
            (first, second), of_two.base, of_two.other, of_two.columns, wanted, of_two.same
        )
    if len(wanted.prob) > 2:
        raise UsageError("with two inputs, --prob can be given at most twice: once for each input")
    specs = [*wanted.prob, *wanted.prob][:2] if len(wanted.prob) == 1 else list(wanted.prob)
    our_spec, their_spec = (
        specs[place : place + 1] or predictions_of(table, wanted.scoring.taken, wanted.scoring.tell)
        for place, table in enumerate((first, second))
    )
    ours, theirs = columns_of(first, our_spec, wanted), columns_of(second, their_spec, wanted)
    theirs = alike(ours, theirs, second)
    scoring = wanted.completed(first, our_spec, wanted.scoring)
    base = predictions(first, scoring, ours)
    other = _partner(second, theirs, their_spec, wanted)
    columns = ours[0][1], theirs[0][1]
    _, model = _names_of_two((first.name, second.name), columns)
    more = other_model(role_of(2), theirs, scoring, model=model).watches
    base = base._replace(watches=[*base.watches, *more])
    return _joined((first, second), base, other, columns, wanted)


def _joined(
    tables: tuple[Table, Table],
    base: Scored,
    other: Joinable,
    columns: tuple[str, str],
    wanted: Comparing,
    same: Sequence[str] = (),
) -> tuple[Table, Plan]:
    """Return a table with the matched rows of two tables, and the plan for their models.

    Parameters
    ----------
    columns : of each model, by which they are told apart if their tables have one name.
    same : the columns of texts that matched rows must share.
    """
    role, (first, second) = role_of(2), tables
    adopted_columns = [replace(c, role=role) for c in other.columns if c.role == BASELINE]
    grouped = {column.name: column.role for column in base.columns if column.domain is None}
    shared = [[Column(role_of_side(name, side), name, None) for name in same] for side in "pq"]
    shared[0] = [column for column in shared[0] if column.name not in grouped]
    adopted = {BASELINE: role, deviation(BASELINE): deviation(role)}
    adopted |= {column.role: column.role for column in shared[1]}
    sides = [
        side_of(first, base, wanted, shared[0], keeps=True),
        side_of(second, other, wanted, shared[1]),
    ]
    table: Table = PairedTable(sides[0], sides[1], adopted)
    if wanted.key:
        on_unmatched = wanted.on_unmatched or OnUnmatched.ERROR
        table = JoinedTable(sides[0], sides[1], adopted, on_unmatched)
    matched = WITHOUT_PARTNER if wanted.key else by_position(base.task)
    compared = base._replace(
        columns=[*base.columns, *adopted_columns], watches=[*base.watches, matched]
    )
    names = _names_of_two((first.name, second.name), columns)
    models = [Candidate(role, names[1])]
    # Each side has already prepared its own rows.
    again = [Alias(role_of_side(x, "p"), grouped[x]) for x in same if x in grouped]
    must_share = [SameTokens((first.name, second.name), same)] if same else []
    prepare: list[Preparation] = [*again, *must_share, *clip_of(wanted, models)]
    return table, comparison_plan(first, compared, prepare, wanted, names[0], models)


def _partner(
    table: Table, named: Pairs, spec: Sequence[str], wanted: Comparing
) -> Scored | OtherModel:
    """Return the columns of the second table; labels are optional if rows are matched by a key.

    Weights, groups and clusters come from the first table.
    """
    grouping = wanted.scoring.grouping
    elsewhere = grouping.mentioned
    scoring = replace(wanted.scoring, weighting=UNWEIGHTED, grouping=NO_GROUPS, elsewhere=elsewhere)
    if wanted.key and not _has_labels(table, named, scoring):
        return other_model(BASELINE, named, scoring, model=table.name)
    return predictions(table, wanted.completed(table, spec, scoring), named)


def _has_labels(table: Table, named: Pairs, scoring: Scoring) -> bool:
    if scoring.target:
        return True
    if scoring.label is not None:
        return scoring.label in table.header
    taken = [*(column for _, column in named), *scoring.taken]
    free = [name for name in table.header if name not in taken]
    return any(suggested(bare(name)) == Suggested(Suggestion.LABEL, is_usual=True) for name in free)


def side_of(
    table: Table,
    asked: Joinable,
    wanted: Comparing,
    shared: Sequence[Column] = (),
    *,
    keeps: bool = False,
) -> Side:
    """Return a table whose rows are to be joined by key or by position.

    A column of the key may form groups or clusters, too.

    Parameters
    ----------
    shared : further columns, which rows of both inputs must share.
    keeps : whether rows of weight 0 keep their keys, as the other input has no weights.
    """
    names = separated(wanted.key, table.header)
    again = [c for c in asked.columns if c.name in names and c.role.startswith(OF_GROUPS)]
    keys = key_columns(names, shared=[column.name for column in again])
    roles = {key.name: key.role for key in keys}
    columns = [*keys, *(column for column in asked.columns if column not in again), *shared]
    refuse_sharing(columns, table.name, {key.role: ID for key in keys})
    keyed: list[Preparation] = [
        *(Alias(column.role, roles[column.name]) for column in again),
        *([OneKey(keys, wanted.scoring.bad_rows)] if keys else []),
    ]
    prepare = in_order(asked.probabilities, texts=[*keyed, *asked.texts])
    if keys and keeps:
        further = in_order(asked.probabilities, texts=asked.texts)
        prepare = (KeepKeys(keyed, further, ID),)
    return Side(table, columns, prepare, engine=wanted.engine)


def _names_of_two(tables: tuple[str, str], columns: tuple[str, str]) -> tuple[str, str]:
    """Return distinct names for two models: of their tables, else of their columns."""
    for names in (tables, columns):
        if names[0] != names[1]:
            return names
    return "first", "second"
