"""The plan of two columns of categories, which are counted over the rows and compared."""

from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.columns.roles import refuse_sharing
from cecli.commands.kl.wanted import Divergence
from cecli.core.errors import UsageError
from cecli.core.plan import Plan, by_role
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.metrics.information.categories import CountedPairs, P, Q
from cecli.preparations.labels import Categories
from cecli.preparations.order import in_order
from cecli.report.report import Head
from cecli.statistics.counts import Counts

TWO_COLUMNS = "--categories compares exactly two columns"


def categories(table: Table, second: Table | None, wanted: Divergence) -> tuple[Table, Plan]:
    """Return the rows, and the plan of the values of two of their columns.

    Raises
    ------
    UsageError
        If there are two inputs, or an option applies to numbers only.
    """
    _refuse_others(second, wanted)
    names = ((P, wanted.p[0]), (Q, wanted.q[0]))
    texts = [Column(role, name, None) for role, name in names]
    columns = [*texts, *wanted.weighting.columns]
    refuse_sharing(columns, table.name)
    counted = CountedPairs(Counts((P, Q), table.name))
    plan = Plan(
        columns=columns,
        prepare=in_order(texts=[Categories(role, name, wanted.bad_rows) for role, name in names]),
        findings=(*counted.findings, *remarks(wanted.bad_rows)),
        head=Head("kl", "categories", wanted.units, by_role(columns)),
        bad_rows=wanted.bad_rows,
    )
    return table, plan


def _refuse_others(second: Table | None, wanted: Divergence) -> None:
    if second is not None:
        raise UsageError(
            f"{TWO_COLUMNS} of one input",
            hint="cecli drift REFERENCE CURRENT counts a column of categories in two inputs, whose "
            "rows need not be the same",
        )
    wanted.refuse_unnamed()
    if len(wanted.p) > 1 or len(wanted.q) > 1:
        raise UsageError(TWO_COLUMNS, hint="--p COL --q COL")
    given = {
        "--threshold": wanted.threshold is not None,
        "--by": bool(wanted.grouping.by),
        "--cluster": wanted.grouping.cluster is not None,
        "--bootstrap": wanted.grouping.resampling is not None,
        "--from": wanted.stating.scale is not Scale.PROBABILITY,
        "--normalize": wanted.stating.normalize,
    }
    for option, is_given in given.items():
        if is_given:
            raise UsageError(f"{option} cannot be used with --categories, which counts values")
