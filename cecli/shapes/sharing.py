"""Columns of a file that several roles need, which readers read once."""

from collections.abc import Sequence

import numpy as np

from cecli.columns.bad_rows import BadRows
from cecli.columns.column import Column
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass
from cecli.core.table import Partition, Table
from cecli.numerics import Floats
from cecli.readers.views import Changed


def partitions_of(
    table: Table, columns: Sequence[Column], bad_rows: BadRows
) -> Sequence[Partition]:
    """Return the partitions of a table, of whose columns several may have one name.

    The text of a column that is also read as numbers is the shortest one of its number.
    """
    distinct = list(dict.fromkeys(columns))
    # A text can be made of a number, and is read like the lists that it may be.
    in_order = sorted(distinct, key=lambda column: (column.domain is None, not column.is_nested))
    first = {column.name: column for column in reversed(in_order)}
    read = [column for column in distinct if column == first[column.name]]
    copies = tuple((first[c.name], c) for c in distinct if c != first[c.name])
    found = table.partitions(read, bad_rows)
    return [Changed(part, Copied(copies)) for part in found] if copies else found


@dataclass(frozen=True)
class Copied:
    """Gives roles the values of others, which have the same column."""

    pairs: tuple[tuple[Column, Column], ...]

    def __call__(self, chunk: Chunk) -> Chunk:
        for source, copy in self.pairs:
            if source.domain is None:
                chunk = chunk.with_texts(**{copy.role: chunk.texts[source.role]})
                continue
            values = np.atleast_2d(chunk.numbers[source.role])[source.place or 0]
            if copy.domain is None:
                chunk = chunk.with_texts(**{copy.role: as_text(values)})
            else:
                chunk = chunk.with_numbers(**{copy.role: values})
        return chunk


def as_text(values: Floats) -> Coded:
    """Return the shortest text of each number, shape (n,)."""
    distinct, codes = np.unique(values, return_inverse=True)
    names = tuple(repr(value).removesuffix(".0") for value in distinct.tolist())
    return Coded(codes.reshape(-1), names)
