"""Checking in numpy that a block is regular enough for pandas, whose parser is lenient."""

import io
import re
from typing import TYPE_CHECKING, Literal

import numpy as np

from cecli.columns.column import Column
from cecli.columns.numbers import is_number
from cecli.core.chunk import Coded, Integers
from cecli.core.dataclasses import dataclass
from cecli.core.remarks import BLANK_LINE
from cecli.numerics import Floats
from cecli.readers.text.blocks import Block
from cecli.readers.text.dialect import CARRIAGE_RETURN, NEWLINE, Bytes, Dialect, quotes_of, records
from cecli.readers.text.parsed import Parsed, Request, by_role

if TYPE_CHECKING:
    import pandas as pd

# pandas ends a value at a NUL, and treats the other two as spaces.
MISREAD = (b"\x00", b"\x0b", b"\x0c")
# It drops a byte-order mark at the start of any block, and accepts "+5e -1" as a number.
MARK = b"\xef\xbb\xbf"
BLANKS = (b" ", b"\t")
BLANK_EXPONENT = re.compile(rb"[+-][0-9.]+[eE][ \t]")
CRLF = CARRIAGE_RETURN + NEWLINE


@dataclass(frozen=True, eq=False)
class Regular:
    """A block in which all records have the right width, strict quotes, and known lines.

    Attributes
    ----------
    data : the records, without blank lines.
    lines : the line of each record.
    blank_lines : the blank lines left out.
    """

    data: bytes
    lines: Integers
    blank_lines: Integers


def regular(block: Block, request: Request) -> Regular | None:
    """Return a block ready for pandas, or None if pandas might misread it."""
    data = block.data
    if any(byte in data for byte in MISREAD) or data.startswith(MARK) or not _is_utf8(data):
        return None
    if any(blank in data for blank in BLANKS) and BLANK_EXPONENT.search(data):
        return None
    if CARRIAGE_RETURN in data and data.count(CARRIAGE_RETURN) != data.count(CRLF):
        return None
    if request.dialect.quote in data:
        lines = _lines(data, request, quoted=True)
        blank = np.empty(0, dtype=np.int64)
    else:
        data, kept, blank = _without_blank_lines(data)
        lines = _lines(data, request, quoted=False) if data else None
        lines = None if lines is None else kept[lines]
    if lines is None:
        return None
    return Regular(data, block.first_line + lines, block.first_line + blank)


def _is_utf8(data: bytes) -> bool:
    try:
        return data.isascii() or bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _without_blank_lines(data: bytes) -> tuple[bytes, Integers, Integers]:
    """Return unquoted text without its empty lines, the kept lines, and the empty lines."""
    text = np.frombuffer(data, dtype=np.uint8)
    newlines = np.flatnonzero(text == NEWLINE[0])
    starts = np.concatenate(([0], newlines + 1))[:-1]
    lengths = newlines - starts
    empty = (lengths == 0) | ((lengths == 1) & (text[starts] == CARRIAGE_RETURN[0]))
    blank = np.flatnonzero(empty)
    if blank.size:
        gone = np.concatenate([starts[blank], newlines[blank]])
        data = np.delete(text, gone).tobytes()
    return data, np.flatnonzero(~empty), blank


def _lines(data: bytes, request: Request, *, quoted: bool) -> Integers | None:
    """Return each record's line, from 0, or None if a record has the wrong width."""
    text = np.frombuffer(data, dtype=np.uint8)
    newlines, ends = _boundaries(text, request.dialect, quoted=quoted)
    if ends is None or ends.size % request.width:
        return None
    row_ends = ends[request.width - 1 :: request.width]
    if not (text[row_ends] == NEWLINE[0]).all() or _ends_early(text, ends, row_ends):
        return None
    if request.width == 1 and _may_have_blank_row(text, row_ends):
        return None
    if newlines.size == row_ends.size:
        return np.arange(row_ends.size, dtype=np.int64)
    if _newline_in_number(newlines, ends, request):
        return None
    starts = np.concatenate(([0], row_ends[:-1] + 1))
    return np.searchsorted(newlines, starts).astype(np.int64)


