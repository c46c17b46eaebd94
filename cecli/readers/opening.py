"""Finding the reader for what the user has: a path, or a table in memory."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from cecli.errors import UsageError, shown
from cecli.readers import Table
from cecli.readers.blocks import BLOCK_BYTES, LONGEST_RECORD
from cecli.readers.csv import open_csv
from cecli.readers.dialect import Dialect, dialect_of
from cecli.readers.frame import FrameTable
from cecli.readers.locations import Location
from cecli.readers.spool import Spool, spooled

if TYPE_CHECKING:
    import pandas as pd


def open_table(
    data: "str | os.PathLike[str] | pd.DataFrame | Mapping[str, ArrayLike]",
    delimiter: str | None = None,
    chunk_bytes: int | None = None,
    passes: int = 1,
) -> Table:
    """Return the table that data stand for, with its header read.

    Parameters
    ----------
    data : a path ("-" is standard input), a DataFrame, or arrays by column name.
    delimiter : of a delimited text; None goes by the suffix.
    chunk_bytes : how much of a text is read at a time, 16 MiB at most; it changes no result.
    passes : how often the rows will be read; a stream is kept in a temporary file for a second.

    Raises
    ------
    UsageError
        If an option makes no sense.
    InputError
        If the input cannot be opened, or has no header.
    """
    if not isinstance(data, str | os.PathLike):
        return _in_memory(data)
    chunk_bytes = BLOCK_BYTES if chunk_bytes is None else chunk_bytes
    if chunk_bytes < 1:
        raise UsageError(f"--chunk-bytes {chunk_bytes}: at least 1 byte must be read at a time")
    path = os.fspath(data)
    location: Location | Spool = Location(path)
    dialect = dialect_of(path) if delimiter is None else _dialect(delimiter)
    if passes > 1 and not location.reopens:
        with location.open() as stream:
            location = spooled(stream, location.name)
    return open_csv(location, dialect, min(chunk_bytes, LONGEST_RECORD))


def _in_memory(data: "pd.DataFrame | Mapping[str, ArrayLike]") -> FrameTable:
    # A DataFrame is known by its looks, so that pandas is not imported to recognise a mapping.
    if isinstance(data, Mapping) or (hasattr(data, "iloc") and hasattr(data, "columns")):
        return FrameTable(data)
    raise UsageError(
        f"a {type(data).__name__} is not a table",
        hint='give a path, a DataFrame, or arrays by name: {"y": labels, "p": probabilities}',
    )


def _dialect(delimiter: str) -> Dialect:
    character = {"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter)
    if (
        len(character) != 1
        or not character.isascii()
        or character in '"\r\n\0.+-'
        or character.isalnum()
    ):
        raise UsageError(
            f"--delimiter {shown(delimiter)} cannot separate fields",
            hint="give one ASCII character, such as ',' or ';' or '|', or the word tab",
        )
    return Dialect(character.encode("ascii"))
