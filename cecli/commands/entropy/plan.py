"""Plans for the entropy of a column's values, or of predicted probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column, classes_of
from cecli.columns.roles import distribution, refuse_sharing
from cecli.core.errors import UsageError
from cecli.core.plan import Given, Plan, by_role
from cecli.core.remarks import remarks
from cecli.core.table import Table
from cecli.metrics.information.entropy import COLUMN, GIVEN, OF_PREDICTIONS, Counted
from cecli.metrics.information.mutual_information import Related
from cecli.metrics.metric import EFFECTIVE_ROWS, measured
from cecli.notices.rare import rare
from cecli.notices.sums import of_classes
from cecli.options.scoring import PLAIN, PROBABILITIES, Stating, Weighting
from cecli.preparations.labels import Categories
from cecli.preparations.order import as_one, as_several, in_order
from cecli.report.report import ClassNames, Head
from cecli.report.result import Units
from cecli.statistics.counts import Counts


@dataclass(frozen=True)
class EntropyWanted:
    """The options of `entropy`; names and patterns of columns are still as the user gave them."""

    column: str | None
    given: str | None
    prob: Sequence[str]
    weighting: Weighting
    stating: Stating
    units: Units
    bad_rows: BadRows

    def __post_init__(self) -> None:
        if (self.column is None) == (not self.prob):
            raise UsageError(
                "exactly one of --column and --prob is required",
                hint="--column COL for values to count · --prob COL or --prob 'p_*' for "
                "probabilities",
            )
        if self.prob and self.given is not None:
            raise UsageError("--given requires --column: it names a second column of values")
        if self.column is not None and self.stating != PLAIN:
            raise UsageError("--from and --normalize require --prob: --column only counts values")


def uncertainty(table: Table, wanted: EntropyWanted) -> Plan:
    """Return the plan for the values of a column, or for predicted probabilities."""
    if wanted.column is None:
        return _of_predictions(table, wanted)
    return _of_values(table, wanted, wanted.column)


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
            *counted.findings,
            *([] if wanted.given is None else Related(counted).findings),
            *measured([EFFECTIVE_ROWS]),
            *rare(counted, of_pairs=wanted.given is not None),
            *remarks(wanted.bad_rows),
        ),
        head=Head("entropy", "categories", wanted.units, by_role(columns)),
        bad_rows=wanted.bad_rows,
    )


def _of_predictions(table: Table, wanted: EntropyWanted) -> Plan:
    taken = [column.name for column in wanted.weighting.columns]
    prob = classes_of(table.header, wanted.prob, taken, table.name)
    several = len(prob) > 1
    columns = [*distribution("prob", prob, wanted.stating.domain), *wanted.weighting.columns]
    refuse_sharing(columns, table.name)
    stating, bad_rows = wanted.stating, wanted.bad_rows
    probabilities = (
        as_several(stating, "prob", PROBABILITIES, bad_rows) if several else as_one(stating, "prob")
    )
    return Plan(
        columns=columns,
        prepare=in_order(probabilities),
        findings=(
            Given([ClassNames(tuple(name for name, _ in prob) if several else ())]),
            *measured(OF_PREDICTIONS),
            *(of_classes(stating, "prob", PROBABILITIES) if several else ()),
            *remarks(bad_rows),
        ),
        head=Head(
            "entropy",
            "categorical" if several else "bernoulli",
            wanted.units,
            by_role(columns),
        ),
        bad_rows=bad_rows,
    )
