"""The two inputs of a join, and the pairs of their rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import TypeVar

import numpy as np

from cecli.columns.bad_rows import BadRows, Reason
from cecli.columns.column import Column
from cecli.core.chunk import ORIGIN, Chunk, Integers
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import CecliError, RowError, shown
from cecli.core.table import Divisible, Partition, Table, parts_of
from cecli.engines import Engine, serial
from cecli.numerics import Floats
from cecli.numerics.distributions.distributions import stated
from cecli.readers.views import InOrder

# The role of a row's number in its side, from 0, counting bad rows as well.
ROW = "row of side"
# The role of a row's line, if a pair keeps it.
LINE = "line"
SKIPPED = frozenset(reason.remark for reason in Reason)
V = TypeVar("V")
NO_LINES = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Side:
    """A table, the columns to read, and the preparations of each chunk before the join.

    Attributes
    ----------
    whose : whose keys they are, after "the key 1", if the table has others as well.
    engine : where blocks are parsed, ahead of the rows that are asked for.
    """

    table: Table
    columns: Sequence[Column]
    preparations: Sequence[Callable[[Chunk], Chunk]]
    whose: str = ""
    engine: Engine = serial

    def chunks(self, bad_rows: BadRows) -> Iterator["Numbered"]:
        """Yield all rows in order; the last chunk may have a defect."""
        seen = 0
        for partition in InOrder(self.table).partitions(self.columns, bad_rows):
            for chunk, rows, end in _numbered(_chunks(partition, self.engine), seen):
                prepared = chunk.with_numbers(**{ROW: rows.astype(np.float64)})
                for prepare in self.preparations:
                    prepared = prepare(prepared)
                yield Numbered(prepared, end, self.whose)
                seen = end
                if prepared.defect is not None:
                    return


@dataclass(frozen=True, eq=False)
class Sides:
    """Two inputs joined into one table, with the header of the first.

    Attributes
    ----------
    adopted : the new role in a pair of each role of the second input that is kept.
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
    """Rows with their numbers under ROW: all below `end`, while later rows are not."""

    chunk: Chunk
    end: int
    whose: str = ""

    @property
    def rows(self) -> Integers:
        return self.chunk.numbers[ROW].astype(np.int64)


def _chunks(partition: Partition, engine: Engine) -> Iterator[Chunk]:
    """Yield the chunks of a partition, whose parts an engine reads."""
    if not isinstance(partition, Divisible):
        yield from partition.chunks()
        return
    with closing(engine(_read, parts_of(partition))) as parts:
        for chunks, failure in parts:
            yield from chunks
            if failure is not None:
                raise failure


def _read(part: Partition) -> tuple[list[Chunk], CecliError | None]:
    """Return the chunks of a part, and why there are no more of them."""
    chunks: list[Chunk] = []
    try:
        for chunk in part.chunks():
            chunks.append(chunk)  # noqa: PERF402 (what was read before a failure is kept)
    except CecliError as error:
        return chunks, error
    return chunks, None


def _numbered(chunks: Iterable[Chunk], seen: int) -> Iterator[tuple[Chunk, Integers, int]]:
    """Yield chunks, the numbers of their rows, and the number of rows up to their end.

    The remarks on skipped rows of a block come with its first chunk, ahead of their position.
    """
    chunk, early, last = None, NO_LINES, -1
    for chunk in chunks:
        skipped = [lines for code, lines in chunk.remarks.items() if code in SKIPPED]
        lines = np.concatenate([chunk.lines, *skipped])
        if lines.size and lines.min() <= last:  # another input begins, with its own lines
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
    """Return the roles that a pair needs from its second row: predictions and observations."""
    return [*adopted, "target", "label"]


def side_by_side(first: Chunk, second: Chunk, adopted: Mapping[str, str], hint: str) -> Chunk:
    """Return the rows of the first chunk with columns of the second chunk added, row by row.

    Parameters
    ----------
    adopted : the new role of each role of the second chunk that is kept.
    hint : what to do about rows whose labels differ; the chunk ends before the first of them.
    """
    pair = replace(
        first,
        numbers={**first.numbers, **_adopted(second.numbers, adopted)},
        texts={**first.texts, **_adopted(second.texts, adopted)},
        scales={**first.scales, **_adopted(second.scales, adopted)},
        origins={**first.origins, **_adopted({LINE: second.source}, adopted)},
        remarks={},
    )
    if ORIGIN in adopted:
        return replace(pair, origins=dict.fromkeys(adopted.values(), second.source))
    if "target" not in second.numbers:
        return pair
    differ = (_targets(first) != _targets(second)).any(axis=0)
    if not differ.any():
        return pair
    row = int(np.argmax(differ))
    place, word = (
        "{}:{}".format(*first.position(row)),
        "label" if "label" in second.texts else "target",
    )
    what = f"the {word} is {_target(second, row)}, but {_target(first, row)} in {place}"
    return pair.until(row, RowError.at(*second.position(row), what, hint))


def _adopted(values: Mapping[str, V], adopted: Mapping[str, str]) -> dict[str, V]:
    return {ours: values[its] for its, ours in adopted.items() if its in values}


def remarks_of(chunk: Chunk, pair: Chunk) -> Chunk:
    """Return an empty chunk in the form of a pair, with the remarks of a chunk."""
    nothing = pair.where(np.zeros(len(pair), dtype=np.bool_))
    return replace(nothing, source=chunk.source, remarks=chunk.remarks, defect=None)


def _targets(chunk: Chunk) -> Floats:
    target, scale = chunk.numbers["target"], chunk.scales.get("target")
    return np.atleast_2d(target) if scale is None else stated(target, scale).prob


def _target(chunk: Chunk, row: int) -> str:
    label = chunk.texts.get("label")
    if label is not None:
        return shown(label.names[label.codes[row]])
    return str(chunk.numbers["target"][..., row].tolist())
