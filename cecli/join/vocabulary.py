"""Two models' distributions of the same tokens, as a table of what one row tells of both.

A row of 150,000 log-probabilities becomes a few figures where it is read, so that nothing else ever
sees a distribution.
"""

from collections.abc import Generator, Mapping, Sequence
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import STRICT, BadRows, Reason
from cecli.columns.column import Column, find
from cecli.core.chunk import Chunk, Coded
from cecli.core.dataclasses import dataclass
from cecli.core.errors import InputError, RowError
from cecli.join.places import IGNORED, InKld, Places, coded
from cecli.numerics import Floats
from cecli.numerics.vocabulary.encoded import EncodedRows, Encoding
from cecli.numerics.vocabulary.pairs import InPair, figures_of
from cecli.readers.tensors.kld import KldFile

# A worker reads about so many bytes of each input at a time.
PIECE_BYTES = 1 << 23
ENTROPY = "entropy"
# The role of how far a stored logarithm may be from the model's, in nats.
ROUNDING = "rounding"
# The role of the log-probability of the observed token by p, as codes state it.
STORED_P = "log_p_as_stored"
# The code of rows that have no token to be scored.
UNSCORED = "unscored"
# How far a number may be from its rounded one, relative to it.
UNITS = {Encoding.HALF: 2.0**-11, Encoding.BFLOAT: 2.0**-8}
NO_SUM = (
    "are numbers rounded, classes missing, or rows and columns exchanged? --normalize divides each "
    "row by its sum; --from reads logits"
)
OBSERVED = (InPair.LOG_P, InPair.LOG_Q)


class ModelRows(Protocol):
    """A model's distributions, one a row."""

    @property
    def name(self) -> str: ...
    @property
    def words(self) -> str:
        """What stands before the column in messages, if there could be several arrays."""
        ...

    @property
    def rows(self) -> int: ...
    @property
    def classes(self) -> int: ...
    @property
    def row_bytes(self) -> int: ...
    @property
    def encoding(self) -> Encoding: ...

    def encoded(self, start: int, stop: int) -> EncodedRows: ...


