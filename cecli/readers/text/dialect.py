"""The dialect of delimited text, and its strict division into records and fields."""

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cecli.columns.bad_rows import Reason
from cecli.core.dataclasses import dataclass
from cecli.core.errors import RowError, UsageError, shown

NEWLINE = b"\n"
CARRIAGE_RETURN = b"\r"
BLANKS = (b" ", b"\t")
# Characters that cannot be seen have names, by which they are given and shown.
NAMED = {"tab": "\t", "\\t": "\t", "space": " "}
NAMES = {"\t": "tab", " ": "space"}


@dataclass(frozen=True)
class Dialect:
    """RFC 4180 with any single ASCII delimiter: fields may be quoted, quotes inside are doubled.

    Attributes
    ----------
    delimiter, quote : one byte each.
    comment : the byte that begins comment lines; empty if there are none.
    has_header : whether the first record names the columns; if not, they are numbered from 1.
    decimal : the decimal mark of numbers, a point or a comma.
    has_row_names : whether each row begins with a field for which the header has no name.
    """

    delimiter: bytes = b","
    quote: bytes = b'"'
    comment: bytes = b""
    has_header: bool = True
    decimal: bytes = b"."
    has_row_names: bool = False

    def __post_init__(self) -> None:
        used = [byte for byte in (self.delimiter, self.quote, self.comment) if byte]
        if len(set(used)) < len(used):
            raise UsageError("--delimiter, --quotechar and --comment must be different characters")
        if self.quote in BLANKS:
            raise UsageError(
                "--quotechar cannot be a space or a tab, which make blank lines",
                hint="give a character such as \", ' or |",
            )

    def with_points(self, number: str) -> str:
        """Return the text of a number with a decimal point."""
        return number.translate(EXCHANGED_TEXT) if self.decimal == b"," else number


# Exchanges points and commas, so that numbers with decimal commas become such with points.
EXCHANGED = bytes.maketrans(b".,", b",.")
EXCHANGED_TEXT = str.maketrans(".,", ",.")
# The name of the column of row names.
ROW_NAME = "row"


def delimiter_of(path: str) -> bytes:
    """Return the delimiter that a file's suffixes imply: a tab or a comma."""
    tabs = {".tsv", ".tab"} & {f".{part}" for part in path.lower().split(".")[-2:]}
    return b"\t" if tabs else b","


def character(given: str, option: str) -> bytes:
    """Return an option's value as the byte of a delimiter, quote or comment character.

    Raises
    ------
    UsageError
        If it cannot be one.
    """
    one = NAMED.get(given, given)
    if len(one) != 1 or not one.isascii() or one in "\r\n\0.+-" or one.isalnum():
        raise UsageError(
            f"{option} {shown(given)} cannot separate fields",
            hint="give one ASCII character except a letter, digit, sign or point; or the word tab "
            "or space",
        )
    return one.encode("ascii")


def typed(one: str) -> str:
    """Return what stands for a character on a command line: its name if it cannot be seen."""
    return NAMES.get(one, one)


COMMA = Dialect()

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Quotes:
    """The quotes of a text that begins outside quotes.

    Attributes
    ----------
    inside : for each byte, whether it is quoted; an opening quote is, a closing one is not.
    are_strict : whether each quote opens or closes a whole field, or is half of a doubled quote.
    """

    inside: Flags
    are_strict: bool


def quotes_of(text: Bytes, dialect: Dialect) -> Quotes:
    """Return the quotes of a text; the last field may still be open.

    Counted from the first, odd quotes open and even quotes close. An opening quote must follow the
    start, a delimiter, a newline or the quote that it doubles. A closing quote must precede the
    end, a delimiter, a line end or the quote that doubles it.
    """
    is_quote = text == dialect.quote[0]
    inside: Flags = np.bitwise_xor.accumulate(is_quote)
    border = is_quote | (text == NEWLINE[0]) | (text == dialect.delimiter[0])
    opening = np.flatnonzero(is_quote & inside)
    closing = np.flatnonzero(is_quote & ~inside)
    before = border[opening - 1] | (opening == 0)
    closing = closing[closing + 1 < text.size]
    after = border[closing + 1] | (text[closing + 1] == CARRIAGE_RETURN[0])
    return Quotes(inside, bool(before.all() and after.all()))


