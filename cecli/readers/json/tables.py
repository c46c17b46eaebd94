"""A table of JSON records: the keys of the first of them as a header, and its partitions."""

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from io import BufferedReader
from typing import Any

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, find_each
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import InputError, RowError
from cecli.core.table import End, Table
from cecli.readers.bytes.sources import Source
from cecli.readers.bytes.streams import head_of
from cecli.readers.json import native
from cecli.readers.json.arrays import ArrayBlocks, array_blocks
from cecli.readers.json.records import DELIMITED, Decoded, decoded, encoded, records_in
from cecli.readers.text.blocks import Block, blocks
from cecli.readers.text.csv import (
    HEADER_BYTES,
    CsvPartition,
    SourceBlocks,
    delimited,
)
from cecli.readers.text.dialect import NEWLINE
from cecli.readers.text.parsed import Parsed, Request, parsed_records

ARRAY = re.compile(rb"\s*\[")
# The records whose keys are the header, and the most bytes of them.
FIRST_RECORDS, FIRST_BYTES = 1000, 1 << 20
# Lines that are decoded together when the compiled converter has refused the first of them.
DECODED_AT_ONCE = 64


@dataclass(frozen=True)
class JsonTable:
    """Records whose first keys have been read. A row is numbered by its line, or in its array."""

    name: str
    header: Sequence[str]
    bodies: Sequence[Iterable[Block]]

    @property
    def names(self) -> Sequence[str]:
        return [self.name]

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[CsvPartition]:
        find_each(self.header, [column.name for column in columns], self.name)
        # A row without any cell would be a blank line.
        columns = columns or [Column("row", name, None) for name in self.header[:1]]
        # An empty cell at the end, so that a row with nothing else is none, either.
        request = Request(
            self.name, DELIMITED, len(columns) + 1, dict(enumerate(columns)), bad_rows
        )
        return [
            CsvPartition(body, request, continues=place > 0, parse=parsed_block)
            for place, body in enumerate(self.bodies)
        ]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> CsvPartition | None:
        """Return the first part; None if it is a stream, which is read once."""
        first = self.partitions(columns, bad_rows)[0]
        return first if isinstance(first.body, SourceBlocks | ArrayBlocks) else None


def with_all_keys(tables: Sequence[Table]) -> Sequence[Table]:
    """Return tables with the keys of all in their headers, if all have records of JSON."""
    found = [table for table in tables if isinstance(table, JsonTable)]
    if len(found) < len(tables):
        return tables
    header = list(dict.fromkeys(key for table in found for key in table.header))
    return [replace(table, header=header) for table in found]


def parsed_block(block: Block, request: Request) -> Iterator[Parsed]:
    """Yield the columns of a block of records; what is no plain record is decoded in Python."""
    columns = [column.name for column in request.columns.values()]
    names = [encoded(column) for column in columns]
    text, place, line = block.text, 0, block.first_line
    # A record of no fields would be converted to a blank line.
    converter = native.converter if names else None
    while place < len(block):
        end = place
        if converter is not None:
            rows, end, lines = converter.convert(text, place, len(block), names)
            if lines:
                yield from delimited(Block(rows, line), request)
            line += lines
        place = len(block) if converter is None else _after_lines(text, end, len(block))
        if end < place:
            data = text[end:place]
            yield parsed_records(records_in(data, line, columns, request.source), request)
            line += data.count(NEWLINE)


def _after_lines(text: bytes, start: int, size: int) -> int:
    """Return the offset after some lines: a record that is no plain one is seldom alone."""
    for _ in range(DECODED_AT_ONCE):
        if start < size:
            start = text.index(NEWLINE, start) + 1
    return start


def chained(
    first: Iterable[Block], others: Generator[Block, None, End]
) -> Generator[Block, None, End]:
    """Yield blocks that were read already, and all others."""
    yield from first
    return (yield from others)


def open_json(source: Source, block_bytes: int, opened: BufferedReader) -> JsonTable:
    """Read the keys of the first records.

    Parameters
    ----------
    opened : the stream of the text.

    Raises
    ------
    InputError
        If no record can be read, or the text is a table by columns.
    """
    source = replace(source, dialect=replace(DELIMITED, comment=source.dialect.comment))
    identity = source.location.identity() if source.reopens else None
    head, stream = head_of(opened, source.name)
    is_array = ARRAY.match(head) is not None
    size = min(HEADER_BYTES, block_bytes) if source.reopens else block_bytes
    if is_array:
        pieces = array_blocks(stream, source.name, size)
    else:
        pieces = blocks(stream, source.name, source.dialect, block_bytes=size)
    try:
        header, read = _header(pieces, source.name)
    except BaseException:
        stream.close()
        raise
    if not source.reopens:
        return JsonTable(source.name, header, [chained(read, pieces)])
    stream.close()
    if is_array:
        return JsonTable(source.name, header, [ArrayBlocks(source, block_bytes, identity)])
    body = SourceBlocks(source, 0, None, 1, block_bytes, identity)
    return JsonTable(source.name, header, body.parts())


def _header(pieces: Generator[Block, None, End], name: str) -> tuple[list[str], list[Block]]:
    """Return the keys of the first records in order of occurrence, and the blocks that were read.

    Records that cannot be decoded are passed over, since they may be skipped, unless all are so.
    """
    read, found, first_defect = list[Block](), list[Decoded](), None
    header: dict[str, None] = {}
    for line, number in _first_lines(pieces, read):
        try:
            found.append(decoded(line, name, number))
        except RowError as defect:
            first_defect = first_defect or defect
            continue
        header.update(dict.fromkeys(found[-1].fields))
    if first_defect is not None and not found:
        raise first_defect
    if not found:
        raise InputError("has no records", name)
    if len(found) == 1:
        _refuse_columns(found[0].record, name)
    return list(header), read


def _first_lines(
    pieces: Generator[Block, None, End], read: list[Block]
) -> Iterator[tuple[bytes, int]]:
    """Yield the first lines that are not blank, with their numbers."""
    records = size = 0
    for piece in pieces:
        read.append(piece)
        for number, line in enumerate(piece.data.split(NEWLINE)[:-1], piece.first_line):
            if records >= FIRST_RECORDS or size >= FIRST_BYTES:
                return
            if line.strip():
                yield line, number
                records += 1
            size += len(line) + 1


def _refuse_columns(record: dict[str, Any] | Any, name: str) -> None:
    """Raise an InputError if the only record is a table by columns, as pandas writes by default."""
    values = list(record.values())
    lists = [len(value) for value in values if isinstance(value, list)]
    indexes = [list(value) for value in values if isinstance(value, dict)]
    for found in (lists, indexes):
        if len(values) > 1 and len(found) == len(values) and all(x == found[0] for x in found):
            raise InputError(
                "is a single object with a list for each key: a table by columns, not by records",
                name,
                "write one record a line: pandas.read_json('FILE').to_json('FILE.jsonl', "
                "orient='records', lines=True)",
            )
