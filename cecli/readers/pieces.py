"""Tables that come one after the other, and are not all there at once."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar

from cecli.bad_rows import STRICT, BadRows
from cecli.chunk import Chunk
from cecli.columns import Column
from cecli.errors import InputError
from cecli.readers import Partition, Table
from cecli.readers.several import one_data_set


@dataclass(frozen=True, eq=False)
class PiecesTable:
    """An iterable of tables in memory with one header. Rows are counted in each from 1."""

    pieces: Iterable[Any]
    as_table: Callable[[Any], Table]

    @cached_property
    def _tables(self) -> tuple[Table, Iterator[Table]]:
        """The first, which tells the header, and all others."""
        tables = map(self.as_table, self.pieces)
        try:
            return next(tables), tables
        except StopIteration:
            raise InputError("is an iterable of no tables", "<tables>") from None

    @property
    def name(self) -> str:
        return self._tables[0].name

    @property
    def names(self) -> Sequence[str]:
        return [self.name]

    @property
    def header(self) -> Sequence[str]:
        return self._tables[0].header

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence["_Pieces"]:
        return [_Pieces(self._tables, columns, bad_rows)]


@dataclass(frozen=True, eq=False)
class _Pieces:
    tables: tuple[Table, Iterator[Table]]
    columns: Sequence[Column]
    bad_rows: BadRows

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        return None

    def parts(self) -> Iterator[Partition]:
        """Yield the partitions of one table after the other."""
        first, others = self.tables
        for table in chain([first], others):
            one_data_set([first, table])
            yield from table.partitions(self.columns, self.bad_rows)

    def chunks(self) -> Generator[Chunk, None, None]:
        for part in self.parts():
            yield from part.chunks()
