"""Looking a block over, in numpy: is it so regular that a lenient parser cannot misread it?"""

import re
from dataclasses import dataclass

import numpy as np

from cecli.chunk import Integers
from cecli.readers.blocks import Block
from cecli.readers.dialect import CARRIAGE_RETURN, NEWLINE, Dialect
from cecli.readers.parsed import Request
from cecli.readers.quotes import Bytes, quotes_of

# pandas ends a value at a NUL, and takes the other two for blanks.
MISREAD = (b"\x00", b"\x0b", b"\x0c")
# It drops a byte-order mark wherever its input begins, and takes "+5e -1" for a number.
MARK = b"\xef\xbb\xbf"
BLANKS = (b" ", b"\t")
BLANK_EXPONENT = re.compile(rb"[+-][0-9.]+[eE][ \t]")
CRLF = CARRIAGE_RETURN + NEWLINE


@dataclass(frozen=True, eq=False)
class Regular:
    """A block all of whose records have the right width, strict quotes, and known lines.

    Attributes
    ----------
    data : the records, without blank lines.
    lines : the line of each.
    blank_lines : the lines left out.
    """

    data: bytes
    lines: Integers
    blank_lines: Integers


def regular(block: Block, request: Request) -> Regular | None:
    """Return a block as it is to be parsed, or None where that might go wrong."""
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
    """Return unquoted text without its empty lines, the lines that stay, and those that do not."""
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
    """Return each record's line, counted from 0, if all are as wide as they should be."""
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
    """Return where newlines are, and where fields end; None where quotes are not strict."""
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
    """Return whether a newline ends a field that is not the last of its row."""
    return bool(np.count_nonzero(text[ends] == NEWLINE[0]) != row_ends.size)


def _may_have_blank_row(text: Bytes, row_ends: Integers) -> bool:
    """Return whether a row is empty or begins with a blank: asked where rows are single fields."""
    starts = np.concatenate(([0], row_ends[:-1] + 1))
    return bool(np.isin(text[starts], list(b" \t\r\n")).any())


def _newline_in_number(newlines: Integers, ends: Integers, request: Request) -> bool:
    """Return whether a quoted line end lies in a number, where pandas takes it for a blank."""
    in_field = np.setdiff1d(newlines, ends, assume_unique=True)
    places = np.searchsorted(ends, in_field) % request.width
    numbers = [place for place, column in request.columns.items() if column.domain is not None]
    return bool(np.isin(places, numbers).any())
