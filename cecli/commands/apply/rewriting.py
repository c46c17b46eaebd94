"""Delimited text and Parquet with columns added or replaced, and nothing else changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from cecli.columns.column import find
from cecli.commands.apply.plan import Addition
from cecli.core.errors import InputError, UnreadableError
from cecli.readers.arrow.arrow import ArrowPartition, ArrowTable
from cecli.readers.arrow.files import ParquetFile
from cecli.readers.text.blocks import Block
from cecli.readers.text.csv import CsvPartition, CsvTable, SourceBlocks
from cecli.readers.text.dialect import CARRIAGE_RETURN, NEWLINE, Dialect, quotes_of

Places = NDArray[np.intp]


def rewritten(table: CsvTable, addition: Addition) -> Iterator[bytes]:
    """Yield the rewritten text, block by block, in UTF-8.

    Raises
    ------
    InputError
        If a record is unusable.
    """
    partition = table.partitions(addition.columns)[0].rest(0)
    if partition is None or not isinstance(partition.body, SourceBlocks):
        raise UnreadableError("can be read only once", table.name, "save it first")
    places = [_place(table, name) for name in addition.names]
    if table.dialect.has_header:
        header = _header(partition.body)
        names = [_quoted(name, table.dialect) for name in addition.names]
        yield _inserted(header, table, places, [[name] for name in names])
    for block in partition.body:
        yield _block(block, partition, table, places, addition)


def _place(table: CsvTable, name: str) -> int | None:
    """Return the position of the column of a name; None if it is to be added."""
    return find(table.header, name, table.name) if name in table.header else None


def _header(body: SourceBlocks) -> bytes:
    with body.source.open() as stream:
        return stream.read(body.start)


def _quoted(name: str, dialect: Dialect) -> bytes:
    text, quote = name.encode("utf-8"), dialect.quote
    special = (dialect.delimiter, quote, NEWLINE, CARRIAGE_RETURN)
    if not any(byte in text for byte in special):
        return text
    return quote + text.replace(quote, quote + quote) + quote


def _block(
    block: Block,
    partition: CsvPartition,
    table: CsvTable,
    places: Sequence[int | None],
    addition: Addition,
) -> bytes:
    values = [addition.values(chunk) for chunk in replace(partition, body=(block,)).chunks()]
    cells = (np.concatenate(columns).tolist() for columns in zip(*values, strict=True))
    texts = [_texts(column) for column in cells]
    return _inserted(block.data, table, places, texts)


def _texts(values: Sequence[float]) -> list[bytes]:
    """Return the shortest text of each value that parses to exactly this value."""
    return "\n".join(map(repr, values)).encode("ascii").split(b"\n") if values else []


def _inserted(
    data: bytes, table: CsvTable, places: Sequence[int | None], texts: Sequence[Sequence[bytes]]
) -> bytes:
    """Return whole records with cells replaced, or added at their ends.

    Parameters
    ----------
    places : the position of each column; None if it is added.
    texts : the cells of each column.
    """
    starts, ends = _fields(data, table)
    spans = []
    new = [texts[i] for i, place in enumerate(places) if place is None]
    for i, place in enumerate(places):
        if place is not None:
            spans.append((place, starts[:, place], ends[:, place], list(texts[i])))
    if new:
        delimiter = table.dialect.delimiter
        joined = [delimiter + delimiter.join(cells) for cells in zip(*new, strict=True)]
        spans.append((starts.shape[1], ends[:, -1], ends[:, -1], joined))
    spans.sort(key=lambda span: span[0])
    if any(len(cells) != len(starts) for _, _, _, cells in spans):
        raise _ambiguous(table)
    gap_ends = np.stack([span[1] for span in spans], axis=1).ravel().tolist()
    gap_starts = np.stack([span[2] for span in spans], axis=1).ravel().tolist()
    gaps = map(slice, [0, *gap_starts], [*gap_ends, len(data)])
    pieces: list[bytes] = [b""] * (2 * len(gap_ends) + 1)
    pieces[0::2] = map(data.__getitem__, gaps)
    pieces[1::2] = _interleaved([span[3] for span in spans])
    return b"".join(pieces)


def _interleaved(columns: Sequence[Iterable[bytes]]) -> list[bytes]:
    return [cell for row in zip(*columns, strict=True) for cell in row]


def _fields(data: bytes, table: CsvTable) -> tuple[Places, Places]:
    """Return the starts and ends of the fields of all non-blank records, shape (n, width)."""
    text, dialect = np.frombuffer(data, dtype=np.uint8), table.dialect
    is_newline = text == NEWLINE[0]
    outside = np.ones(text.size, dtype=np.bool_)
    if dialect.quote in data:
        outside = ~quotes_of(text, dialect).inside
    ends = np.flatnonzero((is_newline | (text == dialect.delimiter[0])) & outside)
    starts = np.concatenate(([0], ends[:-1] + 1))
    # A carriage return is not part of the last field.
    closes = is_newline[ends]
    returns = closes & (ends > starts) & (text[ends - 1] == CARRIAGE_RETURN[0])
    blank = _blank(data, starts, ends - returns, closes)
    starts, ends = starts[~blank], (ends - returns)[~blank]
    width = len(table.header)
    if starts.size % width:
        raise _ambiguous(table)
    return starts.reshape(-1, width), ends.reshape(-1, width)


def _ambiguous(table: CsvTable) -> InputError:
    return InputError("has records that can be parsed in two ways", table.name)


def _blank(
    data: bytes, starts: Places, ends: Places, closes: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which fields are whole records that are empty or blank."""
    opens = np.concatenate(([True], closes[:-1]))
    blank: NDArray[np.bool_] = opens & closes & (starts == ends)
    for field in np.flatnonzero(opens & closes & ~blank).tolist():
        blank[field] = not data[starts[field] : ends[field]].strip(b" \t")
    return blank


def rewrite(table: ArrowTable, data: ParquetFile, addition: Addition, out: BinaryIO) -> None:
    """Rewrite a Parquet file with the same schema, metadata and row groups.

    Raises
    ------
    InputError
        If a row is unusable.
    """
    import pyarrow.parquet as pq

    with data.opened() as file:
        schema = file.schema_arrow
        for name in addition.names:
            schema = _with_column(schema, table, name, None)
        with pq.ParquetWriter(out, schema) as writer:
            partitions = table.partitions(addition.columns)
            for part in range(file.num_row_groups):
                group = file.read_row_group(part)
                writer.write_table(_rewritten(group, partitions[part], table, addition))


def _rewritten(group: Any, partition: ArrowPartition, table: ArrowTable, addition: Addition) -> Any:
    import pyarrow as pa

    values = [addition.values(chunk) for chunk in partition.chunks()]
    columns = np.concatenate(values, axis=1) if values else np.empty((len(addition.names), 0))
    for name, column in zip(addition.names, columns, strict=True):
        group = _with_column(group, table, name, pa.array(column, pa.float64()))
    return group


def _with_column(to: Any, table: ArrowTable, name: str, values: Any) -> Any:
    """Return a schema, or a table, with a float64 column replaced, or added at the end."""
    import pyarrow as pa

    field = pa.field(name, pa.float64())
    added = (field,) if values is None else (field, values)
    if name not in table.header:
        return to.append(field) if values is None else to.append_column(*added)
    place = find(table.header, name, table.name)
    return to.set(place, field) if values is None else to.set_column(place, *added)
