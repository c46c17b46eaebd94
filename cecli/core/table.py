"""Readers turn input into chunks.

A reader describes its input as a `Table`: a header, known before any row is read, and partitions
that yield checked chunks of the columns asked for. The chunk that ends at a defect says so, and is
the last, so that which error is reported depends on the input alone.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, Protocol, runtime_checkable

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.core.chunk import Chunk
from cecli.core.errors import CecliError

# Rows of a chunk. Arrays of 2**15 fit a second-level cache, but threads that work on so short ones
# wait for the interpreter more often.
BLOCK = 1 << 16
# Roles of numbered rows: the place of a row's input, and the row's place in it, both from 0.
INPUT, ROW = "input", "row"


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


@runtime_checkable
class Divisible(Protocol):
    """A partition that falls into parts while it is read, by one thread for many."""

    def parts(self) -> Iterator[Partition]:
        """Yield its rows as partitions, in order: it is read as far as they are asked for."""
        ...


@dataclass(frozen=True)
class Failed:
    """A part that could not be read: its turn to say so comes when those before it are folded."""

    error: CecliError
    continues: ClassVar[bool] = False

    def chunks(self) -> Generator[Chunk, None, None]:
        raise self.error
        yield

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        return None


def parts_of(partition: Partition) -> Iterator[Partition]:
    """Yield the parts into which a partition falls, or itself."""
    if not isinstance(partition, Divisible):
        yield partition
        return
    try:
        yield from partition.parts()
    except CecliError as error:
        yield Failed(error)


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
