"""Passes that several fits share, fits without a fold, and rows kept in memory."""

from collections.abc import Callable, Generator, Iterable, Sequence
from hashlib import blake2b
from typing import Any, ClassVar, Self, TypeVar

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column
from cecli.commands.fit.recalibrations import Dialogue
from cecli.core.chunk import Chunk, Integers, Preparation
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError, UnreadableError
from cecli.core.fold import Progress, fold
from cecli.core.statistic import States, Statistic
from cecli.core.table import Partition
from cecli.engines import Engine
from cecli.metrics.reliability.seen_by import SeenBy
from cecli.numerics import Floats
from cecli.numerics.resampling import outputs
from cecli.readers.views import View
from cecli.statistics.mean import WEIGHT

FOLD = "fold"


def once_more(
    partitions: Sequence[Partition],
    statistics: Iterable[Statistic[Any]],
    prepare: Sequence[Preparation],
    engine: Engine,
    progress: Progress | None,
    *,
    first: States,
    source: str,
) -> States:
    """Return the states of some statistics over the rows of a first pass.

    Parameters
    ----------
    first : the states of the first pass, with the weight of all rows.
    source : the name of the input, for errors.

    Raises
    ------
    InputError
        If the rows cannot be read, or have changed.
    """
    found = fold(partitions, [WEIGHT, *statistics], prepare, engine, progress)
    if found[WEIGHT] != first[WEIGHT]:
        raise UnreadableError(
            "has changed between two passes",
            source,
            "if it is being written to, or can be read only once, save a copy first",
        )
    return found


@dataclass(frozen=True)
class Outside:
    """The rows of a chunk that are outside a fold; all statistics share one object."""

    fold: int

    def __call__(self, chunk: Chunk) -> Chunk:
        return chunk.where(chunk.numbers[FOLD] != self.fold)


FOLD_BY = "fold_by"


@dataclass(frozen=True)
class FoldByText:
    """Assigns folds by a text, such as an identifier: rows that share it stay together.

    Attributes
    ----------
    role : of the text.

    Notes
    -----
    blake2b of its UTF-8 bytes, the first 8 bytes of the digest, little-endian, modulo the folds.
    """

    folds: int
    role: str = FOLD_BY

    def __call__(self, chunk: Chunk) -> Chunk:
        text = chunk.texts[self.role]
        folds = np.array([fold_of(name, self.folds) for name in text.names], dtype=np.float64)
        return chunk.with_numbers(**{FOLD: folds.take(text.codes)})


def fold_of(text: str, folds: int) -> int:
    """Return the fold of a text.

    Examples
    --------
    >>> [fold_of(name, 5) for name in ("a", "b", "c")] == [fold_of(name, 5) for name in "abc"]
    True
    """
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") % folds


def folds_of_positions(first: int, rows: int, folds: int) -> Floats:
    """Return the folds of consecutive rows by their positions, shape (rows,).

    Notes
    -----
    SplitMix64's mixing function of the position, counted from 0 over the rows that are used, modulo
    the folds.
    """
    places = np.arange(first, first + rows, dtype=np.uint64)
    z = outputs(np.zeros(1, dtype=np.uint64), places)
    return np.asarray((z % np.uint64(folds)).astype(np.float64))


T = TypeVar("T")
Read = Callable[[Iterable[Statistic[Any]]], States]


def converse(dialogues: Sequence[Dialogue[T]], read: Read) -> list[T]:
    """Return the results of several dialogues; each pass over the rows answers all of them.

    Parameters
    ----------
    read : returns the states of some statistics over all rows.
    """
    asked: dict[int, Statistic[Any]] = {}
    results: dict[int, T] = {}

    def send(place: int, state: Any) -> None:
        try:
            asked[place] = dialogues[place].send(state)
        except StopIteration as stop:
            asked.pop(place, None)
            results[place] = stop.value

    for place in range(len(dialogues)):
        send(place, None)
    while asked:
        states = read(asked.values())
        for place, statistic in list(asked.items()):
            send(place, states[statistic])
    return [results[place] for place in range(len(dialogues))]


