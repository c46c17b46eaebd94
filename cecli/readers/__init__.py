"""Readers turn input into chunks.

A reader describes its input as a `Table`: a header, known before any row is read, and partitions
that yield checked chunks of the columns asked for. The chunk that ends at a defect says so, and is
the last, so that which error is reported depends on the input alone.
"""

from collections.abc import Generator, Sequence
from typing import NamedTuple, Protocol

from cecli.bad_rows import STRICT, BadRows
from cecli.chunk import Chunk
from cecli.columns import Column

# Rows of a chunk: a dozen float64 arrays of this length fit a second-level cache.
BLOCK = 32768


class End(NamedTuple):
    """How a partition ended.

    Attributes
    ----------
    next_line : the line after it, counted as its own lines are.
    in_quotes : whether a quote was open at its end, so that the next begins inside of it.
    """

    next_line: int = 0
    in_quotes: bool = False


NOWHERE = End()


class Partition(Protocol):
    """Some consecutive rows, not read yet."""

    @property
    def continues(self) -> bool:
        """Whether it goes on where the partition before it ends, and counts its lines from 0."""
        ...

    def chunks(self) -> Generator[Chunk, None, End | None]:
        """Yield the rows in order, up to the first defect, and return how they ended.

        Raises
        ------
        InputError
            If they cannot be read.
        """
        ...

    def rest(self, first_line: int) -> "Partition | None":
        """Return its rows and all that continue it as one, the first of them on this line.

        None where they can be read only once; nothing continues them, then.
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
