"""Taking a block of delimited text apart into records and fields, strictly."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from cecli.errors import RowError
from cecli.readers.dialect import NEWLINE, Dialect

UNQUOTE = re.compile(rb'""')


@dataclass(frozen=True)
class Record:
    """The fields of a record, unquoted; where it begins, and what follows it.

    Attributes
    ----------
    line, next_line : the physical lines on which it, and the next record, begin.
    end : the offset in the block at which the next record begins.
    is_blank : whether its line holds nothing, or blanks alone; a quoted empty cell is something.
    """

    fields: list[bytes]
    line: int
    next_line: int
    end: int
    is_blank: bool


@cache
def _field_pattern(dialect: Dialect) -> re.Pattern[bytes]:
    """Return the pattern of a field and what ends it."""
    delimiter = re.escape(dialect.delimiter)
    return re.compile(
        rb'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<plain>[^"\r\n' + delimiter + rb"]*))"
        rb"(?P<end>" + delimiter + rb"|\r?\n|\Z)"
    )


def records(block: bytes, first_line: int, dialect: Dialect, source: str) -> Iterator[Record]:
    """Yield the records of a block that begins and ends between records.

    Raises
    ------
    RowError
        At the first record that breaks the rules, after those before it.
    """
    match_field = _field_pattern(dialect).match
    line, start, fields = first_line, 0, list[bytes]()
    record_line, size = first_line, len(block)
    while start < size or fields:
        field = match_field(block, start)
        if field is None:
            raise _defect(block, start, line, dialect, source)
        quoted = field["quoted"]
        if quoted is None:
            fields.append(field["plain"])
        else:
            fields.append(UNQUOTE.sub(b'"', quoted))
            line += quoted.count(NEWLINE)
        start = field.end()
        if field["end"] == dialect.delimiter:
            continue
        line += 1
        is_blank = len(fields) == 1 and quoted is None and not fields[0].strip(b" \t")
        yield Record(fields, record_line, line, start, is_blank)
        record_line, fields = line, []


def _defect(block: bytes, start: int, line: int, dialect: Dialect, source: str) -> RowError:
    """Return why no field can be read at start."""
    if block[start : start + 1] == b'"':
        closing = re.compile(rb'"[^"]*(?:""[^"]*)*"').match(block, start)
        if closing is None:
            return RowError.at(
                source, line, "a quote is opened here and never closed", "a quote inside a "
                'quoted field is written twice: ""',
            )  # fmt: skip
        line += block.count(NEWLINE, start, closing.end())
        return RowError.at(
            source, line, "text follows a closing quote",
            'a quote inside a quoted field is written twice: ""',
        )  # fmt: skip
    ending = re.compile(rb'[^"\r\n' + re.escape(dialect.delimiter) + rb"]*").match(block, start)
    if ending is not None and block[ending.end() : ending.end() + 1] == b"\r":
        return RowError.at(
            source, line, "a carriage return stands alone, without a line feed",
            "lines end with LF or CRLF: tr '\\r' '\\n' converts files of old Macs",
        )  # fmt: skip
    return RowError.at(
        source, line, "a quote stands inside an unquoted field",
        'a field with quotes is quoted as a whole, with quotes inside written twice: "5"" pipe"',
    )  # fmt: skip
