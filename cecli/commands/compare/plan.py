"""The plan of a comparison of two or more models on the same rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from cecli.columns.bad_rows import OnUnmatched
from cecli.columns.column import Column, bare, separated
from cecli.columns.roles import (
    SCALED,
    columns_named,
    distribution,
    in_order_of,
    refuse_sharing,
)
from cecli.commands.compare.comparing import Comparing
from cecli.commands.compare.confidence_set.choosing import best_models, pairs_of
from cecli.commands.compare.evidence import Criteria
from cecli.commands.compare.findings import ComparedGroups, Comparisons
from cecli.commands.compare.losses import BASELINE, Candidate, Loss, role_of
from cecli.commands.compare.notices import (
    BY_POSITION,
    clipping,
    in_order_of_time,
    infinite_differences,
)
from cecli.commands.score.plan import predictions
from cecli.commands.score.scored import Scored
from cecli.commands.score.tokens import as_log_prob
from cecli.core.chunk import Preparation
from cecli.core.errors import ColumnError, UsageError, shown
from cecli.core.plan import Finding, Given, Noticing, Plan
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.guessing.completing import predictions_of
from cecli.guessing.names import Suggested, Suggestion, suggested
from cecli.intervals.sampling import draws_of
from cecli.join.by_key import WITHOUT_PARTNER, JoinedTable
from cecli.join.by_position import PairedTable
from cecli.join.keys import ID, OneKey, key_columns
from cecli.join.sides import Side
from cecli.metrics.groups import groups_of
from cecli.notices.draws import few_draws
from cecli.notices.sums import of_classes
from cecli.options.scoring import NO_GROUPS, PROBABILITIES, UNWEIGHTED, Scoring
from cecli.preparations.order import as_one, as_several, in_order
from cecli.preparations.rows import Clip
from cecli.preparations.sums import deviation
from cecli.statistics.mean import Mean

# (class, column) names of one model: one pair, or one for each class.
Pairs = list[tuple[str, str]]


class _Others(NamedTuple):
    """The columns, preparations and notices of another model's predictions."""

    columns: Sequence[Column]
    probabilities: Sequence[Preparation]
    watches: Sequence[Noticing]
    texts: Sequence[Preparation] = ()


def among_columns(table: Table, wanted: Comparing) -> Plan:
    """Return the plan for models that are columns of one table."""
    if wanted.log_prob:
        return _tokens(table, wanted)
    if len(wanted.prob) < 2:
        raise UsageError(
            "two models are required: --prob A --prob B, or two inputs",
            hint="cecli compare preds.csv --prob model_a --prob model_b, or "
            "cecli compare old.csv new.csv; several classes: --prob 'a_*' --prob 'b_*'",
        )
    named = [_named(table, [prob], wanted) for prob in wanted.prob]
    named = [named[0], *(_alike(named[0], other, table) for other in named[1:])]
    theirs = [column for model in named[1:] for _, column in model]
    scoring = wanted.completed(table, wanted.prob[:1], wanted.scoring, theirs)
    base = predictions(table, scoring, named[0])
    roles = [role_of(number) for number in range(2, len(named) + 1)]
    others = [_other(role, n, scoring) for role, n in zip(roles, named[1:], strict=True)]
    columns = [*base.columns, *(column for other in others for column in other.columns)]
    refuse_sharing(columns, table.name, {**base.names, **dict.fromkeys(roles, BASELINE)})
    models = [Candidate(*model) for model in zip(roles, wanted.prob[1:], strict=True)]
    prepare = in_order(
        [*base.probabilities, *(step for other in others for step in other.probabilities)],
        texts=base.texts,
        clip=clip_of(wanted, models),
    )
    watches = [*base.watches, *(watch for other in others for watch in other.watches)]
    compared = base._replace(columns=columns, watches=watches)
    return comparison_plan(table, compared, prepare, wanted, wanted.prob[0], models)


