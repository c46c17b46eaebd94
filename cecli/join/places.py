"""Where rows of distributions are in a text: the observed tokens, and what rows are grouped by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cecli.core.chunk import Coded, Integers
from cecli.readers.tensors.kld import KldFile

# What rows can be grouped by, beside the entropy of each.
CHUNK, POSITION = "chunk", "position"
# Positions are grouped by eighths of the longest chunk.
PARTS_OF_CHUNK = 8
# The token of a row that is not to be scored, as in labels for PyTorch's cross_entropy.
IGNORED = -100


class Places(Protocol):
    """Where rows are."""

    @property
    def columns(self) -> Sequence[str]:
        """The names of what rows can be grouped by."""
        ...

    @property
    def are_observed(self) -> bool:
        """Whether the token is known that each row is about."""
        ...

    def observed(self, start: int, stop: int) -> Integers:
        """Return the observed token of some rows, shape (stop − start,); negative if unknown."""
        ...

    def texts(self, name: str, start: int, stop: int) -> Coded:
        """Return the values of a column of some rows."""
        ...


@dataclass(frozen=True, eq=False)
class InKld:
    """The chunks and tokens that a file of llama.cpp states."""

    file: KldFile

    columns = (CHUNK, POSITION)
    are_observed = True

    def observed(self, start: int, stop: int) -> Integers:
        return self.file.observed(start, stop)

    def texts(self, name: str, start: int, stop: int) -> Coded:
        chunk, position = self.file.places(start, stop)
        if name == CHUNK:
            return numbered(chunk)
        return parts_of(position, self.file.context)


@dataclass(frozen=True, eq=False)
class InArrays:
    """What arrays beside the distributions tell of each row.

    Attributes
    ----------
    tokens : shape (n,); None if no observed tokens are known.
    given : the values of each column that groups rows, shape (n,).
    chunk, position : of each row, from 0, shape (n,); None if rows are in no known chunks.
    """

    tokens: Integers | None
    given: dict[str, Coded]
    chunk: Integers | None = None
    position: Integers | None = None

    @property
    def columns(self) -> Sequence[str]:
        known = [] if self.chunk is None else [CHUNK, POSITION]
        return [*known, *(name for name in self.given if name not in known)]

    @property
    def are_observed(self) -> bool:
        return self.tokens is not None

    def observed(self, start: int, stop: int) -> Integers:
        if self.tokens is None:
            return np.full(stop - start, -1, dtype=np.int64)
        return self.tokens[start:stop]

    def texts(self, name: str, start: int, stop: int) -> Coded:
        if name in self.given:
            return self.given[name].at(slice(start, stop))
        assert self.chunk is not None
        assert self.position is not None
        if name == CHUNK:
            return numbered(self.chunk[start:stop])
        return parts_of(self.position[start:stop], int(self.position.max(initial=0)) + 1)


def numbered(chunk: Integers) -> Coded:
    """Return chunks, counted from 0, as texts that count them from 1."""
    return coded(chunk, lambda code: str(code + 1))


def parts_of(position: Integers, length: int) -> Coded:
    """Return the part of a chunk that each position is in."""
    width = -(-length // PARTS_OF_CHUNK)
    return coded(
        position // width, lambda code: f"{code * width}-{min((code + 1) * width, length) - 1}"
    )


def coded(values: Integers, name: Callable[[int], str]) -> Coded:
    """Return the texts that stand for some numbers."""
    distinct, codes = np.unique(values, return_inverse=True)
    return Coded(codes.astype(np.int64), tuple(map(name, distinct.tolist())))


def in_runs(codes: Integers) -> tuple[Integers, Integers]:
    """Return the number of each run of equal codes, and the place of each row in its run."""
    begins = np.flatnonzero(np.diff(codes, prepend=codes[:1] - 1))
    run = np.repeat(np.arange(begins.size), np.diff(begins, append=codes.size))
    return run, np.arange(codes.size) - begins[run]
