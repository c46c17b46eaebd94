"""How a text is delimited, where its first lines leave no doubt: a table of rules.

A rule looks at the first lines, and returns options that it would give. What the user gave is
never changed.
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cecli.columns.hints import BELOW_1
from cecli.columns.numbers import BLANKS, is_number
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import CecliError, InputError
from cecli.readers.bytes.locations import ADDRESS, File, expanded
from cecli.readers.bytes.sources import UTF_8, Source, check_encoding
from cecli.readers.bytes.streams import pieces_of
from cecli.readers.text.dialect import NAMED, Dialect, character, delimiter_of, typed

LOOKED_AT, MOST_LINES = 1 << 14, 50
DELIMITERS = ("\t", " ", ";", "|", ",")
# Patterns are texts if few files need them compiled.
# What may be a decimal comma, in a text whose delimiter is no comma.
_MARKED = r"[;\t| ][+-]?\d*,\d"
_COMMA = r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?"
_THOUSANDS = r"[+-]?[1-9]\d{0,2}(?:,\d{3})+"
_ALIGNED = re.compile(r"\S {2,}\S")
_DIGITS = r"\d+"
MARK = "#"


def no_name(_: str) -> bool:
    """Return False: no name is known to be one of identifiers."""
    return False


@dataclass(frozen=True)
class Known:
    """What is known of the columns before a text is looked at.

    Attributes
    ----------
    named : the columns that the user named.
    is_identifier : returns whether a name is one of identifiers.
    """

    named: frozenset[str] = frozenset()
    is_identifier: Callable[[str], bool] = no_name


NOTHING_KNOWN = Known()


@dataclass(frozen=True)
class FirstLines:
    """The first lines of a text, without comments, its delimiter, and whether it has a header."""

    lines: Sequence[str]
    delimiter: str
    has_header: bool = True
    known: Known = Known()

    @property
    def is_usual(self) -> bool:
        """Whether the lines are those of a plain CSV file, so that no rule needs to look."""
        first, *others = self.lines
        commas = first.count(self.delimiter)
        return (
            commas > 0
            and not any(map(is_number, first.split(self.delimiter)))
            and all(line.count(self.delimiter) == commas for line in others)
            and (self.delimiter == "," or not any(re.search(_MARKED, line) for line in others))
        )

    @property
    def names_one_column(self) -> bool:
        """Whether the first line names the only column: below it are numbers, or other values."""
        first, *others = self.lines
        if is_number(first) or first in others or not others:
            return False
        is_one = all(len(row) == 1 for row in self.rows())
        return is_one and (all(map(is_number, others)) or len(set(others)) < len(others) / 2)

    def rows(self, delimiter: str = "") -> list[list[str]]:
        """Return the fields of each line."""
        import csv

        return list(csv.reader(self.lines, delimiter=delimiter or self.delimiter))

    def data(self, delimiter: str = "") -> list[list[str]]:
        """Return the fields of each line but the header."""
        return self.rows(delimiter)[self.has_header :]

    def is_table(self, delimiter: str) -> bool:
        """Return whether all lines have the same number of fields, of two or more.

        A header may have one field less, if it has no name for those of rows.
        """
        first, *others = [len(row) for row in self.rows(delimiter)]
        widths = set(others)
        return first > 1 and (widths == {first} or (self.has_header and widths == {first + 1}))

    def is_below_1(self, delimiter: str) -> bool:
        """Return whether all commas are decimal, of numbers in (-1, 1), and there are some."""
        found = [cell for row in self.data(delimiter) for cell in row if "," in cell]
        return bool(found) and all(BELOW_1.fullmatch(cell.strip(BLANKS)) for cell in found)


@dataclass(frozen=True)
class Sniff:
    """A rule: the option that it finds, the reason for it, and the function that looks."""

    option: str
    reason: str
    found: Callable[[FirstLines], Any]


def separator(text: FirstLines) -> str | None:
    """Return the only other delimiter with which all lines have as many fields."""
    others = [c for c in DELIMITERS if c != text.delimiter and text.is_table(c)]
    if not text.has_header and text.delimiter == ",":
        # Each line has a comma, which may be that of a number.
        others = [c for c in others if "," not in text.lines[0] or text.is_below_1(c)]
    elif text.is_table(text.delimiter) or text.delimiter in text.lines[0]:
        return None
    if " " in others and (len(others) > 1 or any(map(_ALIGNED.search, text.lines))):
        others.remove(" ")  # blanks inside of texts, or between columns of fixed width
    if len(others) > 1 and "," in others:
        others.remove(",")  # decimal commas
    return typed(others[0]) if len(others) == 1 and len(text.data()) > 1 else None


def no_header(text: FirstLines) -> bool | None:
    """Return False if the first line has a fraction, and everywhere what is below it, too."""
    rows = text.rows()
    if len(rows) < 2 or len({len(row) for row in rows}) > 1 or _has_given_names(text, rows[0]):
        return None
    mark = "." if text.delimiter == "," else ","
    columns = [[cell.replace(mark, ".") for cell in column] for column in zip(*rows, strict=True)]
    numeric = [column for column in columns if all(map(is_number, column))]
    texts = [column for column in columns if column not in numeric]
    is_fraction = any(float(first) % 1 for first, *_ in numeric)
    return False if is_fraction and all(map(_begins_alike, texts)) else None


def _has_given_names(text: FirstLines, first: Sequence[str]) -> bool:
    """Return whether the first line has names that the user gave, which are no numbers of columns.

    Where it lacks one of them, and all are numbers of columns, it is no header.
    """
    named, numbers = text.known.named, {str(place + 1) for place in range(len(first))}
    return not named.isdisjoint(first) and (named <= set(first) or not named <= numbers)


def _begins_alike(column: Sequence[str]) -> bool:
    """Return whether the first text of a column is one of the others, but for its digits."""
    first, *others = (re.sub(_DIGITS, "0", cell) for cell in column)
    return first in others


def row_names(text: FirstLines) -> bool | None:
    """Return True if every line but the first has one field more than the first, and a name.

    Names are all different. Where they are numbers, they are whole and rise: a probability or a
    label is none.
    """
    first, *others = text.rows()
    is_one_more = {len(row) for row in others} == {len(first) + 1}
    is_one_more = is_one_more and len(first) > 1 and len(others) > 1
    if not is_one_more or not text.has_header or text.known.is_identifier(first[0]):
        return None
    names, last = [row[0].strip(BLANKS) for row in others], [row[-1] for row in others]
    numbers = [int(name) for name in names if name.isdecimal()]
    are_names = len(set(names)) == len(names) and numbers == sorted(numbers)
    are_numbers = any(map(is_number, names)) and len(numbers) < len(names)
    return True if are_names and not are_numbers and any(last) else None


def decimal_comma(text: FirstLines) -> str | None:
    """Return a comma if numbers have decimal commas, and none has a point or may be thousands.

    In a text whose delimiter is a comma, quoted commas may mark thousands further down.
    """
    if text.delimiter == ",":
        return None
    cells = [cell.strip(BLANKS) for row in text.data() for cell in row]
    thousands = [cell for cell in cells if re.fullmatch(_THOUSANDS, cell)]
    has_comma = any(re.fullmatch(_COMMA, cell) and cell not in thousands for cell in cells)
    has_other = any(cell.count(",") > 1 for cell in thousands)
    has_point = any(is_number(cell) and "." in cell for cell in cells)
    return "," if has_comma and not has_other and not has_point else None


# In this order: each is looked for in the text as the rules before it read it.
SNIFFS = (
    Sniff("delimiter", "every line has as many fields, and with no other character", separator),
    Sniff("row_names", "every line but the first has one field more", row_names),
    Sniff("header", "the first line has numbers, as all others have", no_header),
    Sniff("decimal", "numbers have decimal commas, and no points", decimal_comma),
)


def sniffed(
    data: Any, given: Mapping[str, Any], known: Known = NOTHING_KNOWN
) -> dict[str, tuple[Any, str]]:
    """Return the options that the first lines of a file show, each with its reason.

    Parameters
    ----------
    data : the input; only a file that can be opened again is looked at.
    given : the reading options that the user gave, which are not looked for.

    Raises
    ------
    InputError
        If lines above the header seem to be comments. What begins with their mark further down
        could be data, so they are left out only if the user says so.
    """
    path = path_of(data)
    text = None if path is None else first_lines(path, given, known)
    found: dict[str, tuple[Any, str]] = {}
    if path is None or text is None:
        return found
    if "comment" not in given and is_commented(text):
        raise InputError(
            f"the first line begins with {MARK}, and is no header of the lines below",
            f"{path}:1",
            f"a comment? --comment '{MARK}' leaves out all lines that begin with {MARK}",
        )
    if text.is_usual:
        return found
    for rule in SNIFFS:
        value = None if rule.option in given else rule.found(text)
        if value is not None:
            found[rule.option] = (value, rule.reason)
            if rule.option == "delimiter":
                text = replace(text, delimiter=NAMED.get(value, value))
            if rule.option == "header":
                text = replace(text, has_header=value)
    return found


def is_commented(text: FirstLines) -> bool:
    """Return whether marked lines stand above a table of another width, and none stands in it."""
    marked = [line for line in text.lines if line.startswith(MARK)]
    lines = text.lines[len(marked) :]
    if not marked or text.lines[: len(marked)] != marked or len(lines) < 2:
        return False
    bare = replace(text, lines=lines)
    delimiter = NAMED.get(found := separator(bare) or bare.delimiter, found)
    widths = {len(row) for row in bare.rows(delimiter)}
    return bare.is_table(delimiter) and len(text.rows(delimiter)[0]) not in widths


def path_of(data: Any) -> str | None:
    """Return the path of a file, or of the first that is meant; None if there is none."""
    first = data
    while isinstance(first, Sequence) and not isinstance(first, str) and first:
        first = first[0]
    if not isinstance(first, str | os.PathLike) or not isinstance(path := os.fspath(first), str):
        return None
    if ADDRESS.match(path):
        return None  # it would be listed, or opened, once more
    try:
        meant = expanded([path])[0]
    except CecliError:
        return None  # whoever opens it reports the error
    return meant if isinstance(meant, str) and os.path.isfile(meant) else None


def first_lines(path: str, given: Mapping[str, Any], known: Known) -> FirstLines | None:
    """Return the first lines of a text, without its comments; None if it is no text."""
    delimiter = given.get("delimiter") or delimiter_of(path).decode()
    comment = str(given.get("comment") or "").encode()
    dialect = Dialect(character(delimiter, "--delimiter"), comment=comment)
    try:
        encoding = check_encoding(given.get("encoding") or UTF_8)
        with Source(File(path), dialect, encoding).open() as stream:
            data = b"".join(pieces_of(stream, path, LOOKED_AT))
        # The last line may be cut, inside of a character.
        data = data[: data.rfind(b"\n") + 1] if len(data) == LOOKED_AT else data
        text = data.decode()
    except (CecliError, UnicodeDecodeError):
        return None  # whoever reads it reports the error
    if text.lstrip().startswith(("{", "[")):
        return None  # JSON
    kept = [line for line in text.splitlines()[:MOST_LINES] if line.strip()]
    if "\0" in text or len(kept) < 2:
        return None
    return FirstLines(kept, dialect.delimiter.decode(), given.get("header", True), known)