def _tokens(table: Table, wanted: Comparing) -> Plan:
    """Return the plan for models that predict the tokens of one text."""
    names, scoring = wanted.log_prob, wanted.scoring
    if len(names) < 2:
        raise UsageError("two models are required: --log-prob A --log-prob B")
    roles = [BASELINE, *(role_of(number) for number in range(2, len(names) + 1))]
    scale = scoring.stating.of_tokens
    domain = SCALED[scale]
    columns = [
        *(Column(role, name, domain) for role, name in zip(roles, names, strict=True)),
        *scoring.weighting.columns,
        *scoring.grouping.columns(table.header),
    ]
    reported = scoring.grouping.reported(table.header)
    refuse_sharing(columns, table.name, {**reported, **dict.fromkeys(roles, BASELINE)})
    loss = Mean(Loss(BASELINE))
    compared = Scored("tokens", columns, reported, (), loss, Given(()))
    models = [Candidate(*model) for model in zip(roles[1:], names[1:], strict=True)]
    prepare = in_order(as_log_prob(scale, *roles))
    return comparison_plan(table, compared, prepare, wanted, names[0], models)


def between_tables(first: Table, second: Table, wanted: Comparing) -> tuple[Table, Plan]:
    """Return a table with the matched rows of two tables, and the plan for their models."""
    if wanted.log_prob:
        raise UsageError(
            "--log-prob and two inputs cannot be used together",
            hint="put the log-probabilities of both models in one input, a column for each",
        )
    if len(wanted.prob) > 2:
        raise UsageError("with two inputs, --prob can be given at most twice: once for each input")
    specs = [*wanted.prob, *wanted.prob][:2] if len(wanted.prob) == 1 else list(wanted.prob)
    our_spec, their_spec = (
        specs[place : place + 1] or predictions_of(table, wanted.scoring.taken, wanted.scoring.tell)
        for place, table in enumerate((first, second))
    )
    ours, theirs = _named(first, our_spec, wanted), _named(second, their_spec, wanted)
    theirs = _alike(ours, theirs, second)
    role, scoring = role_of(2), wanted.scoring
    scoring = wanted.completed(first, our_spec, scoring)
    base = predictions(first, scoring, ours)
    other = _partner(second, theirs, their_spec, wanted)
    adopted_columns = [replace(c, role=role) for c in other.columns if c.role == BASELINE]
    adopted = {BASELINE: role, deviation(BASELINE): deviation(role)}
    sides = [side_of(first, base, wanted), side_of(second, other, wanted)]
    table: Table = PairedTable(sides[0], sides[1], adopted)
    if wanted.key:
        on_unmatched = wanted.on_unmatched or OnUnmatched.ERROR
        table = JoinedTable(sides[0], sides[1], adopted, on_unmatched)
    watches = [
        *base.watches,
        *_other(role, theirs, scoring).watches,
        WITHOUT_PARTNER if wanted.key else BY_POSITION,
    ]
    compared = base._replace(columns=[*base.columns, *adopted_columns], watches=watches)
    names = _names_of_two((first.name, second.name), (ours[0][1], theirs[0][1]))
    models = [Candidate(role, names[1])]
    # Each side has already prepared its own rows.
    prepare = clip_of(wanted, models)
    return table, comparison_plan(first, compared, prepare, wanted, names[0], models)


def clip_of(wanted: Comparing, models: Sequence[Candidate]) -> list[Preparation]:
    """Return the preparation that moves the probabilities of all models, if it is asked for."""
    roles = (BASELINE, *(model.role for model in models))
    return [] if wanted.clip is None else [Clip(wanted.clip, roles)]


def comparison_plan(
    table: Table,
    compared: Scored,
    prepare: Sequence[Preparation],
    wanted: Comparing,
    baseline: str,
    models: Sequence[Candidate],
) -> Plan:
    """Return the plan of a comparison.

    Parameters
    ----------
    table : has the groups and clusters.
    compared : has the columns of all models.
    """
    scoring = wanted.scoring
    names, places = zip((baseline, BASELINE), *((m.name, m.role) for m in models), strict=True)
    pairs = pairs_of(wanted, places)
    uncertain = [mean for model in models for mean in model.paired.uncertain]
    uncertain += [] if pairs is None else pairs.uncertain
    draws = draws_of(scoring.grouping, uncertain, scoring.weighting.weight, table.name)
    inference = wanted.inference(of_several=compared.task != "binary")
    criteria = Criteria(inference, draws, wanted.margin_in_nats)
    of_labels = compared.task == "binary" and not scoring.target
    apart = replace(scoring.grouping, by_row=False)
    within = replace(
        criteria, draws=draws_of(apart, uncertain, scoring.weighting.weight, table.name)
    )
    groups = groups_of(scoring.grouping, table.header, table.name)
    roles = dict.fromkeys((model.role for model in models), BASELINE)
    compared = compared._replace(names={**compared.names, **roles})
    return Plan(
        columns=compared.columns,
        prepare=prepare,
        findings=(
            compared.classes,
            *compared.watches,
            *(watch for model in models for watch in infinite_differences(baseline, model)),
            *([] if wanted.clip is None else [clipping(wanted.clip)]),
            *few_draws(draws),
            *in_order_of_time(wanted, baseline, models),
            *remarks(scoring.bad_rows, scoring.notices),
            Comparisons(baseline, tuple(models), criteria, scoring.units),
            *best_models(wanted, names, places, pairs, criteria, of_labels=of_labels),
            *([_decomposed(compared.task, models)] if wanted.decompose else []),
            *([] if groups is None else [ComparedGroups(groups, tuple(models), within)]),
        ),
        head=compared.head("compare", scoring),
        bad_rows=scoring.bad_rows,
    )


