"""Readers turn input into chunks.

A reader describes its input as a `Table`: a header, known before any row is read, and partitions
that yield checked chunks of the columns asked for. The chunk that ends at a defect says so, and is
the last, so that which error is reported depends on the input alone.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from cecli.bad_rows import STRICT, BadRows
from cecli.chunk import Chunk
from cecli.columns import Column

# Rows of a chunk: a dozen float64 arrays of this length fit a second-level cache.
BLOCK = 16384


class Partition(Protocol):
    """Some consecutive rows, not read yet."""

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows in order, up to the first defect.

        Raises
        ------
        InputError
            If they cannot be read.
        """
        ...


class Table(Protocol):
    """Input with named columns."""

    @property
    def name(self) -> str:
        """The input's name, for messages."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """The names of all inputs that are read."""
        ...

    @property
    def header(self) -> Sequence[str]:
        """The names of all columns, in order."""
        ...

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[Partition]:
        """Return what yields these columns, of rows that can be used.

        Raises
        ------
        ColumnError
            If a column is not in the header, or is there more than once.
        """
        ...
