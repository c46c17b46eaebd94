"""Columns that are computed from other columns of their row."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.column import Column, find
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import RowError
from cecli.core.table import Partition
from cecli.numerics import Floats
from cecli.preparations.rows import drop_weightless, without
from cecli.readers.text.parsed import bad_number, block_rows, by_role
from cecli.readers.views import Changed, View
from cecli.shapes.sharing import partitions_of

Values = Coded | Floats
# Returns the rows of a chunk whose sources have a value.
Check = Callable[[Chunk, BadRows], Chunk]


@dataclass(frozen=True)
class Derived:
    """A column that is computed from others.

    Attributes
    ----------
    name : its name in the header.
    sources : the columns that it is computed from; their roles are their own.
    values : returns the column's texts, or its numbers, shape (n,), of a chunk with the sources.
    check : leaves out, or ends before, rows for which there is none.
    """

    name: str
    sources: tuple[Column, ...]
    values: Callable[[Chunk], Values]
    check: Check | None = None


@dataclass(frozen=True, eq=False)
class DerivedTable(View):
    """A table with further columns, which are computed from its own.

    A column that it has already is replaced.
    """

    derived: tuple[Derived, ...]

    @property
    def header(self) -> Sequence[str]:
        own = self.table.header
        return [*own, *(column.name for column in self.derived if column.name not in own)]

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        read, add = self._read(columns, bad_rows)
        found = partitions_of(self.table, read, bad_rows)
        return [Changed(partition, add, add.most_rows) for partition in found]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> Partition | None:
        read, add = self._read(columns, bad_rows)
        partition = super().beginning(read, bad_rows)
        return None if partition is None else Changed(partition, add, add.most_rows)

    def _read(self, columns: Sequence[Column], bad_rows: BadRows) -> tuple[list[Column], "Added"]:
        """Return the columns to read, and what makes those that are wanted of them."""
        known = {column.name: column for column in self.derived}
        for column in columns:
            find(self.header, column.name, self.name)
        wanted = tuple((column, known[column.name]) for column in columns if column.name in known)
        plain = [column for column in columns if column.name not in known]
        sources = dict.fromkeys(source for _, one in wanted for source in one.sources)
        return [*plain, *sources], Added(wanted, frozenset(sources), bad_rows)


@dataclass(frozen=True)
class Added:
    """Gives roles the columns that are computed, and takes away what they are computed from."""

    derived: tuple[tuple[Column, Derived], ...]
    sources: frozenset[Column]
    bad_rows: BadRows

    @property
    def most_rows(self) -> int:
        """The maximum number of rows of a chunk, as of a reader."""
        return block_rows(sum(column.place is not None for column, _ in self.derived) or 1)

    def __call__(self, chunk: Chunk) -> Chunk:
        chunk = drop_weightless(chunk)
        for check in dict.fromkeys(one.check for _, one in self.derived):
            chunk = chunk if check is None else check(chunk, self.bad_rows)
        found = [(column, one.values(chunk)) for column, one in self.derived]
        numbers = by_role((c, values) for c, values in found if not isinstance(values, Coded))
        texts = {c.role: values for c, values in found if isinstance(values, Coded)}
        taken = {source.role for source in self.sources}
        chunk = replace(
            chunk,
            numbers={r: x for r, x in chunk.numbers.items() if r not in taken} | numbers,
            texts={r: x for r, x in chunk.texts.items() if r not in taken} | texts,
        )
        for column, _ in self.derived:
            chunk = chunk if column.domain is None else self._within_domain(chunk, column)
        return chunk

    def _within_domain(self, chunk: Chunk, column: Column) -> Chunk:
        """Return the rows whose number a reader would accept, too."""
        for reason in (Reason.MISSING, Reason.VALUE):
            values = np.atleast_2d(chunk.numbers[column.role])[column.place or 0]
            refused = self._refused(values, column, reason)
            explain = partial(self._refusal, values, column, chunk)
            chunk = without(chunk, refused, reason, self.bad_rows, explain)
        return chunk

    def _refused(self, values: Floats, column: Column, reason: Reason) -> NDArray[np.bool_]:
        is_missing = np.isnan(values) | np.isin(values, list(self.bad_rows.missing_numbers))
        if reason is Reason.MISSING or column.domain is None:
            return is_missing
        refused: NDArray[np.bool_] = ~is_missing & ~column.domain.contains(values)
        return refused

    def _refusal(self, values: Floats, column: Column, chunk: Chunk, row: int) -> RowError:
        source, line = chunk.position(row)
        return bad_number(source, self.bad_rows, line, column, f"{values[row]:.17g}")
