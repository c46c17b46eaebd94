"""Parquet and Arrow, by pyarrow (an extra).

arrow - Arrow data as a table, and objects that export such data
files - Parquet and Arrow files
values - the values of an Arrow array
"""

PARQUET_MAGIC, ARROW_MAGIC = b"PAR1", b"ARROW1"


def is_arrow_file(head: bytes) -> bool:
    """Return whether a file with these first bytes is a Parquet or an Arrow file."""
    return head.startswith(ARROW_MAGIC) or (head.startswith(PARQUET_MAGIC) and _is_binary(head))


def _is_binary(head: bytes) -> bool:
    """Return whether the bytes after the magic are not text. A CSV column may be named PAR1."""
    return not head[len(PARQUET_MAGIC) :].decode("latin-1").strip("\r\n").isprintable()
