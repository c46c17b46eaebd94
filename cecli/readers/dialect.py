"""How a delimited text is written: its delimiter, and the bytes that cecli looks for."""

from dataclasses import dataclass

NEWLINE = b"\n"
CARRIAGE_RETURN = b"\r"
QUOTE = b'"'


@dataclass(frozen=True)
class Dialect:
    """RFC 4180 with any single ASCII delimiter: fields may be quoted, quotes inside are doubled."""

    delimiter: bytes = b","


COMMA = Dialect(b",")
TAB = Dialect(b"\t")


def dialect_of(path: str) -> Dialect:
    """Return the dialect that a file's suffix stands for."""
    return TAB if path.lower().endswith((".tsv", ".tab")) else COMMA
