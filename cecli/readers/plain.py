"""The quick reader of delimited text: pandas' C parser, on blocks that are shown to be regular.

pandas alone would cut a value at a NUL, read `"0.5"1` as 0.51, a lone carriage return as a line
end, a short row as one with empty cells, and a column of TRUE as ones. So a block is looked over
first, in numpy, and given up (`parse` returns None) wherever pandas and the rules might disagree;
the general reader then has it.
"""

import io
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cecli.chunk import Coded, Floats, Integers
from cecli.columns import Domain
from cecli.readers.blocks import Block
from cecli.readers.dialect import CARRIAGE_RETURN, NEWLINE, QUOTE, Dialect
from cecli.readers.parsed import Parsed, Request
from cecli.readers.records import records
from cecli.tokens import is_number

if TYPE_CHECKING:
    import pandas as pd

Bytes = NDArray[np.uint8]

# A NUL ends a value, and the other two pass as blanks, for pandas alone.
MISREAD = (b"\x00", b"\x0b", b"\x0c")


def parse(block: Block, request: Request) -> Parsed | None:
    """Return all columns of a regular block whose values are all in order, else None."""
    lines = _lines_if_regular(block, request)
    if lines is None:
        return None
    frame = _read(block, request)
    if frame is None or len(frame) != len(lines):
        return None
    numbers: dict[str, Floats] = {}
    texts: dict[str, Coded] = {}
    for place, column in request.columns.items():
        if column.domain is None:
            texts[column.role] = _coded(frame[place])
            continue
        values = frame[place].to_numpy() + 0.0  # turns −0.0 into 0.0
        if not _all_in(column.domain, values) or _maybe_words(values, place, block, request):
            return None
        numbers[column.role] = values
    return Parsed(lines, numbers, texts)


def _read(block: Block, request: Request) -> "pd.DataFrame | None":
    import pandas as pd

    wanted = request.columns.items()
    try:
        return pd.read_csv(
            io.BytesIO(block.data),
            sep=request.dialect.delimiter.decode("ascii"),
            header=None,
            index_col=False,
            usecols=[place for place, _ in wanted],
            # Not "category": its categories are text only until they all look like numbers.
            dtype={place: "object" if c.domain is None else "float64" for place, c in wanted},
            na_filter=False,
            skip_blank_lines=False,
            engine="c",
            low_memory=False,
        )
    except ValueError:  # also pandas' own ParserError: the general reader knows which row and why
        return None


def _coded(column: "pd.Series") -> Coded:
    codes, names = column.factorize(use_na_sentinel=False)
    return Coded(codes.astype(np.int64), tuple(names))


def _all_in(domain: Domain, values: Floats) -> bool:
    inside = (values >= domain.low) & (values <= domain.high) & (values < np.inf)
    return bool(inside.all())


def _maybe_words(values: Floats, place: int, block: Block, request: Request) -> bool:
    """Return whether zeros and ones were read from words: pandas takes TRUE for 1.0.

    It does so only where the whole column is words, so that the first row tells.
    """
    if len(values) == 0 or not ((values == 0.0) | (values == 1.0)).all():
        return False
    first = next(records(block.data, block.first_line, request.dialect, request.source))
    return not is_number(first.fields[place].decode("ascii", "replace"))


def _lines_if_regular(block: Block, request: Request) -> Integers | None:
    """Return each record's line if all have the right width and strict quotes, else None."""
    data = block.data
    if any(byte in data for byte in MISREAD) or not _is_utf8(data):
        return None
    if CARRIAGE_RETURN in data and not _ends_in_crlf(data):
        return None
    text = np.frombuffer(data, dtype=np.uint8)
    newlines, ends = _boundaries(text, request.dialect, quoted=QUOTE in data)
    if ends is None or ends.size % request.width:
        return None
    row_ends = ends[request.width - 1 :: request.width]
    if not (text[row_ends] == NEWLINE[0]).all():
        return None
    if _ends_early(text, ends, row_ends):
        return None
    if request.width == 1 and _may_have_blank_row(text, row_ends):
        return None
    return block.first_line + _line_of_each(newlines, row_ends)


def _ends_in_crlf(data: bytes) -> bool:
    """Return whether every carriage return belongs to a CRLF."""
    return data.count(CARRIAGE_RETURN) == data.count(CARRIAGE_RETURN + NEWLINE)


def _is_utf8(data: bytes) -> bool:
    try:
        return data.isascii() or bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _boundaries(text: Bytes, dialect: Dialect, *, quoted: bool) -> tuple[Integers, Integers | None]:
    """Return where newlines are, and where fields end; None where quotes are not strict."""
    is_newline = text == NEWLINE[0]
    ends_field = is_newline | (text == dialect.delimiter[0])
    newlines = np.flatnonzero(is_newline)
    if not quoted:
        return newlines, np.flatnonzero(ends_field)
    is_quote = text == QUOTE[0]
    inside = np.bitwise_xor.accumulate(is_quote)
    if not _strictly_quoted(text, is_quote, inside, ends_field):
        return newlines, None
    return newlines, np.flatnonzero(ends_field & ~inside)


def _strictly_quoted(
    text: Bytes,
    is_quote: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    ends_field: NDArray[np.bool_],
) -> bool:
    """Return whether every quote opens or closes a whole field, or is one half of a double.

    Counting from the first, odd quotes open and even ones close. One that opens follows the start,
    a delimiter, a newline or the quote that it doubles; one that closes stands before the like.
    """
    at_border = ends_field | is_quote
    opening = np.flatnonzero(is_quote & inside)
    closing = np.flatnonzero(is_quote & ~inside)
    if opening.size != closing.size:
        return False
    before = at_border[opening - 1] | (opening == 0)
    after = at_border[closing + 1] | (text[closing + 1] == CARRIAGE_RETURN[0])
    return bool(before.all() and after.all())


def _line_of_each(newlines: Integers, row_ends: Integers) -> Integers:
    """Return the line on which each row begins, the first being 0."""
    if newlines.size == row_ends.size:
        return np.arange(row_ends.size, dtype=np.int64)
    starts = np.concatenate(([0], row_ends[:-1] + 1))
    return np.searchsorted(newlines, starts).astype(np.int64)


def _may_have_blank_row(text: Bytes, row_ends: Integers) -> bool:
    """Return whether a row is empty or begins with a blank: asked where rows are single fields."""
    starts = np.concatenate(([0], row_ends[:-1] + 1))
    return bool(np.isin(text[starts], list(b" \t\r\n")).any())


def _ends_early(text: Bytes, ends: Integers, row_ends: Integers) -> bool:
    """Return whether a newline ends a field that is not the last of its row."""
    return bool(np.count_nonzero(text[ends] == NEWLINE[0]) != row_ends.size)