@dataclass(frozen=True)
class Record:
    """The unquoted fields of a record, and its position.

    Attributes
    ----------
    line, next_line : the physical lines on which it and the next record begin.
    end : the offset in the block at which the next record begins.
    is_blank : whether its line is empty or has only spaces and tabs; a quoted empty cell is not
        blank.
    defect : why the fields are incomplete and unreliable; None for a valid record.
    is_unclosed : whether the defect is a quote that is never closed, so the end is unknown.
    """

    fields: list[bytes]
    line: int
    next_line: int
    end: int
    is_blank: bool
    defect: RowError | None = None
    is_unclosed: bool = False


@dataclass(frozen=True)
class _Patterns:
    """The regular expressions of a dialect."""

    field: re.Pattern[bytes]
    closed: re.Pattern[bytes]
    unquoted: re.Pattern[bytes]


@cache
def _patterns(dialect: Dialect) -> _Patterns:
    delimiter, q = re.escape(dialect.delimiter), re.escape(dialect.quote)
    quoted = q + rb"(?P<quoted>[^" + q + rb"]*(?:" + q + q + rb"[^" + q + rb"]*)*)" + q
    unquoted = rb"[^" + q + rb"\r\n" + delimiter + rb"]*"
    return _Patterns(
        re.compile(
            rb"(?:" + quoted + rb"|(?P<plain>" + unquoted + rb"))"
            rb"(?P<end>" + delimiter + rb"|\r?\n|\Z)"
        ),
        re.compile(quoted),
        re.compile(unquoted),
    )


def records(block: bytes, first_line: int, dialect: Dialect, source: str) -> Iterator[Record]:
    """Yield the records of a block that begins and ends between records.

    After an invalid record, the next one begins on the next line. A record with a quote that is
    never closed is the last.
    """
    match_field, quote = _patterns(dialect).field.match, dialect.quote
    line, start, fields = first_line, 0, list[bytes]()
    record_line, size = first_line, len(block)
    while start < size or fields:
        field = match_field(block, start)
        if field is None:
            place = len(fields) + 1
            defect, start, line = _defect(block, start, line, place, dialect, source)
            unclosed = not defect.reason
            yield Record(fields, record_line, line, start, False, defect, unclosed)  # noqa: FBT003
            record_line, fields = line, []
            continue
        quoted = field["quoted"]
        if quoted is None:
            fields.append(field["plain"])
        else:
            fields.append(quoted.replace(quote + quote, quote))
            line += quoted.count(NEWLINE)
        start = field.end()
        if field["end"] == dialect.delimiter:
            continue
        line += 1
        is_blank = len(fields) == 1 and quoted is None and not fields[0].strip(b" \t")
        yield Record(fields, record_line, line, start, is_blank)
        record_line, fields = line, []


def _defect(
    block: bytes, start: int, line: int, place: int, dialect: Dialect, source: str
) -> tuple[RowError, int, int]:
    """Return why no field can be read at start, and the offset and number of the next line.

    Parameters
    ----------
    place : the position of the field in its record, from 1.
    """
    patterns, quote = _patterns(dialect), dialect.quote
    twice = f"write a quote inside a quoted field twice: {(2 * quote).decode()}"
    if block.startswith(quote, start):
        closed = patterns.closed.match(block, start)
        if closed is None:
            what = f"a quote that opens here is never closed, in field {place}"
            # Without a reason it cannot be skipped, because everything after it is lost.
            defect = RowError.at(source, line, what, twice)
            return defect, len(block), line + block.count(NEWLINE, start)
        line += block.count(NEWLINE, start, closed.end())
        what = f"text follows a closing quote, in field {place}"
        defect = RowError.at(source, line, what, twice, Reason.QUOTING)
        return defect, *_next_line(block, closed.end(), line)
    unquoted = patterns.unquoted.match(block, start)
    end = start if unquoted is None else unquoted.end()
    if block.startswith(b"\r", end):
        defect = RowError.at(
            source, line, "a carriage return is not followed by a line feed",
            "end lines with LF or CRLF; tr '\\r' '\\n' converts files of old Macs", Reason.LINE_END,
        )  # fmt: skip
    else:
        defect = RowError.at(
            source, line, f"there is a quote inside an unquoted field, field {place}",
            f"quote the field as a whole · {twice}", Reason.QUOTING,
        )  # fmt: skip
    return defect, *_next_line(block, end, line)


def _next_line(block: bytes, start: int, line: int) -> tuple[int, int]:
    """Return the offset and the number of the line after the one that contains start."""
    return block.find(NEWLINE, start) + 1 or len(block), line + 1
