"""A table whose rows are wanted one after the other, and each only once."""

from collections.abc import Sequence
from dataclasses import dataclass

from cecli.bad_rows import STRICT, BadRows
from cecli.columns import Column
from cecli.readers import Partition, Table


@dataclass(frozen=True)
class InOrder:
    """A table with one partition in place of all that continue each other.

    A text that is read at many places at once may have to be read again from where it was cut
    inside quotes. Read from its beginning, no row goes by twice.
    """

    table: Table

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def names(self) -> Sequence[str]:
        return self.table.names

    @property
    def header(self) -> Sequence[str]:
        return self.table.header

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        return [
            partition.rest(0) or partition
            for partition in self.table.partitions(columns, bad_rows)
            if not partition.continues
        ]
