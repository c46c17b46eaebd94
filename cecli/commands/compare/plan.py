"""The plan of a comparison of two or more models on the same rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cecli.columns.column import Column
from cecli.columns.roles import (
    columns_named,
    distribution,
    in_order_of,
    refuse_sharing,
)
from cecli.commands.compare.comparing import Comparing
from cecli.commands.compare.confidence_set.choosing import best_models, pairs_of
from cecli.commands.compare.evidence import Criteria
from cecli.commands.compare.findings import ComparedGroups, Comparisons
from cecli.commands.compare.notices import (
    clipping,
    in_order_of_time,
    infinite_differences,
)
from cecli.commands.compare.texts.perplexity import TokenFigures
from cecli.commands.compare.texts.plan import tokens_of_models
from cecli.commands.score.plan import predictions
from cecli.commands.score.scored import Scored
from cecli.core.chunk import Preparation
from cecli.core.errors import ColumnError, TriedCommand, UsageError, shown
from cecli.core.plan import Finding, Noticing, Plan
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.intervals.sampling import draws_of
from cecli.metrics.groups import groups_of
from cecli.metrics.paired.losses import BASELINE, Candidate, role_of
from cecli.notices.draws import few_draws
from cecli.notices.sums import of_classes
from cecli.options.declare import Family
from cecli.options.scoring import PROBABILITIES, Scoring
from cecli.preparations.order import as_one, as_several, in_order
from cecli.preparations.rows import Clip

# Options that say what is predicted, whatever the models.
OF_EVENTS = frozenset({"label", "target", "positive", "scale"})
# (class, column) names of one model: one pair, or one for each class.
Pairs = list[tuple[str, str]]


class OtherModel(NamedTuple):
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
        ).trying(wanted.models_in(table))
    named = [columns_of(table, [prob], wanted) for prob in wanted.prob]
    named = [named[0], *(alike(named[0], other, table) for other in named[1:])]
    theirs = [column for model in named[1:] for _, column in model]
    scoring = wanted.completed(table, wanted.prob[:1], wanted.scoring, theirs)
    base = predictions(table, scoring, named[0])
    roles = [role_of(number) for number in range(2, len(named) + 1)]
    others = [
        other_model(role, n, scoring, model=model)
        for role, n, model in zip(roles, named[1:], wanted.prob[1:], strict=True)
    ]
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


def models_of(table: Table, data: Any, families: Sequence[Family]) -> list[TriedCommand]:
    """Return the command that compares the models that a table may have; none if they are unknown.

    Parameters
    ----------
    data, families : what was asked.
    """
    # Imported here, because most comparisons name their models.
    from cecli.guessing.case import Case
    from cecli.guessing.evidence import look
    from cecli.guessing.guess import guess
    from cecli.guessing.proposal import Asking, given_in

    asking = Asking("compare", data, families)
    given = {n: v for family in families for n, v in given_in(family).items() if n in OF_EVENTS}
    found = guess(Case(look(table), given), replace(asking, command="score"))
    return [
        TriedCommand(asking.line(proposal), proposal.reason)
        for proposal in found.proposals
        if proposal.command == asking.command and found.asking.takes(proposal)
    ]


def _tokens(table: Table, wanted: Comparing) -> Plan:
    """Return the plan for models that predict the tokens of one text."""
    names = wanted.log_prob
    if len(names) < 2:
        raise UsageError(
            "two models are required: --log-prob A --log-prob B, or two inputs",
            hint="cecli compare base.jsonl other.jsonl --log-prob logprob --id doc,pos",
        )
    compared = tokens_of_models(table, wanted, names)
    roles = [role_of(number) for number in range(2, len(names) + 1)]
    models = [Candidate(*model) for model in zip(roles, names[1:], strict=True)]
    prepare = in_order(compared.probabilities)
    return comparison_plan(table, compared, prepare, wanted, names[0], models)


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
    tokens = TokenFigures(wanted.n_bytes is not None) if compared.task == "tokens" else None
    uncertain += [] if tokens is None else tokens.means
    draws = draws_of(scoring.grouping, uncertain, scoring.weighting.weight, table.name)
    inference = wanted.inference(of_several=compared.task != "binary")
    criteria = Criteria(inference, draws, wanted.margin_in_nats, tokens)
    of_labels = compared.task == "binary" and not scoring.target
    apart = replace(scoring.grouping, by_row=False)
    within = replace(
        criteria, draws=draws_of(apart, uncertain, scoring.weighting.weight, table.name)
    )
    groups = groups_of(scoring.grouping, table.header, table.name)
    of_groups = [] if groups is None else [ComparedGroups(groups, tuple(models), within)]
    if scoring.grouping.over_groups:
        # Imported here, because few comparisons need it.
        from cecli.commands.compare.texts import averages

        criteria = averages.of_groups(criteria)
    compared_models: list[Finding] = [
        Comparisons(baseline, tuple(models), criteria, scoring.units),
        *best_models(wanted, names, places, pairs, criteria, of_labels=of_labels),
    ]
    if scoring.grouping.over_groups:
        of_groups = [averages.parted(each) for each in of_groups]
        compared_models = averages.over_groups(of_groups[0], compared_models)
    roles = dict.fromkeys((model.role for model in models), BASELINE)
    compared = compared._replace(names={**compared.names, **roles})
    return Plan(
        columns=compared.columns,
        prepare=prepare,
        findings=(
            compared.classes,
            *compared.watches,
            *(
                watch
                for model in models
                for watch in infinite_differences(baseline, model, compared.task)
            ),
            *([] if wanted.clip is None else [clipping(wanted.clip)]),
            *few_draws(draws),
            *in_order_of_time(wanted, baseline, models),
            *remarks(scoring.bad_rows, scoring.notices),
            *compared_models,
            *([_decomposed(compared.task, models)] if wanted.decompose else []),
            *of_groups,
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


def columns_of(table: Table, spec: Sequence[str], wanted: Comparing) -> Pairs:
    scoring = wanted.scoring
    return columns_named(table.header, spec, scoring.taken, table.name, scoring.coded)


def alike(first: Pairs, other: Pairs, table: Table) -> Pairs:
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


def other_model(role: str, named: Pairs, scoring: Scoring, *, model: str) -> OtherModel:
    columns = distribution(role, named, scoring.stating.domain)
    if len(named) == 1:
        return OtherModel(columns, as_one(scoring.stating, role), ())
    return OtherModel(
        columns,
        as_several(scoring.stating, role, PROBABILITIES, scoring.bad_rows),
        of_classes(scoring.stating, role, f"{PROBABILITIES} of {model}"),
    )
