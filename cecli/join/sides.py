"""One of two inputs whose rows are put side by side, and how that is done."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.column import Column
from cecli.columns.numbers import Scale
from cecli.core.chunk import Chunk, Integers
from cecli.core.errors import RowError, shown
from cecli.core.table import Partition, Table
from cecli.readers.views import InOrder

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


def roles_of(adopted: Mapping[str, str]) -> Sequence[str]:
    """Return what the second of two rows is asked for: its predictions, and what was observed."""
    return [*adopted, "target", "label"]


def side_by_side(first: Chunk, second: Chunk, adopted: Mapping[str, str], hint: str) -> Chunk:
    """Return the rows of the first with some numbers of the second's, row by row.

    Parameters
    ----------
    adopted : under which roles the numbers of the second's roles are kept.
    hint : what to do about rows whose labels differ; the chunk ends before the first of them.
    """
    numbers = {ours: second.numbers[its] for its, ours in adopted.items() if its in second.numbers}
    scales = {ours: second.scales.get(its, Scale.PROBABILITY) for its, ours in adopted.items()}
    pair = replace(
        first, numbers={**first.numbers, **numbers}, scales={**first.scales, **scales}, remarks={}
    )
    if "target" not in second.numbers:
        return pair
    targets = np.atleast_2d(first.numbers["target"]), np.atleast_2d(second.numbers["target"])
    differ = (targets[0] != targets[1]).any(axis=0)
    if not differ.any():
        return pair
    row = int(np.argmax(differ))
    place, word = (
        "{}:{}".format(*first.position(row)),
        "label" if "label" in second.texts else "target",
    )
    what = f"the {word} is {_target(second, row)}, and {_target(first, row)} in {place}"
    return pair.until(row, RowError.at(*second.position(row), what, hint))


def remarks_of(chunk: Chunk, pair: Chunk) -> Chunk:
    """Return no rows, of the form of a pair, with all that was remarked on some."""
    nothing = pair.where(np.zeros(len(pair), dtype=np.bool_))
    return replace(nothing, source=chunk.source, remarks=chunk.remarks, defect=None)


def _target(chunk: Chunk, row: int) -> str:
    label = chunk.texts.get("label")
    if label is not None:
        return shown(label.names[label.codes[row]])
    return str(chunk.numbers["target"][..., row].tolist())
