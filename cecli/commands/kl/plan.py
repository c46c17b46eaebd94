"""The plan for the divergence of q from p in each row."""

from collections.abc import Sequence

from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.columns.roles import distribution, paired, refuse_sharing
from cecli.commands.kl.wanted import NAMES, Divergence
from cecli.core.chunk import Preparation
from cecli.core.plan import Finding, Given, Plan, by_role
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.intervals.sampling import sampling_of
from cecli.metrics.cross_entropy import kl_divergence
from cecli.metrics.groups import by_group
from cecli.metrics.information.kl_divergence import reverse_kl, rows_metrics
from cecli.metrics.metric import measured
from cecli.notices.draws import of_sampling
from cecli.notices.sums import SUMS_TO_ONE, infinite_divergences, of_classes
from cecli.preparations.order import as_one, as_several, in_order
from cecli.report.report import ClassNames, Head
from cecli.report.result import NATS_PER, Notice
from cecli.statistics.mean import Mean

KL = Mean(kl_divergence)


def divergence(table: Table, second: Table | None, wanted: Divergence) -> tuple[Table, Plan]:
    """Return the rows, and the plan for two distributions in each of them.

    Parameters
    ----------
    table : the input of p and, unless there is a second, of q.
    """
    p, q = _pairs(table, second, wanted)
    grouping, domain = wanted.grouping, wanted.stating.domain
    ours = [
        *distribution("target", p, domain),
        *wanted.weighting.columns,
        *grouping.columns(table.header),
    ]
    theirs = distribution("prob", q, domain)
    names = NAMES | grouping.reported(table.header)
    columns = _in_reported_order(ours, theirs)
    rows, matched = table, list[Finding]()
    if second is None:
        refuse_sharing(columns, table.name, names)
    else:
        from cecli.commands.kl.sides import TwoInputs, of_one_file

        rows, how = TwoInputs(table, second).table(ours, theirs, wanted)
        matched = [how, *of_one_file(table.names, second.names)]
    several = len(p) > 1
    preparations, watches = _of_several(wanted) if several else _of_one(wanted)
    threshold = None if wanted.threshold is None else wanted.threshold * NATS_PER[wanted.units]
    metrics = rows_metrics(threshold)
    sampling = sampling_of(grouping, metrics, wanted.weighting.weight, table.name)
    plan = Plan(
        columns=columns,
        prepare=in_order(preparations),
        findings=(
            Given([ClassNames(tuple(name for name, _ in p) if several else ())]),
            *measured(metrics, sampling),
            *infinite_divergences(kl_divergence, reverse_kl),
            *watches,
            *matched,
            *of_sampling(sampling),
            *remarks(wanted.bad_rows),
            *by_group(grouping, metrics, KL, wanted.weighting.weight, table.header, table.name),
            *sampling.findings,
        ),
        head=Head(
            "kl",
            "categorical" if several else "bernoulli",
            wanted.units,
            by_role(columns, names),
        ),
        bad_rows=wanted.bad_rows,
    )
    return rows, plan


def _pairs(
    table: Table, second: Table | None, wanted: Divergence
) -> tuple[Sequence[tuple[str, str]], Sequence[tuple[str, str]]]:
    """Return the (class, column) names of p and of q, matched by class."""
    if second is None:
        wanted.refuse_unnamed()
        return paired(table.header, wanted.p, wanted.q, wanted.taken, table.name, wanted.tell)
    from cecli.commands.kl.sides import TwoInputs

    return TwoInputs(table, second).pairs(wanted)


def _in_reported_order(ours: Sequence[Column], theirs: Sequence[Column]) -> list[Column]:
    """Return the columns of p, then those of q, and then weights, groups and clusters."""
    of_p = [column for column in ours if column.role == ours[0].role]
    return [*of_p, *theirs, *ours[len(of_p) :]]


TWO_OUTCOMES = Given([
    Notice(
        "two-outcomes",
        "each row is one event, which happens or not, with the probabilities e^p and e^q; if rows "
        "are tokens of a text, cecli compare FILE --log-prob P --log-prob Q compares the models",
    )
])  # fmt: skip


def _of_one(wanted: Divergence) -> tuple[list[Preparation], list[Finding]]:
    watches: list[Finding] = [SUMS_TO_ONE] if wanted.weighting.weight is None else []
    if wanted.stating.scale is Scale.LOG_PROBABILITY:
        watches.append(TWO_OUTCOMES)
    return as_one(wanted.stating, *NAMES), watches


def _of_several(wanted: Divergence) -> tuple[list[Preparation], list[Finding]]:
    stating = wanted.stating
    words = [(role, f"probabilities of {name}") for role, name in NAMES.items()]
    sides = (as_several(stating, role, word, wanted.bad_rows) for role, word in words)
    watches = (of_classes(stating, role, word) for role, word in words)
    return [step for side in sides for step in side], [w for side in watches for w in side]
