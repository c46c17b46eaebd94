"""The plan for the entropy of a column's values."""

from cecli.columns.column import Column
from cecli.columns.roles import refuse_sharing
from cecli.commands.entropy.wanted import EntropyWanted
from cecli.core.plan import Plan, by_role
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.metrics.information.entropy import COLUMN, GIVEN, Counted
from cecli.metrics.information.mutual_information import Related
from cecli.metrics.metric import EFFECTIVE_ROWS, measured
from cecli.notices.rare import rare
from cecli.preparations.labels import Categories
from cecli.preparations.order import in_order
from cecli.report.report import Head
from cecli.statistics.counts import Counts


def uncertainty(table: Table, wanted: EntropyWanted) -> Plan:
    """Return the plan for the values of a column, or for predicted probabilities."""
    if wanted.column is not None:
        return _of_values(table, wanted, wanted.column)
    from cecli.commands.entropy.predictions import of_members, of_predictions

    return of_members(table, wanted) if wanted.member else of_predictions(table, wanted)


def _of_values(table: Table, wanted: EntropyWanted, name: str) -> Plan:
    columns = [Column(COLUMN, name, None)]
    if wanted.given is not None:
        columns.append(Column(GIVEN, wanted.given, None))
    roles = tuple(column.role for column in columns)
    categories = [Categories(column.role, column.name, wanted.bad_rows) for column in columns]
    columns += wanted.weighting.columns
    counted = Counted(Counts(roles, table.name))
    refuse_sharing(columns, table.name)
    return Plan(
        columns=columns,
        prepare=in_order(texts=categories),
        findings=(
            *counted.findings(wanted.grouping.level),
            *([] if wanted.given is None else Related(counted).findings),
            *measured([EFFECTIVE_ROWS]),
            *rare(counted, of_pairs=wanted.given is not None),
            *remarks(wanted.bad_rows),
        ),
        head=Head("entropy", "categories", wanted.units, by_role(columns)),
        bad_rows=wanted.bad_rows,
    )