@dataclass(frozen=True, eq=False)
class TokenPairs:
    """The figures of the rows of two models. Rows are numbered from 1.

    Attributes
    ----------
    most_off : how far the logarithm of the sum of a row of p, and of q, may be from 0.
    are_classes : whether rows are of a few classes, and not of the tokens of a text.
    """

    p: ModelRows
    q: ModelRows
    places: Places
    most_off: tuple[float, float] = (np.inf, np.inf)
    are_classes: bool = False

    @property
    def name(self) -> str:
        return self.p.name

    @property
    def names(self) -> Sequence[str]:
        return list(dict.fromkeys([self.p.name, self.q.name]))

    @property
    def header(self) -> Sequence[str]:
        return [*self.places.columns, ENTROPY]

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence["TokenRows"]:
        for column in columns:
            find(self.header, column.name, self.name)
        step = max(1, PIECE_BYTES // max(1, self.p.row_bytes))
        stops = [min(start + step, self.p.rows) for start in range(0, self.p.rows, step)] or [0]
        starts = [0, *stops[:-1]]
        return [
            TokenRows(self, columns, bad_rows, *ends) for ends in zip(starts, stops, strict=True)
        ]


def pairs_of_kld(p: KldFile, q: KldFile) -> TokenPairs:
    """Return the rows of two files of llama.cpp.

    Raises
    ------
    InputError
        If they are about different texts.
    """
    ours, theirs = ((x.context, x.classes, x.chunks) for x in (p, q))
    names = ("context", "size of the vocabulary", "number of chunks")
    for name, a, b in zip(names, ours, theirs, strict=True):
        if a != b:
            raise InputError(
                f"its {name} is {b:,}, and that of {p.name} {a:,}",
                q.name,
                "both models must have read the same text, with the same options",
            )
    if (p.tokens != q.tokens).any():
        chunk, place = np.argwhere(p.tokens != q.tokens)[0]
        raise InputError(
            f"its token {place + 1} of chunk {chunk + 1} is another than in {p.name}",
            q.name,
            "both models must have read the same text",
        )
    return TokenPairs(p, q, InKld(p))


@dataclass(frozen=True, eq=False)
class TokenRows:
    """Some rows of both models."""

    pairs: TokenPairs
    columns: Sequence[Column]
    bad_rows: BadRows
    start: int
    stop: int

    continues: ClassVar[bool] = False

    @property
    def source(self) -> str:
        """The name of the first input."""
        return self.pairs.name

    def rest(self, first_line: int) -> "TokenRows":  # noqa: ARG002
        return self

    def chunks(self) -> Generator[Chunk, None, None]:
        pairs = self.pairs
        p, q = (side.encoded(self.start, self.stop) for side in (pairs.p, pairs.q))
        tokens = pairs.places.observed(self.start, self.stop)
        is_scored = tokens != IGNORED
        found, is_good, end, defect = self._figures(p, q, np.maximum(tokens, -1))
        is_off = self._are_off(found, is_good)
        if is_off[:end].any() and Reason.SUM not in self.bad_rows.skips:
            end = int(np.argmax(is_off))
            defect = self._sum_off(end, found[end])
        keep = np.flatnonzero((is_scored & is_good & ~is_off)[:end])
        lines = np.arange(self.start + 1, self.stop + 1)
        numbers = self._numbers(found[keep], p, q, keep)
        yield Chunk(
            pairs.name,
            lines[keep],
            numbers,
            {column.role: self._text(column.name, numbers, keep) for column in self.columns},
            {
                code: lines[:end][flags[:end]]
                for code, flags in (
                    (UNSCORED, ~is_scored & is_good & ~is_off),
                    (Reason.VALUE.remark, ~is_good),
                    (Reason.SUM.remark, is_off),
                )
                if flags[:end].any()
            },
            defect=defect,
        )

    def _figures(
        self, p: EncodedRows, q: EncodedRows, tokens: NDArray[np.int64]
    ) -> tuple[Floats, NDArray[np.bool_], int, RowError | None]:
        """Return the figures of rows, which are distributions, where to end, and why."""
        found, is_good, start = np.empty((len(tokens), len(InPair))), np.ones(len(tokens), bool), 0
        while start < len(tokens):
            rows = slice(start, None)
            found[rows], bad = figures_of(p.at(rows), q.at(rows), tokens[rows])
            if bad is None:
                break
            row = start + bad
            if Reason.VALUE not in self.bad_rows.skips:
                return found, is_good, row, self._defect(p, q, row)
            is_good[row], start = False, row + 1
        return found, is_good, len(tokens), None

    def _are_off(self, found: Floats, is_good: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return which rows have a distribution that does not add up to 1."""
        off = np.abs(found[:, [InPair.TOTAL_P, InPair.TOTAL_Q]]) > self.pairs.most_off
        return np.asarray(is_good & off.any(axis=1))

    def _sum_off(self, row: int, figures: Floats) -> RowError:
        """Return the error of a row with a distribution that does not add up to 1."""
        is_p = abs(figures[InPair.TOTAL_P]) > self.pairs.most_off[0]
        side, total = (self.pairs.p, InPair.TOTAL_P) if is_p else (self.pairs.q, InPair.TOTAL_Q)
        what = f"{side.words}the probabilities add up to {np.exp(figures[total]):.6g}, not to 1"
        line = self.start + row + 1
        return RowError.at(side.name, line, what, NO_SUM, Reason.SUM)

    def _numbers(
        self, found: Floats, p: EncodedRows, q: EncodedRows, keep: NDArray[np.int64]
    ) -> dict[str, Floats]:
        known = self.pairs.places.are_observed
        figures = [figure for figure in InPair if known or figure not in OBSERVED]
        numbers = {figure.name.lower(): found[:, figure].copy() for figure in figures}
        # Below 0 is only rounding; and where neither diverges from the other, so is their mean.
        kl, reverse, js = (
            np.maximum(found[:, figure], 0.0)
            for figure in (InPair.KL, InPair.REVERSE_KL, InPair.JS_DIVERGENCE)
        )
        js[(kl == 0.0) & (reverse == 0.0)] = 0.0
        numbers |= {"kl": kl, "reverse_kl": reverse, "js_divergence": js}
        if known:
            total = found[:, InPair.TOTAL_P] if p.encoding is Encoding.CODE else 0.0
            numbers[STORED_P] = found[:, InPair.LOG_P] + total
        sides = ((p, InPair.TOTAL_P, InPair.ENTROPY_P), (q, InPair.TOTAL_Q, InPair.ENTROPY_Q))
        numbers[ROUNDING] = np.max(
            [_rounding(one, found[:, total] - found[:, of], keep) for one, total, of in sides],
            axis=0,
        )
        return numbers

    def _text(self, name: str, numbers: Mapping[str, Floats], keep: NDArray[np.int64]) -> Coded:
        """Return the values of a column by which rows are grouped."""
        if name != ENTROPY:
            return self.pairs.places.texts(name, self.start, self.stop).at(keep)
        whole = np.floor(numbers[InPair.ENTROPY_P.name.lower()]).astype(np.int64)
        return coded(np.maximum(whole, 0), lambda code: f"{code}-{code + 1}")

    def _defect(self, p: EncodedRows, q: EncodedRows, row: int) -> RowError:
        for side, one in ((self.pairs.p, p), (self.pairs.q, q)):
            told = _flaw(one.at(slice(row, row + 1)))
            if told:
                what = f"{side.words}{told[0]}"
                return RowError.at(side.name, self.start + row + 1, what, told[1])
        raise AssertionError("the row is a distribution")


def _rounding(rows: EncodedRows, size: Floats, keep: NDArray[np.int64]) -> Floats:
    """Return how far stored logarithms may be from the model's.

    Parameters
    ----------
    size : of the logarithms of the likely classes.
    """
    if rows.scales is not None:
        return np.asarray(0.5 * rows.scales[keep, 0])
    if rows.are_probabilities:
        return np.full(len(keep), UNITS.get(rows.encoding, 0.0))
    return np.asarray(UNITS.get(rows.encoding, 0.0) * np.abs(size))


def _flaw(rows: EncodedRows) -> tuple[str, str] | None:
    """Return why a row is no distribution, and what to do; None if it is one."""
    (values,) = rows.decoded()
    least = 0.0 if rows.are_probabilities else -np.inf
    is_bad = ~(values >= least) | (values == np.inf)
    what = "probability" if rows.are_probabilities else "logit or log-probability"
    if is_bad.any():
        place = int(np.argmax(is_bad))
        hint = "is the file complete? --on-bad-row skip leaves such rows out"
        if rows.are_probabilities and values[place] < 0.0 and np.isfinite(values[place]):
            hint = "--from logit or --from log-probability says what the numbers are"
        return f"column {place}: {values[place]:g} is no {what}", hint
    if (values == least).all():
        return (
            f"all {len(values):,} columns are {least:g}, so that no token is possible",
            "--on-bad-row skip leaves such rows out",
        )
    return None
