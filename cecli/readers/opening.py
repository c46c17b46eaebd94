"""Choosing a reader for the user's input: paths, or a table in memory."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError
from cecli.core.pipes import Pipe
from cecli.core.plan import Remembering
from cecli.core.state_file import MAGIC
from cecli.core.table import Table
from cecli.options.reading import Tool
from cecli.readers.arrow import is_arrow_file
from cecli.readers.bytes.compression import DECOMPRESS
from cecli.readers.bytes.folders import keys_of_each
from cecli.readers.bytes.locations import ADDRESS, Location, expanded, location_of
from cecli.readers.bytes.sources import UTF_8, Source
from cecli.readers.bytes.streams import head_of
from cecli.readers.json import begins_json
from cecli.readers.tensors import KLD_MAGIC, is_tensor_file
from cecli.readers.text.blocks import BLOCK_BYTES, LONGEST_RECORD
from cecli.readers.text.csv import CsvTable, open_csv
from cecli.readers.text.dialect import COMMA, Dialect, delimiter_of
from cecli.readers.views import one_data_set


class SupportsArrow(Protocol):
    """An object with the Arrow PyCapsule interface, as of Polars, DuckDB, pyarrow and others."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a capsule with an Arrow stream."""
        ...


if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    Path = str | os.PathLike[str]
    Frame = pd.DataFrame | Mapping[str, ArrayLike] | SupportsArrow
    Data = Path | Sequence[Path] | Frame | Iterable[Frame]
else:
    Data = Any


@dataclass(frozen=True)
class Reading:
    """How delimited text is read.

    Attributes
    ----------
    dialect : its delimiter counts only if `delimiter_given`; else the suffix decides.
    chunk_bytes : bytes read at a time, 16 MiB at most; the results do not depend on it.
    passes : how often the rows will be read; for several, a stream is kept in a temporary file.
    numbered : whether chunks contain the place of each row.
    like : the tool whose log it is; None if it is a table.
    """

    dialect: Dialect = COMMA
    delimiter_given: bool = False
    encoding: str = UTF_8
    chunk_bytes: int = BLOCK_BYTES
    passes: int = 1
    numbered: bool = False
    like: Tool | None = None

    def dialect_of(self, path: str) -> Dialect:
        if self.delimiter_given:
            return self.dialect
        return replace(self.dialect, delimiter=delimiter_of(path))


# Addresses whose headers are read at the same time.
AT_ONCE = 16
# What names an input, or is one that was opened already.
NAMES = (str, os.PathLike, Pipe)


def open_table(data: Any, reading: Reading) -> Table:
    """Return the table that data stand for, with its header read.

    Parameters
    ----------
    data : a path ("-" is standard input), a pattern, a directory, "@FILE" with one path a line, or
        a list of these; a DataFrame, or any object that exports Arrow data; arrays by column name;
        or an iterable of such tables.
    reading : how text is read.

    Raises
    ------
    UsageError
        If data are none of these.
    InputError
        If the input cannot be opened, or has no header.
    """
    if isinstance(data, NAMES):
        data = [data]
    if isinstance(data, Remembering):
        return data  # type: ignore[return-value]
    if isinstance(data, Sequence) and data and all(isinstance(x, NAMES) for x in data):
        paths = expanded([x if isinstance(x, Pipe) else os.fspath(x) for x in data])
        number = _numbering(reading)
        opened = _opened(paths, reading)
        if reading.like is not None and len(opened) > 1:
            from cecli.readers.logs.table import told_apart

            opened = told_apart(opened)
        tables = [number(table) for table in _alike(opened)]
        return one_data_set(_with_keys(tables, paths))
    from cecli.readers.in_memory import table_of

    return table_of(data, _numbering(reading))


def _alike(tables: list[Table]) -> Sequence[Table]:
    """Return tables of JSON with the keys of all; others as they are."""
    if len(tables) == 1 or isinstance(tables[0], CsvTable):
        return tables
    from cecli.readers.json.tables import with_all_keys

    return with_all_keys(tables)


def _with_keys(tables: list[Table], paths: Sequence[str | Pipe]) -> Sequence[Table]:
    """Return tables with the columns that the names of their folders state."""
    names = [path if isinstance(path, str) else "" for path in paths]
    values = keys_of_each(names) if any("=" in name for name in names) else []
    if not any(values):
        return tables
    from cecli.readers.in_folders import InFolders

    return [InFolders(table, keys) for table, keys in zip(tables, values, strict=True)]


def _numbering(reading: Reading) -> Callable[[Table], Table]:
    """Return the function that is applied to each input's table, in order."""
    if not reading.numbered:
        return lambda table: table
    from cecli.readers.views import NumberedTable

    places = count()

    def numbered(table: Table) -> Table:
        first_line = table.first_line if isinstance(table, CsvTable) else 1
        return NumberedTable(table, next(places), first_line)

    return numbered


def _opened(paths: Sequence[str | Pipe], reading: Reading) -> list[Table]:
    """Return the tables of some paths; several addresses are opened at once, as each is far."""
    open_one = partial(_open_path, reading=reading)
    if len(paths) == 1 or not any(isinstance(path, str) and ADDRESS.match(path) for path in paths):
        return list(map(open_one, paths))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(open_one, paths))


def _open_path(path: str | Pipe, reading: Reading) -> Table:
    location: Location = location_of(path)
    head, stream = head_of(location.open(), location.name)
    if head.startswith((MAGIC, KLD_MAGIC)):
        stream.close()
        raise _without_rows(head, location.name)
    is_arrow, has_tensors = is_arrow_file(head), is_tensor_file(head, location.path)
    has_places = is_arrow or has_tensors
    suits = stream.seekable() if has_places else location.reopens or reading.passes == 1
    if not suits:
        from cecli.readers.bytes.streams import spooled

        with stream:
            location = spooled(stream, location.name)
        stream = location.open()
    if is_arrow:
        from cecli.readers.arrow.files import open_arrow

        stream.close()
        return open_arrow(location, head)
    if has_tensors:
        from cecli.readers.tensors.table import open_tensors

        stream.close()
        return open_tensors(location, head)
    source = Source(location, reading.dialect_of(location.path), reading.encoding)
    head, text = head_of(source.open(stream), location.name)
    if head.startswith(KLD_MAGIC) or is_arrow_file(head) or is_tensor_file(head, ""):
        text.close()
        raise InputError(
            "is compressed, and what is in it is read from any place on", location.name, DECOMPRESS
        )
    block_bytes = min(reading.chunk_bytes, LONGEST_RECORD)
    if reading.like is not None:
        from cecli.readers.logs.table import open_log

        return open_log(source, block_bytes, text, reading.like)
    if begins_json(head):
        from cecli.readers.json.tables import open_json

        return open_json(source, block_bytes, text)
    return open_csv(source, block_bytes, text)


def _without_rows(head: bytes, name: str) -> InputError:
    """Return the refusal of a file that other commands take."""
    if head.startswith(MAGIC):
        hint = "cecli merge, check, report, calibration and compare take states"
        return InputError("is a saved state, and has no rows", name, hint)
    hint = f"two such files of the same text are compared: cecli kl BASE.kld {name}"
    return InputError("has llama.cpp's log-probabilities of tokens", name, hint)
