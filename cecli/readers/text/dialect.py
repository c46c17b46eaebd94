"""How a delimited text is written: its delimiter, and the bytes that cecli looks for."""

from dataclasses import dataclass

from cecli.core.errors import UsageError, shown

NEWLINE = b"\n"
CARRIAGE_RETURN = b"\r"
BLANKS = (b" ", b"\t")
TAB_NAMES = {"tab": "\t", "\\t": "\t"}


@dataclass(frozen=True)
class Dialect:
    """RFC 4180 with any single ASCII delimiter: fields may be quoted, quotes inside are doubled.

    Attributes
    ----------
    delimiter, quote : one byte each.
    comment : the byte with which lines begin that do not count; empty where there are none.
    has_header : whether the first record names the columns; they are numbered from 1 otherwise.
    """

    delimiter: bytes = b","
    quote: bytes = b'"'
    comment: bytes = b""
    has_header: bool = True

    def __post_init__(self) -> None:
        used = [byte for byte in (self.delimiter, self.quote, self.comment) if byte]
        if len(set(used)) < len(used):
            raise UsageError("--delimiter, --quotechar and --comment must be different characters")
        if self.quote in BLANKS:
            raise UsageError(
                "--quotechar is a blank or a tab: a line of such is a blank line",
                hint="such as a double or single quote, or |",
            )


def delimiter_of(path: str) -> bytes:
    """Return the delimiter that a file's suffixes stand for."""
    tabs = {".tsv", ".tab"} & {f".{part}" for part in path.lower().split(".")[-2:]}
    return b"\t" if tabs else b","


def character(given: str, option: str) -> bytes:
    """Return an option's value as a byte that can delimit, quote or comment out.

    Raises
    ------
    UsageError
        If it cannot.
    """
    one = TAB_NAMES.get(given, given)
    if len(one) != 1 or not one.isascii() or one in "\r\n\0.+-" or one.isalnum():
        raise UsageError(
            f"{option} {shown(given)} cannot mark off fields",
            hint="give one ASCII character, no letter, digit, sign or point; or the word tab",
        )
    return one.encode("ascii")


COMMA = Dialect()
