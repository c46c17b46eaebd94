"""The sums of a state as bytes, and back."""

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from struct import Struct
from typing import Any

import numpy as np

from cecli.numerics.sums.digits import HALF, Digits
from cecli.numerics.sums.exact import FACTORS, UNIT_EXPONENT
from cecli.states.forms import Bins, Form, NegativeError, Totals
from cecli.states.numbers import (
    COUNT,
    Cursor,
    DamagedError,
    Integers,
    read_array,
    read_integers,
    read_texts,
    written_array,
    written_integers,
    written_texts,
)

# A level of digits, and the column that an equal one repeats; −1 if it is the first of its kind.
LEVEL, SAME = Struct("<h"), Struct("<h")
# No sum of 2⁶³ products of doubles has digits beyond these levels.
LEVELS = range(UNIT_EXPONENT // 36 - 2, 1024 * FACTORS // 36 + 4)
# A key of a form, and what the form is: its kind, where signs begin, and its columns.
Field = tuple[str, str]
Shape = tuple[str, int | None, int]


def written_form(form: Form) -> bytes:
    """Return sums as bytes."""
    if isinstance(form, Totals):
        return written_integers(form.values)
    keys = form.keys
    texts = written_texts(keys) if isinstance(keys, tuple) else written_array(keys)
    return b"".join([COUNT.pack(len(keys)), texts, *_columns(form.columns)])


def _columns(columns: tuple[Digits, ...]) -> Iterator[bytes]:
    known: dict[bytes, int] = {}
    for place, column in enumerate(columns):
        content = _digits(column)
        yield SAME.pack(known.get(content, -1))
        if content not in known:
            yield content
            known[content] = place


def _digits(column: Digits) -> bytes:
    levels = [LEVEL.pack(k) + written_array(column.levels[k]) for k in sorted(column.levels)]
    return COUNT.pack(len(levels)) + b"".join(levels)


def read_form(cursor: Cursor, shape: Shape) -> Form:
    """Return sums that `written_form` made bytes of.

    Raises
    ------
    DamagedError
        If the bytes are not those of such sums.
    """
    kind, signed_from, columns = shape
    try:
        if kind == "numbers":
            return Totals.of(read_integers(cursor), signed_from)
        size = cursor.one(COUNT)
        keys = KEYS[kind](cursor, size)
        found = list(_read_columns(cursor, size, columns))
        return Bins.of(keys, found, signed_from or 0)
    except NegativeError:
        raise DamagedError("a count is negative") from None


def _bins(cursor: Cursor, size: int) -> Integers:
    keys = read_array(cursor, size)
    if (np.diff(keys) <= 0).any():
        raise DamagedError("keys are not in order")
    return keys


def _texts(cursor: Cursor, size: int) -> tuple[bytes, ...]:
    keys = read_texts(cursor, size)
    if any(first >= second for first, second in pairwise(keys)):
        raise DamagedError("keys are not in order")
    return keys


KEYS: Mapping[str, Callable[[Cursor, int], Any]] = {"bins": _bins, "texts": _texts}


def _read_columns(cursor: Cursor, size: int, number: int) -> Iterator[Digits]:
    known: list[Digits] = []
    for place in range(number):
        same = cursor.one(SAME)
        if not -1 <= same < place:
            raise DamagedError(f"column {place} repeats column {same}")
        known.append(known[same] if same >= 0 else _read_digits(cursor, size))
        yield known[-1]


def _read_digits(cursor: Cursor, size: int) -> Digits:
    levels: dict[int, Integers] = {}
    for _ in range(cursor.one(COUNT)):
        level = cursor.one(LEVEL)
        if level not in LEVELS or level in levels:
            raise DamagedError(f"digits of level {level}")
        digits = read_array(cursor, size)
        if ((digits < -HALF) | (digits >= HALF)).any():
            raise DamagedError("a digit is too large")
        levels[level] = digits
    return Digits(size, levels)
