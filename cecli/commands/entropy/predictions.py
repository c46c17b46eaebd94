"""The plans for the entropy of predictions, and of those of an ensemble."""

from collections.abc import Iterable, Sequence

from cecli.columns.column import Column, classes_of, separated
from cecli.columns.roles import distribution, in_order_of, refuse_sharing
from cecli.commands.entropy.wanted import EntropyWanted
from cecli.core.chunk import Preparation
from cecli.core.errors import ColumnError, UsageError, named, shown
from cecli.core.plan import Finding, Given, Plan, by_role
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.intervals.sampling import sampling_of
from cecli.metrics.groups import by_group
from cecli.metrics.information import entropy
from cecli.metrics.information.ensembles import of_ensemble
from cecli.metrics.metric import Metric, measured
from cecli.notices.draws import of_sampling
from cecli.notices.sums import of_classes
from cecli.options.scoring import PROBABILITIES
from cecli.preparations.order import as_one, as_several, in_order
from cecli.report.report import ClassNames, Head

# (class, column) names of one prediction: one pair, or one for each class.
Pairs = Sequence[tuple[str, str]]
MEMBER = "member"
FEWEST_CLASSES = 2


def of_predictions(table: Table, wanted: EntropyWanted) -> Plan:
    """Return the plan for the predictions of one model."""
    prob = classes_of(table.header, wanted.prob, _taken(wanted), table.name)
    metrics = entropy.of_predictions(max(len(prob), FEWEST_CLASSES))
    return _plan(table, wanted, {"prob": prob}, metrics, {"prob": PROBABILITIES})


def of_members(table: Table, wanted: EntropyWanted) -> Plan:
    """Return the plan for the predictions of the members of an ensemble.

    Each name is a member with a probability of one class of two, and each pattern one with a column
    for each class.

    Raises
    ------
    UsageError
        If there are fewer than two members.
    ColumnError
        If a column is missing, or the members have other classes.
    """
    names = separated(wanted.member, table.header)
    if len(names) < 2:
        raise UsageError(
            "an ensemble has at least two members",
            hint="--member A --member B, or --member A,B: a column of probabilities each; or "
            "--member 'a_*' --member 'b_*', with a column for each class",
        )
    taken = _taken(wanted)
    found: list[Pairs] = [classes_of(table.header, [each], taken, table.name) for each in names]
    first = found[0]
    members = {
        f"{MEMBER} {number}": _alike(first, pairs, (names[0], names[number - 1]), table.name)
        for number, pairs in enumerate(found, start=1)
    }
    words = {
        role: f"probabilities of {named(name)}" for role, name in zip(members, names, strict=True)
    }
    metrics = of_ensemble(tuple(members), max(len(first), FEWEST_CLASSES))
    return _plan(table, wanted, members, metrics, words)


def _plan(
    table: Table,
    wanted: EntropyWanted,
    predictions: dict[str, Pairs],
    metrics: Sequence[Metric],
    words: dict[str, str],
) -> Plan:
    """Return the plan of metrics of predictions.

    Parameters
    ----------
    predictions : the (class, column) names of each role.
    words : what messages call the numbers of each role.
    """
    stating, bad_rows, grouping = wanted.stating, wanted.bad_rows, wanted.grouping
    columns: list[Column] = []
    for role, pairs in predictions.items():
        columns += distribution(role, pairs, stating.domain)
    columns += [*wanted.weighting.columns, *grouping.columns(table.header)]
    reported = dict.fromkeys((role for role in predictions if role.startswith(MEMBER)), MEMBER)
    names = reported | grouping.reported(table.header)
    refuse_sharing(columns, table.name, names)
    weight = wanted.weighting.weight
    sampling = sampling_of(grouping, metrics, weight, table.name)
    classes = [name for name, _ in next(iter(predictions.values()))]
    several = len(classes) > 1
    watches: Iterable[Finding] = (
        watch for role, word in words.items() for watch in of_classes(stating, role, word)
    )
    return Plan(
        columns=columns,
        prepare=in_order(_prepared(wanted, words, several=several)),
        findings=(
            Given([ClassNames(tuple(classes) if several else ())]),
            *measured(metrics, sampling),
            *(watches if several else ()),
            *of_sampling(sampling),
            *remarks(bad_rows),
            *by_group(grouping, metrics, None, weight, table.header, table.name),
            *sampling.findings,
        ),
        head=Head(
            "entropy",
            "categorical" if several else "bernoulli",
            wanted.units,
            by_role(columns, names),
        ),
        bad_rows=bad_rows,
    )


def _prepared(
    wanted: EntropyWanted, words: dict[str, str], *, several: bool
) -> Sequence[Preparation]:
    if not several:
        return as_one(wanted.stating, *words)
    sides = (
        as_several(wanted.stating, role, word, wanted.bad_rows) for role, word in words.items()
    )
    return [step for side in sides for step in side]


def _alike(first: Pairs, other: Pairs, names: tuple[str, str], source: str) -> Pairs:
    """Return another member's columns in the order of the first's classes."""
    if len(first) == 1 and len(other) == 1:
        return other
    if len(first) == 1 or len(other) == 1:
        one, several = names if len(first) == 1 else reversed(names)
        raise ColumnError(
            f"{shown(one)} is a single column, but {shown(several)} has one column per class",
            source,
            "members are alike: --member A --member B, or --member 'a_*' --member 'b_*'",
        )
    return in_order_of([name for name, _ in first], other, source, shown(names[1]))


def _taken(wanted: EntropyWanted) -> list[str]:
    """Return the columns that are no predictions, because the user gave them another role."""
    name = wanted.weighting.name
    return [*([] if name is None else [name]), *wanted.grouping.mentioned]