def completed(known: States, wanted: Iterable[Statistic[Any]], read: Read) -> States:
    """Return the states of some statistics; rows are read again for those that are not known."""
    statistics = list(wanted)
    found = read([statistic for statistic in statistics if known.get(statistic) is None])
    return States(
        {each: found[each] if known.get(each) is None else known[each] for each in statistics}
    )


def without_fold(dialogue: Dialogue[T], fold: int) -> Dialogue[T]:
    """Hold a dialogue about the rows outside a fold.

    Raises
    ------
    InputError
        If these rows do not determine the fit.
    """
    state: Any = None
    while True:
        try:
            asked = dialogue.send(state)
        except StopIteration as stop:
            result: T = stop.value
            return result
        except InputError as error:
            raise replace(error, what=f"without fold {fold + 1}, {error.what}") from None
        state = yield SeenBy(Outside(fold), asked)


@dataclass(frozen=True, eq=False)
class KeptState:
    """The chunks so far; None if they exceed the limit."""

    limit: int
    chunks: tuple[Chunk, ...] | None = ()
    size: int = 0

    def merge(self, other: Self) -> Self:
        size = self.size + other.size
        if self.chunks is None or other.chunks is None or size > self.limit:
            return type(self)(self.limit, None, size)
        return type(self)(self.limit, self.chunks + other.chunks, size)

    def moved(self, lines: int) -> Self:
        chunks = self.chunks
        return replace(self, chunks=chunks and tuple(_moved(chunk, lines) for chunk in chunks))


@dataclass(frozen=True)
class Kept:
    """All rows, unless their columns take more bytes than the limit.

    Attributes
    ----------
    roles : of the texts that are kept; others are left out.
    """

    limit: int
    roles: tuple[str, ...] = ()

    def empty(self) -> KeptState:
        return KeptState(self.limit)

    def summarize(self, chunk: Chunk) -> KeptState:
        texts = {role: text for role, text in chunk.texts.items() if role in self.roles}
        size = chunk.lines.nbytes + sum(values.nbytes for values in chunk.numbers.values())
        size += sum(text.codes.nbytes + sum(map(len, text.names)) for text in texts.values())
        # A copy, without the values that statistics have cached in the chunk.
        return KeptState(self.limit, (replace(chunk, texts=texts, defect=None),), size)


def _moved(chunk: Chunk, lines: int) -> Chunk:
    def further(x: Integers) -> Integers:
        return x + lines

    remarks = {code: further(rows) for code, rows in chunk.remarks.items()}
    return replace(chunk, lines=further(chunk.lines), remarks=remarks)


# The chunks in a partition: enough work for a thread.
CHUNKS = 8


@dataclass(frozen=True, eq=False)
class KeptTable(View):
    """A table of chunks that are kept in memory, prepared for one set of columns."""

    chunks: Sequence[Chunk]

    def partitions(
        self,
        columns: Sequence[Column],  # noqa: ARG002
        bad_rows: BadRows = STRICT,  # noqa: ARG002
    ) -> Sequence["KeptPartition"]:
        starts = range(0, len(self.chunks), CHUNKS)
        return [KeptPartition(self.chunks[start : start + CHUNKS]) for start in starts]

    def with_numbers(self, **numbers: Callable[[int, int], Floats]) -> "KeptTable":
        """Return the table with columns added that are functions of a row's position.

        Parameters
        ----------
        numbers : called with the position of a chunk's first row and the number of its rows.
        """
        first, chunks = 0, []
        for chunk in self.chunks:
            added = {role: make(first, len(chunk)) for role, make in numbers.items()}
            chunks.append(chunk.with_numbers(**added))
            first += len(chunk)
        return replace(self, chunks=chunks)


@dataclass(frozen=True, eq=False)
class KeptPartition:
    """Some consecutive chunks."""

    kept: Sequence[Chunk]

    continues: ClassVar[bool] = False

    def rest(self, first_line: int) -> "KeptPartition":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        for chunk in self.kept:
            # A copy, so that values cached in one pass do not stay in memory.
            yield replace(chunk)
