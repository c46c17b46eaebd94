"""How a text is delimited, where its first lines leave no doubt: a table of rules.

A rule looks at the first lines, and returns options that it would give. What the user gave is
never changed.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cecli.columns.numbers import BLANKS, is_number
from cecli.core.errors import CecliError
from cecli.readers.bytes.locations import File
from cecli.readers.bytes.sources import UTF_8, Source
from cecli.readers.bytes.streams import pieces_of
from cecli.readers.text.dialect import Dialect, character, delimiter_of

LOOKED_AT, MOST_LINES = 1 << 14, 50
TYPED = {"\t": "tab", " ": " ", ";": ";", "|": "|", ",": ","}
# What may be a decimal comma, beside quotes or in a text whose delimiter is no comma.
_MARKED = re.compile(r"\d,\d+\"|\"[^\"]*,|[;\t| ][+-]?\d*,\d")
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class FirstLines:
    """The first lines of a text, without comments, and its delimiter."""

    lines: Sequence[str]
    delimiter: str

    @property
    def is_usual(self) -> bool:
        """Whether the lines are those of a plain CSV file, so that no rule needs to look."""
        first, *others = self.lines
        commas = first.count(self.delimiter)
        return (
            commas > 0
            and not first.startswith("#")
            and not any(map(is_number, first.split(self.delimiter)))
            and all(line.count(self.delimiter) == commas for line in others)
            and not any(_MARKED.search(line) for line in others)
        )

    def rows(self, delimiter: str = "") -> list[list[str]]:
        """Return the fields of each line."""
        import csv

        return list(csv.reader(self.lines, delimiter=delimiter or self.delimiter))

    def is_table(self, delimiter: str) -> bool:
        """Return whether all lines have the same number of fields, of two or more.

        The first may have one field less, if the header has no name for those of rows.
        """
        first, *others = [len(row) for row in self.rows(delimiter)]
        widths = set(others)
        return first > 1 and (widths == {first} or widths == {first + 1})


@dataclass(frozen=True)
class Sniff:
    """A rule: the option that it finds, the reason for it, and the function that looks."""

    option: str
    reason: str
    found: Callable[[FirstLines], Any]


def comment(text: FirstLines) -> str | None:
    """Return the mark of lines above the header, if those after them are a table without it."""
    marked = [line for line in text.lines if line.startswith("#")]
    bare = FirstLines([line for line in text.lines if not line.startswith("#")], text.delimiter)
    if not text.lines[0].startswith("#") or len(bare.lines) < 2:
        return None
    has_names = not any(map(is_number, bare.rows()[0]))
    return "#" if has_names and text.lines[: len(marked)] == marked else None


def separator(text: FirstLines) -> str | None:
    """Return the only other delimiter with which all lines have as many fields."""
    if text.is_table(text.delimiter) or text.delimiter in text.lines[0]:
        return None
    found = [c for c in TYPED if c != text.delimiter and text.is_table(c)]
    if len(found) > 1 and " " in found:
        found.remove(" ")  # blanks inside of texts
    if len(found) > 1 and "," in found:
        found.remove(",")  # decimal commas
    return TYPED[found[0]] if len(found) == 1 else None


def no_header(text: FirstLines) -> bool | None:
    """Return False if the first line has numbers where all others have them, and a fraction."""
    rows = text.rows()
    if len(rows) < 2 or len({len(row) for row in rows}) > 1:
        return None
    columns = list(zip(*rows, strict=True))
    numeric = [column for column in columns if all(is_number(x.replace(",", ".")) for x in column)]
    is_fraction = any("." in column[0] or "," in column[0] for column in numeric)
    return False if numeric and is_fraction else None


def row_names(text: FirstLines) -> bool | None:
    """Return True if every line but the first has one field more than the first."""
    first, *others = [len(row) for row in text.rows()]
    is_one_more = bool(others) and set(others) == {first + 1} and first > 1
    names = [row[0] for row in text.rows()[1:]]
    last = [row[-1] for row in text.rows()[1:]]
    return True if is_one_more and len(set(names)) == len(names) and any(last) else None


def decimal_comma(text: FirstLines) -> str | None:
    """Return a comma if numbers have decimal commas, and none has a point."""
    cells = [cell.strip(BLANKS) for row in text.rows()[1:] for cell in row]
    has_comma = any(_COMMA.fullmatch(cell) for cell in cells)
    return "," if has_comma and not any(is_number(c) and "." in c for c in cells) else None


# In this order: each is looked for in the text as the rules before it read it.
SNIFFS = (
    Sniff("comment", "lines above the header begin with it", comment),
    Sniff("delimiter", "every line has as many fields, and with no other character", separator),
    Sniff("row_names", "every line but the first has one field more", row_names),
    Sniff("header", "the first line has numbers, as all others have", no_header),
    Sniff("decimal", "numbers have decimal commas, and no points", decimal_comma),
)


def sniffed(data: Any, given: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    """Return the options that the first lines of a file show, each with its reason.

    Parameters
    ----------
    data : the input; only a file that can be opened again is looked at.
    given : the reading options that the user gave, which are not looked for.
    """
    path = path_of(data)
    text = None if path is None or "header" in given else first_lines(path, given)
    found: dict[str, tuple[Any, str]] = {}
    if text is None or text.is_usual:
        return found
    for rule in SNIFFS:
        value = None if rule.option in given else rule.found(text)
        if value is not None:
            found[rule.option] = (value, rule.reason)
            if rule.option == "delimiter":
                text = FirstLines(text.lines, "\t" if value == "tab" else value)
            if rule.option == "comment":
                text = FirstLines(
                    [x for x in text.lines if not x.startswith(value)], text.delimiter
                )
    return found


def path_of(data: Any) -> str | None:
    """Return the path of a file, or of the first of several; None if it is none."""
    first = data[0] if isinstance(data, Sequence) and not isinstance(data, str) and data else data
    if not isinstance(first, str | os.PathLike):
        return None
    path = os.fspath(first)
    return path if isinstance(path, str) and os.path.isfile(path) else None


def first_lines(path: str, given: Mapping[str, Any]) -> FirstLines | None:
    """Return the first lines of a text, without its comments; None if it is no text."""
    delimiter = given.get("delimiter") or delimiter_of(path).decode()
    comment = str(given.get("comment") or "").encode()
    dialect = Dialect(character(delimiter, "--delimiter"), comment=comment)
    try:
        with Source(File(path), dialect, given.get("encoding") or UTF_8).open() as stream:
            data = b"".join(pieces_of(stream, path, LOOKED_AT))
        text = data.decode()
    except (CecliError, UnicodeDecodeError):
        return None  # whoever reads it reports the error
    if text.lstrip().startswith(("{", "[")):
        return None  # JSON
    lines = text.splitlines()
    lines = lines[:-1] if len(data) == LOOKED_AT else lines
    kept = [line for line in lines[:MOST_LINES] if line.strip()]
    if "\0" in text or len(kept) < 2:
        return None
    return FirstLines(kept, dialect.delimiter.decode())