def _boundaries(text: Bytes, dialect: Dialect, *, quoted: bool) -> tuple[Integers, Integers | None]:
    """Return the offsets of newlines and of field ends; None for these if quotes are not strict."""
    is_newline = text == NEWLINE[0]
    ends_field = is_newline | (text == dialect.delimiter[0])
    newlines = np.flatnonzero(is_newline)
    if not quoted:
        return newlines, np.flatnonzero(ends_field)
    quotes = quotes_of(text, dialect)
    if not quotes.are_strict or quotes.inside[-1]:
        return newlines, None
    return newlines, np.flatnonzero(ends_field & ~quotes.inside)


def _ends_early(text: Bytes, ends: Integers, row_ends: Integers) -> bool:
    """Return whether a newline ends a field other than the last of its row."""
    return bool(np.count_nonzero(text[ends] == NEWLINE[0]) != row_ends.size)


def _may_have_blank_row(text: Bytes, row_ends: Integers) -> bool:
    """Return whether a row of a single field is empty or begins with whitespace."""
    starts = np.concatenate(([0], row_ends[:-1] + 1))
    return bool(np.isin(text[starts], list(b" \t\r\n")).any())


def _newline_in_number(newlines: Integers, ends: Integers, request: Request) -> bool:
    """Return whether a number contains a quoted newline, which pandas treats as a space."""
    in_field = np.setdiff1d(newlines, ends, assume_unique=True)
    places = np.searchsorted(ends, in_field) % request.width
    numbers = [place for place, column in request.columns.items() if column.domain is not None]
    return bool(np.isin(places, numbers).any())


def parse(block: Block, request: Request) -> Parsed | None:
    """Return all columns of a block if it is regular and all values are valid, else None."""
    rows = regular(block, request)
    if rows is None:
        return None
    frame = _read(rows.data, request)
    if frame is None or len(frame) != len(rows.lines):
        return None
    unwanted = list(request.bad_rows.missing_numbers)
    numbers: list[tuple[Column, Floats]] = []
    texts: dict[str, Coded] = {}
    for place, column in request.columns.items():
        if column.domain is None:
            texts[column.role] = _coded(frame[place])
            continue
        values = frame[place].to_numpy() + 0.0  # turns −0.0 into 0.0
        if unwanted and np.isin(values, unwanted).any():
            return None
        if np.isinf(values).any():  # by name, or a number beyond the range
            return None
        if not column.domain.contains(values).all() or _maybe_words(
            values, place, rows.data, request
        ):
            return None
        numbers.append((column, values))
    remarks = {BLANK_LINE: rows.blank_lines} if rows.blank_lines.size else {}
    return Parsed(rows.lines, by_role(numbers), texts, remarks)


def _read(data: bytes, request: Request) -> "pd.DataFrame | None":
    import pandas as pd

    wanted = request.columns.items()
    try:
        return pd.read_csv(
            io.BytesIO(data),
            sep=request.dialect.delimiter.decode("ascii"),
            quotechar=request.dialect.quote.decode("ascii"),
            header=None,
            index_col=False,
            usecols=[place for place, _ in wanted],
            # Not "category": its categories are text only until they all look like numbers.
            dtype={place: "object" if c.domain is None else "float64" for place, c in wanted},
            na_filter=False,
            skip_blank_lines=False,
            engine="c",
            low_memory=False,
            float_precision=_precision(pd.__version__),
            decimal=request.dialect.decimal.decode("ascii"),
        )
    except ValueError:  # includes pandas' ParserError; the general reader reports the row
        return None


def _precision(version: str) -> "Literal['round_trip'] | None":
    """Return the precision at which a version of pandas rounds numbers correctly.

    Since 3.0 that is the default, and faster than the other.
    """
    return "round_trip" if int(version.partition(".")[0]) < 3 else None


def _coded(column: "pd.Series") -> Coded:
    codes, names = column.factorize(use_na_sentinel=False)
    return Coded(codes.astype(np.int64), tuple(names))


def _maybe_words(values: Floats, place: int, data: bytes, request: Request) -> bool:
    """Return whether zeros and ones were read from words: pandas reads TRUE as 1.0.

    It does so only if the whole column is words, so checking the first row is enough.
    """
    if len(values) == 0 or not ((values == 0.0) | (values == 1.0)).all():
        return False
    first = next(records(data, 1, request.dialect, request.source))
    return not is_number(
        request.dialect.with_points(first.fields[place].decode("ascii", "replace"))
    )
