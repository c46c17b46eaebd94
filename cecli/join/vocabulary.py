"""Two models' distributions of the same tokens, as a table of what one row tells of both.

A row of 150,000 log-probabilities becomes a few figures where it is read, so that nothing else ever
sees a distribution.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import ClassVar

import numpy as np

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, find
from cecli.core.chunk import Chunk, Coded, Integers
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError, RowError
from cecli.numerics import Floats
from cecli.numerics.vocabulary.pairs import InPair, figures_of
from cecli.readers.tensors.kld import KldFile

# A worker reads about so many bytes of each input at a time.
PIECE_BYTES = 1 << 23
# What rows can be grouped by.
CHUNK, POSITION, ENTROPY = "chunk", "position", "entropy"
# Positions are grouped by eighths of the context.
PARTS_OF_CONTEXT = 8
# The role of how far a stored log-probability may be from the model's, in nats.
ROUNDING = "rounding"


@dataclass(frozen=True, eq=False)
class TokenPairs:
    """The figures of the rows of two files of log-probabilities. Rows are numbered from 1."""

    p: KldFile
    q: KldFile

    def __post_init__(self) -> None:
        ours = (self.p.context, self.p.classes, self.p.chunks)
        theirs = (self.q.context, self.q.classes, self.q.chunks)
        names = ("context", "size of the vocabulary", "number of chunks")
        for name, a, b in zip(names, ours, theirs, strict=True):
            if a != b:
                raise InputError(
                    f"its {name} is {b:,}, and that of {self.p.name} {a:,}",
                    self.q.name,
                    "both models must have read the same text, with the same options",
                )
        if (self.p.tokens != self.q.tokens).any():
            chunk, place = np.argwhere(self.p.tokens != self.q.tokens)[0]
            raise InputError(
                f"its token {place + 1} of chunk {chunk + 1} is another than in {self.p.name}",
                self.q.name,
                "both models must have read the same text",
            )

    @property
    def name(self) -> str:
        return self.p.name

    @property
    def names(self) -> Sequence[str]:
        return [self.p.name, self.q.name]

    @property
    def header(self) -> Sequence[str]:
        return [CHUNK, POSITION, ENTROPY]

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence["TokenRows"]:
        for column in columns:
            find(self.header, column.name, self.name)
        step = max(1, PIECE_BYTES // self.p.row_bytes)
        stops = [min(start + step, self.p.rows) for start in range(0, self.p.rows, step)] or [0]
        starts = [0, *stops[:-1]]
        return [
            TokenRows(self, columns, bad_rows, *ends) for ends in zip(starts, stops, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class TokenRows:
    """Some rows of both files."""

    pairs: TokenPairs
    columns: Sequence[Column]
    bad_rows: BadRows
    start: int
    stop: int

    continues: ClassVar[bool] = False

    @property
    def source(self) -> str:
        """The name of the first file."""
        return self.pairs.name

    def rest(self, first_line: int) -> "TokenRows":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        p, q = (file.encoded(self.start, self.stop) for file in (self.pairs.p, self.pairs.q))
        found, bad = figures_of(p, q, self.pairs.p.observed(self.start, self.stop))
        good = slice(0, bad)
        numbers = {figure.name.lower(): found[good, figure].copy() for figure in InPair}
        # Below 0 is only rounding.
        for figure in (InPair.KL, InPair.REVERSE_KL, InPair.JS_DIVERGENCE):
            np.maximum(numbers[figure.name.lower()], 0.0, out=numbers[figure.name.lower()])
        halves = [0.5 * rows.scales[good, 0] for rows in (p, q) if rows.scales is not None]
        numbers[ROUNDING] = np.max(halves, axis=0)
        yield Chunk(
            self.pairs.name,
            np.arange(self.start + 1, self.start + 1 + len(found))[good],
            numbers,
            {column.role: self._text(column.name, numbers) for column in self.columns},
            {},
            defect=None if bad is None else self._defect(bad),
        )

    def _text(self, name: str, numbers: Mapping[str, Floats]) -> Coded:
        """Return the values of a column by which rows are grouped."""
        file, size = self.pairs.p, len(numbers[ROUNDING])
        chunk, position = (place[:size] for place in file.places(self.start, self.stop))
        match name:
            case "chunk":
                return _coded(chunk, lambda code: str(code + 1))
            case "position":
                width = -(-file.context // PARTS_OF_CONTEXT)
                return _coded(
                    position // width,
                    lambda code: f"{code * width}-{min((code + 1) * width, file.context) - 1}",
                )
        whole = np.floor(numbers[InPair.ENTROPY_P.name.lower()]).astype(np.int64)
        return _coded(np.maximum(whole, 0), lambda code: f"{code}-{code + 1}")

    def _defect(self, bad: int) -> RowError:
        return RowError.at(
            f"{self.pairs.p.name} or {self.pairs.q.name}",
            self.start + bad + 1,
            "the log-probabilities of a token are no distribution",
            "is the file complete?",
        )


def _coded(values: Integers, name: Callable[[int], str]) -> Coded:
    distinct, codes = np.unique(values, return_inverse=True)
    return Coded(codes.astype(np.int64), tuple(map(name, distinct.tolist())))
