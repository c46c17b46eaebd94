"""Readers turn input into chunks.

A reader describes its input as a `Table`: a header, known before any row is read, and partitions
that yield checked chunks of the requested columns. The chunk that ends at a defect carries it and
is the last one, so the reported error depends only on the input.
"""

from collections.abc import Generator, Iterator, Sequence
from typing import ClassVar, NamedTuple, Protocol, runtime_checkable

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass
from cecli.core.errors import CecliError

# Rows per chunk. Arrays of 2**15 would fit a second-level cache, but threads that work on such
# short arrays wait for the interpreter more often.
BLOCK = 1 << 16
# Roles of numbered rows: the index of a row's input, and the row's index in it, both from 0.
INPUT, ROW = "input", "row"


class End(NamedTuple):
    """How a partition ended.

    Attributes
    ----------
    next_line : the line after it, counted like its own lines.
    in_quotes : whether a quote was open at its end, so that the next partition begins inside it.
    """

    next_line: int = 0
    in_quotes: bool = False


NOWHERE = End()


class Partition(Protocol):
    """Some consecutive rows that have not been read yet."""

    @property
    def continues(self) -> bool:
        """Whether it continues the partition before it, and counts its lines from 0."""
        ...

    def chunks(self) -> Generator[Chunk, None, End | None]:
        """Yield the rows in order up to the first defect, and return how they ended.

        Raises
        ------
        InputError
            If they cannot be read.
        """
        ...

    def rest(self, first_line: int) -> "Partition | None":
        """Return these rows and all that continue them as one partition that starts on this line.

        None if the rows can be read only once. Then no partition continues them.
        """
        ...


@runtime_checkable
class Divisible(Protocol):
    """A partition that one thread divides into parts while reading, for many threads to fold."""

    def parts(self) -> Iterator[Partition]:
        """Yield its rows as partitions in order, reading only as far as they are requested."""
        ...


@runtime_checkable
class Extensible(Partition, Protocol):
    """A part of a text that can be read on to the end of a later part."""

    def through(self, later: Partition) -> Partition:
        """Return these rows and all up to the end of a later part as one partition.

        Where this part ends, a row may go on into the next one.
        """
        ...


@runtime_checkable
class Previewed(Protocol):
    """A table whose first rows can be looked at before they are read, even in a stream."""

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> "Partition | None":
        """Return its first rows, whatever the size of blocks; None if they cannot be looked at."""
        ...


@dataclass(frozen=True)
class Failed:
    """A part that could not be read. It raises its error after the parts before it are folded."""

    error: CecliError
    continues: ClassVar[bool] = False

    def chunks(self) -> Generator[Chunk, None, None]:
        raise self.error
        yield

    def rest(self, first_line: int) -> None:  # noqa: ARG002
        return None


def parts_of(partition: Partition) -> Iterator[Partition]:
    """Yield the parts of a partition, or the partition itself if it is not divisible."""
    if not isinstance(partition, Divisible):
        yield partition
        return
    try:
        yield from partition.parts()
    except CecliError as error:
        yield Failed(error)


def beginning_of(
    table: "Table", columns: Sequence[Column], bad_rows: BadRows = STRICT
) -> Partition | None:
    """Return the first rows of a table; None if reading them would take them away."""
    if isinstance(table, Previewed):
        return table.beginning(columns, bad_rows)
    partitions = table.partitions(columns, bad_rows)
    return partitions[0] if partitions and partitions[0].rest(0) is not None else None


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
        """Return partitions that yield these columns of the usable rows.

        Raises
        ------
        ColumnError
            If a column is not in the header, or occurs more than once.
        """
        ...


def nested_in(table: Table) -> Sequence[str]:
    """Return the names of a table's columns whose cells have several values, or fields."""
    nested: Sequence[str] = getattr(table, "nested", ())
    return nested


def stated_for(table: Table) -> Sequence[str]:
    """Return the names of a table's columns that the names of folders state."""
    stated: Sequence[str] = getattr(table, "stated", ())
    return stated
