"""The core loop of the program: fold the statistics over the partitions."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from cecli.core.chunk import Preparation
from cecli.core.dataclasses import dataclass
from cecli.core.errors import RowError
from cecli.core.statistic import Kernel, States, Statistic
from cecli.core.table import NOWHERE, Divisible, End, Extensible, Partition, parts_of
from cecli.engines import Elsewhere, Engine, serial
from cecli.kernels import kernels_for

Progress = Callable[[States, float | None], None]


@dataclass(frozen=True)
class Folded:
    """What one partition gave.

    Attributes
    ----------
    states : of its rows.
    end : how it ended.
    defect : what stopped it, if anything did.
    """

    states: States
    end: End = NOWHERE
    defect: RowError | None = None


def fold(
    partitions: Sequence[Partition],
    statistics: Iterable[Statistic[Any]],
    preparations: Sequence[Preparation] = (),
    engine: Engine = serial,
    progress: Progress | None = None,
) -> States:
    """Return the states of the statistics over all rows.

    Parameters
    ----------
    partitions : the rows, in order.
    statistics : what to compute; equal statistics are computed once.
    preparations : applied in turn to each chunk as it is read.
    engine : where the partitions are folded.
    progress : called with the states so far and the share of the partitions that are done. The
        share is None if there is only one partition, whose length is unknown.

    Raises
    ------
    InputError
        At the first defect in the order of the rows.
    """
    distinct = tuple(dict.fromkeys(statistics))
    alone, is_here = len(partitions) == 1, not isinstance(engine, Elsewhere)
    is_whole = alone and is_here and not isinstance(partitions[0], Divisible)
    inside = progress if is_whole else None
    one = partial(fold_partition, tuple(preparations), kernels_for(distinct), progress=inside)
    states = empty = States.empty(distinct)
    line, is_read = 0, False
    opened: Extensible | None = None
    drawn: deque[tuple[int, Partition]] = deque()
    # Closed after the engine, so that what is still open behind the parts is closed, too.
    with (
        closing(_parts(partitions, drawn, parts_of if is_here else _itself)) as parts,
        closing(engine(partial(one, states=empty), parts)) as folded,
    ):
        for found in folded:
            place, part = drawn.popleft()
            if part.continues and is_read:
                continue
            line, is_read = line if part.continues else 0, False
            is_second = opened is not None
            if opened is not None:
                # This part begins inside quotes, so what was found in it is of no use.
                part, opened = opened.through(part), None
                (found,) = engine(partial(one, states=empty), [part])
            its = found.states.known_as(empty)
            if found.defect is None and not found.end.in_quotes:
                states = states.merge(its.moved(line))
                line += found.end.next_line
                if progress is not None and inside is None:
                    progress(states, None if alone else place / len(partitions))
                continue
            is_continued = place < len(partitions) and partitions[place].continues
            if is_continued and not is_second and isinstance(part, Extensible):
                # The cut after this part may lie inside quotes: it is read on through the next one.
                opened = part
                continue
            # Many cuts lie inside quotes, or there is a defect, which an earlier one may precede.
            # So the rest of the text is read in one go.
            rest = part.rest(line)
            if rest is None:
                states = states.merge(its.moved(line))
            else:
                (found,) = engine(partial(one, states=states), [rest])
                # A part that is its own rest is folded again, and the later parts still follow.
                states, is_read = found.states.known_as(empty), rest is not part
            if found.defect is not None:
                raise found.defect
            if is_read and all(later.continues for later in partitions[place:]):
                break
    return states


def _parts(
    partitions: Sequence[Partition],
    drawn: "deque[tuple[int, Partition]]",
    divided: Callable[[Partition], Iterator[Partition]],
) -> Generator[Partition, None, None]:
    """Yield the parts of all partitions, and record each with its partition's number, from 1.

    Parameters
    ----------
    divided : returns the parts of a partition.
    """
    for place, partition in enumerate(partitions, start=1):
        for part in divided(partition):
            drawn.append((place, part))
            yield part


def _itself(partition: Partition) -> Iterator[Partition]:
    """Yield a partition whole: rows that are read here to divide it would have to travel."""
    yield partition


def fold_partition(
    preparations: Sequence[Preparation],
    kernels: Sequence[Kernel],
    partition: Partition,
    states: States,
    progress: Progress | None = None,
) -> Folded:
    """Return the states updated with the rows of one partition.

    The rows before a defect are folded before it is reported. So an error that a statistic raises
    at one of them comes first, however the rows are cut into chunks.
    """
    chunks = partition.chunks()
    try:
        while True:
            chunk = next(chunks)
            for prepare in preparations:
                chunk = prepare(chunk)
            states = states.update(chunk, kernels)
            if progress is not None:
                progress(states, None)
            if chunk.defect is not None:
                return Folded(states, defect=chunk.defect)
    except StopIteration as stop:
        return Folded(states, stop.value or NOWHERE)
    except RowError as defect:
        return Folded(states, defect=defect)