def _decomposed(task: str, models: Sequence[Candidate]) -> Finding:
    """Return what splits differences into miscalibration and discrimination."""
    if task != "binary":
        raise UsageError("--decompose needs models with one column of probabilities each")
    from cecli.commands.compare.decomposed import Decomposed

    return Decomposed(tuple(models))


def _named(table: Table, spec: Sequence[str], wanted: Comparing) -> Pairs:
    scoring = wanted.scoring
    return columns_named(table.header, spec, scoring.taken, table.name, scoring.coded)


def _alike(first: Pairs, other: Pairs, table: Table) -> Pairs:
    """Return another model's columns in the order of the first's classes."""
    if len(first) == 1 and len(other) == 1:
        return other
    if len(first) == 1 or len(other) == 1:
        one = shown((first if len(first) == 1 else other)[0][1])
        raise ColumnError(
            f"{one} is a single column, but the other model has one column per class",
            table.name,
            "--prob 'a_*' --prob 'b_*' compares two models with one column per class",
        )
    return in_order_of([name for name, _ in first], other, table.name, "--prob")


def _other(role: str, named: Pairs, scoring: Scoring) -> _Others:
    columns = distribution(role, named, scoring.stating.domain)
    if len(named) == 1:
        return _Others(columns, as_one(scoring.stating, role), ())
    return _Others(
        columns,
        as_several(scoring.stating, role, PROBABILITIES, scoring.bad_rows),
        of_classes(scoring.stating, role, PROBABILITIES),
    )


def _partner(
    table: Table, named: Pairs, spec: Sequence[str], wanted: Comparing
) -> Scored | _Others:
    """Return the columns of the second table; labels are optional if rows are matched by a key.

    Weights, groups and clusters come from the first table.
    """
    grouping = wanted.scoring.grouping
    elsewhere = grouping.mentioned
    scoring = replace(wanted.scoring, weighting=UNWEIGHTED, grouping=NO_GROUPS, elsewhere=elsewhere)
    if wanted.key and not _has_labels(table, named, scoring):
        return _other(BASELINE, named, scoring)
    return predictions(table, wanted.completed(table, spec, scoring), named)


def _has_labels(table: Table, named: Pairs, scoring: Scoring) -> bool:
    if scoring.target:
        return True
    if scoring.label is not None:
        return scoring.label in table.header
    taken = [*(column for _, column in named), *scoring.taken]
    free = [name for name in table.header if name not in taken]
    return any(suggested(bare(name)) == Suggested(Suggestion.LABEL, is_usual=True) for name in free)


def side_of(table: Table, asked: Scored | _Others, wanted: Comparing) -> Side:
    """Return a table whose rows are to be joined by key or by position."""
    keys = key_columns(separated(wanted.key, table.header))
    columns = [*keys, *asked.columns]
    refuse_sharing(columns, table.name, {key.role: ID for key in keys})
    texts: list[Preparation] = [
        *([OneKey(keys, wanted.scoring.bad_rows)] if keys else []),
        *asked.texts,
    ]
    prepare = in_order(asked.probabilities, texts=texts)
    return Side(table, columns, prepare, engine=wanted.engine)


def _names_of_two(tables: tuple[str, str], columns: tuple[str, str]) -> tuple[str, str]:
    """Return distinct names for two models: of their tables, else of their columns."""
    for names in (tables, columns):
        if names[0] != names[1]:
            return names
    return "first", "second"
