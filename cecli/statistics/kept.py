"""The rows themselves, as far as they fit in memory: for what goes over them more than once."""

from dataclasses import dataclass, replace
from typing import Self

from cecli.chunk import Chunk, Integers


@dataclass(frozen=True, eq=False)
class KeptState:
    """The chunks so far, without their texts; None where they were more than the limit."""

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
    """All rows, unless their numbers take more than so many bytes."""

    limit: int

    def empty(self) -> KeptState:
        return KeptState(self.limit)

    def summarize(self, chunk: Chunk) -> KeptState:
        size = chunk.lines.nbytes + sum(values.nbytes for values in chunk.numbers.values())
        # A copy, without what statistics have computed of it.
        return KeptState(self.limit, (replace(chunk, texts={}, defect=None),), size)


def _moved(chunk: Chunk, lines: int) -> Chunk:
    def further(x: Integers) -> Integers:
        return x + lines

    remarks = {code: further(rows) for code, rows in chunk.remarks.items()}
    return replace(chunk, lines=further(chunk.lines), remarks=remarks)
