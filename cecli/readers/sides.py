"""One of two inputs whose rows are put side by side: its chunks, prepared, in the order of rows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cecli.bad_rows import BadRows, Reason
from cecli.chunk import Chunk, Integers
from cecli.columns import Column
from cecli.readers import Partition, Table
from cecli.readers.in_order import InOrder

# The role of the number of a row in its input, from 0 on, those that cannot be used included.
ROW = "row"
SKIPPED = frozenset(reason.remark for reason in Reason)
NO_LINES = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Side:
    """A table, what is to be read of it, and what is done to each chunk before it has a partner."""

    table: Table
    columns: Sequence[Column]
    preparations: Sequence[Callable[[Chunk], Chunk]]

    def chunks(self, bad_rows: BadRows) -> Iterator["Numbered"]:
        """Yield all rows in order; the last chunk may have a defect."""
        seen = 0
        for partition in InOrder(self.table).partitions(self.columns, bad_rows):
            for chunk, rows, end in _numbered(partition, seen):
                prepared = chunk.with_numbers(**{ROW: rows.astype(np.float64)})
                for prepare in self.preparations:
                    prepared = prepare(prepared)
                yield Numbered(prepared, end)
                seen = end
                if prepared.defect is not None:
                    return


@dataclass(frozen=True, eq=False)
class Sides:
    """Two inputs that are one table, with the header of the first.

    Attributes
    ----------
    adopted : under which roles the numbers of the second's roles are kept.
    """

    first: Side
    second: Side
    adopted: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.first.table.name

    @property
    def names(self) -> Sequence[str]:
        return list(dict.fromkeys([*self.first.table.names, *self.second.table.names]))

    @property
    def header(self) -> Sequence[str]:
        return self.first.table.header


@dataclass(frozen=True, eq=False)
class Numbered:
    """Some rows with their numbers under ROW, all of them below `end`, as those to come are not."""

    chunk: Chunk
    end: int

    @property
    def rows(self) -> Integers:
        return self.chunk.numbers[ROW].astype(np.int64)


def _numbered(partition: Partition, seen: int) -> Iterator[tuple[Chunk, Integers, int]]:
    """Yield chunks, the numbers of their rows, and how many rows there have been after them.

    Lines of skipped rows come with the first chunk of a block, before their turn.
    """
    chunk, early, last = None, NO_LINES, -1
    for chunk in partition.chunks():
        skipped = [lines for code, lines in chunk.remarks.items() if code in SKIPPED]
        lines = np.concatenate([chunk.lines, *skipped])
        if lines.size and lines.min() <= last:  # another input begins, and counts anew
            seen, early = seen + len(early), NO_LINES
        early = np.unique(np.concatenate([early, *skipped]))
        due = early[early <= chunk.lines[-1]] if len(chunk) else early
        early = early[len(due) :]
        last = int(max(chunk.lines[-1:].max(initial=-1), due.max(initial=-1), 0))
        rows = seen + np.arange(len(chunk)) + np.searchsorted(due, chunk.lines)
        seen += len(chunk) + len(due)
        yield chunk, rows, seen
    if chunk is not None and early.size:
        nothing = replace(chunk.where(np.zeros(len(chunk), dtype=np.bool_)), remarks={})
        yield nothing, NO_LINES, seen + len(early)
