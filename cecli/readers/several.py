"""Several inputs that are one data set."""

from collections.abc import Sequence
from dataclasses import dataclass

from cecli.bad_rows import STRICT, BadRows
from cecli.columns import Column, listed
from cecli.errors import InputError
from cecli.readers import Partition, Table


@dataclass(frozen=True)
class SeveralTables:
    """Tables with one header, one after the other."""

    tables: Sequence[Table]

    @property
    def name(self) -> str:
        return self.tables[0].name

    @property
    def names(self) -> Sequence[str]:
        return [name for table in self.tables for name in table.names]

    @property
    def header(self) -> Sequence[str]:
        return self.tables[0].header

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        return [part for table in self.tables for part in table.partitions(columns, bad_rows)]


def one_data_set(tables: Sequence[Table]) -> Table:
    """Return some tables as one.

    Raises
    ------
    InputError
        If their headers differ.
    """
    first, *others = tables
    for other in others:
        if list(other.header) != list(first.header):
            raise InputError(
                f"its header differs from that of {first.name}: {_difference(first, other)}",
                other.name,
                "files that are read together have the same columns in the same order",
            )
    return first if not others else SeveralTables(tables)


def _difference(first: Table, other: Table) -> str:
    missing = [name for name in first.header if name not in other.header]
    surplus = [name for name in other.header if name not in first.header]
    said = [f"{listed(missing)} missing"] * bool(missing)
    said += [f"{listed(surplus)} added"] * bool(surplus)
    return "; ".join(said) or f"the order is {listed(other.header)}, and not {listed(first.header)}"
