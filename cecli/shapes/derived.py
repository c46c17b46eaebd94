"""Columns that are computed from other columns of their row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, find
from cecli.core.chunk import Chunk, Coded
from cecli.core.table import Partition
from cecli.numerics import Floats
from cecli.readers.views import Changed, View

Values = Coded | Floats


@dataclass(frozen=True)
class Derived:
    """A column that is computed from others.

    Attributes
    ----------
    name : its name in the header.
    sources : the columns that it is computed from; their roles are their own.
    values : returns the column's texts, or its numbers, shape (n,), of a chunk with the sources.
    """

    name: str
    sources: tuple[Column, ...]
    values: Callable[[Chunk], Values]


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
        known = {column.name: column for column in self.derived}
        for column in columns:
            find(self.header, column.name, self.name)
        wanted = [(column, known[column.name]) for column in columns if column.name in known]
        plain = [column for column in columns if column.name not in known]
        sources = dict.fromkeys(source for _, one in wanted for source in one.sources)
        add = Added(tuple((column.role, one) for column, one in wanted), frozenset(sources))
        read = self.table.partitions([*plain, *sources], bad_rows)
        return [Changed(partition, add) for partition in read]


@dataclass(frozen=True)
class Added:
    """Gives roles the columns that are computed, and takes away what they are computed from."""

    derived: tuple[tuple[str, Derived], ...]
    sources: frozenset[Column]

    def __call__(self, chunk: Chunk) -> Chunk:
        numbers, texts = dict(chunk.numbers), dict(chunk.texts)
        for role, column in self.derived:
            values = column.values(chunk)
            if isinstance(values, Coded):
                texts[role] = values
            else:
                numbers[role] = values
        for source in self.sources:
            (texts if source.domain is None else numbers).pop(source.role)
        return replace(chunk, numbers=numbers, texts=texts)
