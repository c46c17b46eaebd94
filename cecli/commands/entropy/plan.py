"""The plan for the entropy of a column's values."""

from collections.abc import Sequence
from dataclasses import dataclass

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column
from cecli.columns.roles import refuse_sharing
from cecli.core.errors import UsageError
from cecli.core.plan import Plan, by_role
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.metrics.information.entropy import COLUMN, GIVEN, Counted
from cecli.metrics.information.mutual_information import Related
from cecli.metrics.metric import EFFECTIVE_ROWS, measured
from cecli.notices.rare import rare
from cecli.options.scoring import PLAIN, Grouping, Stating, Weighting
from cecli.preparations.labels import Categories
from cecli.preparations.order import in_order
from cecli.report.report import Head
from cecli.report.result import Units
from cecli.statistics.counts import Counts

PROBABILITIES = "--prob or --member"


@dataclass(frozen=True)
class EntropyWanted:
    """The options of `entropy`; names and patterns of columns are still as the user gave them."""

    column: str | None
    given: str | None
    prob: Sequence[str]
    member: Sequence[str]
    weighting: Weighting
    stating: Stating
    units: Units
    grouping: Grouping
    bad_rows: BadRows

    def __post_init__(self) -> None:
        if (self.column is not None) + bool(self.prob) + bool(self.member) != 1:
            raise UsageError(
                "exactly one of --column, --prob and --member is required",
                hint="--column COL for values to count · --prob COL or --prob 'p_*' for "
                "probabilities · --member A --member B for those of an ensemble",
            )
        if self.column is None and self.given is not None:
            raise UsageError("--given requires --column: it names a second column of values")
        if self.column is not None:
            self._refuse_options_of_probabilities()

    def _refuse_options_of_probabilities(self) -> None:
        if self.stating != PLAIN:
            raise UsageError(
                f"--from and --normalize require {PROBABILITIES}: --column only counts values"
            )
        given = {
            "--by": bool(self.grouping.by),
            "--cluster": self.grouping.cluster is not None,
            "--bootstrap": self.grouping.resampling is not None,
        }
        if name := next((name for name, is_given in given.items() if is_given), ""):
            raise UsageError(
                f"{name} requires {PROBABILITIES}: --column has counts of all rows",
                hint="--given COL says how much another column tells of it",
            )


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
