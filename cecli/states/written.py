"""The sums of a state as bytes, and back."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from struct import Struct
from typing import Any

import numpy as np

from cecli.numerics.sums.digits import Digits
from cecli.numerics.sums.exact import FACTORS, UNIT_EXPONENT
from cecli.numerics.sums.levels import HALF
from cecli.states.forms import TOTALS, Bins, Form, NegativeError, Totals
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


Layout = Sequence[tuple[Field, Shape]]


def written_sums(sums: Mapping[Field, Form]) -> bytes:
    """Return sums as bytes: all totals, and then all bins, both in the order of their fields."""
    forms = [form for _, form in sorted(sums.items())]
    totals = [form.values for form in forms if isinstance(form, Totals)]
    lengths = np.fromiter(map(len, totals), dtype=np.int64, count=len(totals))
    together = [value for values in totals for value in values]
    bins = (_bins(form) for form in forms if isinstance(form, Bins))
    return b"".join([written_array(lengths), written_integers(together), *bins])


def read_sums(cursor: Cursor, layout: Layout) -> dict[Field, Form]:
    """Return sums that `written_sums` made bytes of.

    Raises
    ------
    DamagedError
        If the bytes are not those of such sums.
    """
    try:
        found: dict[Field, Form] = dict(_read_totals(cursor, layout))
        for field, (kind, signed_from, columns) in layout:
            if kind != TOTALS:
                found[field] = _read_bins(cursor, kind, signed_from or 0, columns)
    except NegativeError:
        raise DamagedError("a count is negative") from None
    return found


def _read_totals(cursor: Cursor, layout: Layout) -> Iterator[tuple[Field, Totals]]:
    fields = [(field, shape[1]) for field, shape in layout if shape[0] == TOTALS]
    lengths = read_array(cursor, len(fields)).tolist()
    together = read_integers(cursor)
    if min(lengths, default=0) < 0 or sum(lengths) != len(together):
        raise DamagedError("there are other sums than it says")
    place = 0
    for (field, signed_from), length in zip(fields, lengths, strict=True):
        yield field, Totals.of(together[place : place + length], signed_from)
        place += length


def _bins(form: Bins) -> bytes:
    keys = form.keys
    texts = written_texts(keys) if isinstance(keys, tuple) else written_array(keys)
    return b"".join([COUNT.pack(len(keys)), texts, *written_columns(form.columns)])


def written_columns(columns: tuple[Digits, ...]) -> Iterator[bytes]:
    """Yield the bytes of some sums under the same keys; equal columns are written once."""
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


def _read_bins(cursor: Cursor, kind: str, signed_from: int, columns: int) -> Bins:
    size = cursor.one(COUNT)
    keys = KEYS[kind](cursor, size)
    return Bins.of(keys, list(read_columns(cursor, size, columns)), signed_from)


def _numbers(cursor: Cursor, size: int) -> Integers:
    keys = read_array(cursor, size)
    if (np.diff(keys) <= 0).any():
        raise DamagedError("keys are not in order")
    return keys


def _texts(cursor: Cursor, size: int) -> tuple[bytes, ...]:
    keys = read_texts(cursor, size)
    if any(first >= second for first, second in pairwise(keys)):
        raise DamagedError("keys are not in order")
    return keys


KEYS: Mapping[str, Callable[[Cursor, int], Any]] = {"bins": _numbers, "texts": _texts}


def read_columns(cursor: Cursor, size: int, number: int) -> Iterator[Digits]:
    """Yield so many columns that `written_columns` made bytes of, of `size` sums each.

    Raises
    ------
    DamagedError
        If the bytes are not those of such columns.
    """
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
