"""Rows of the second input without their keys: narrow columns, whose texts share their codes."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cecli.columns.numbers import AnyScale
from cecli.core.chunk import Chunk, Coded, Integers, Rows
from cecli.core.dataclasses import dataclass, field
from cecli.numerics import Floats
from cecli.readers.text.parsed import Parsed

# Whole numbers, in as many bytes as they need.
Narrow = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, eq=False)
class NarrowColumns:
    """The lines, numbers and codes of texts of some rows.

    Attributes
    ----------
    lines : shape (n,).
    numbers : for each role, shape (n,), or (K, n) for K classes.
    codes : for each role of texts, shape (n,).
    """

    lines: Narrow
    numbers: Mapping[str, Floats]
    codes: Mapping[str, Narrow]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def nbytes(self) -> int:
        columns = self.lines, *self.numbers.values(), *self.codes.values()
        return sum(column.nbytes for column in columns)

    def at(self, rows: Rows) -> "NarrowColumns":
        """Return some of the rows, in any order."""
        pick = _picked(rows)
        return NarrowColumns(
            pick(self.lines),
            {role: pick(values) for role, values in self.numbers.items()},
            {role: pick(codes) for role, codes in self.codes.items()},
        )


def _picked(rows: Rows) -> Callable[[Any], Any]:
    if isinstance(rows, slice) or rows.dtype == np.bool_:
        return lambda values: values[..., rows]
    return lambda values: values.take(rows, axis=-1)


def in_one(pieces: "list[NarrowColumns]") -> NarrowColumns:
    """Return consecutive rows as one, emptying the list: at any time one column is there twice."""
    first = pieces[0]
    columns: list[list[NDArray[Any]]] = [
        [piece.lines for piece in pieces],
        *([piece.numbers[role] for piece in pieces] for role in first.numbers),
        *([piece.codes[role] for piece in pieces] for role in first.codes),
    ]
    pieces.clear()
    roles = len(first.numbers)
    numbers, codes = tuple(first.numbers), tuple(first.codes)
    del first
    whole = []
    for column in columns:
        whole.append(np.concatenate(column, axis=-1))
        column.clear()
    lines, *others = whole
    return NarrowColumns(
        lines,
        dict(zip(numbers, others[:roles], strict=True)),
        dict(zip(codes, others[roles:], strict=True)),
    )


def narrow(values: Integers) -> Narrow:
    """Return whole numbers from 0 on in as few bytes as they need."""
    return values.astype(np.min_scalar_type(int(values.max(initial=0))))


@dataclass(frozen=True, eq=False)
class Names:
    """The names of texts, numbered alike for all pieces."""

    _codes: dict[str, dict[str, int]] = field(default_factory=dict)

    def columns(self, rows: Parsed) -> NarrowColumns:
        """Return rows as columns, adding new names."""
        codes = {role: self._known(role, text) for role, text in rows.texts.items()}
        return NarrowColumns(narrow(rows.lines), rows.numbers, codes)

    def _known(self, role: str, text: Coded) -> Narrow:
        codes = self._codes.setdefault(role, {})
        known = [codes.setdefault(name, len(codes)) for name in text.names]
        return narrow(np.array(known, dtype=np.int64)).take(text.codes)

    def chunk(self, columns: NarrowColumns, source: str, scales: Mapping[str, AnyScale]) -> Chunk:
        """Return columns as a chunk; by then, all names are known."""
        texts = {
            role: Coded(codes.astype(np.int64), self._all[role])
            for role, codes in columns.codes.items()
        }
        return Chunk(source, columns.lines.astype(np.int64), columns.numbers, texts, scales=scales)

    @cached_property
    def _all(self) -> Mapping[str, tuple[str, ...]]:
        return {role: tuple(codes) for role, codes in self._codes.items()}
