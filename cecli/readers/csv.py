"""Delimited text: its header, and partitions that yield chunks of the columns asked for."""

import contextlib
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cecli.chunk import Chunk
from cecli.columns import Column, find
from cecli.errors import InputError, RowError
from cecli.readers import general, plain
from cecli.readers.blocks import BLOCK_BYTES, Block, blocks
from cecli.readers.dialect import Dialect
from cecli.readers.locations import Location
from cecli.readers.parsed import Request
from cecli.readers.records import Record, records
from cecli.readers.spool import Spool

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
HEADER_BYTES = 64 << 10

PEEKED = 16
OTHER_FORMATS = (
    (re.compile(rb"\x1f\x8b"), "gzip", "gzip -dc FILE | cecli … -"),
    (re.compile(rb"\x28\xb5\x2f\xfd"), "zstd", "zstd -dc FILE | cecli … -"),
    (re.compile(rb"BZh[1-9]1AY&SY"), "bzip2", "bzip2 -dc FILE | cecli … -"),
    (re.compile(rb"\xfd7zXZ\x00"), "xz", "xz -dc FILE | cecli … -"),
    (re.compile(rb"PK\x03\x04"), "a zip archive or a spreadsheet", "extract or save it as CSV"),
    (re.compile(rb"PAR1[^ -~\r\n]"), "Parquet", "convert it to CSV"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "UTF-16", "iconv -f UTF-16 -t UTF-8 converts it"),
)


@dataclass(frozen=True)
class FileBlocks:
    """The blocks of a file's body: it can be read again, and sent elsewhere to be read."""

    location: Location | Spool
    offset: int
    first_line: int
    block_bytes: int

    def __iter__(self) -> Iterator[Block]:
        with self.location.open() as stream:
            stream.seek(self.offset)
            yield from blocks(stream, self.location.name, self.first_line, self.block_bytes)


@dataclass(frozen=True)
class CsvPartition:
    """The rows of some blocks."""

    body: Iterable[Block]
    request: Request

    def chunks(self) -> Iterator[Chunk]:
        for block in self.body:
            parsed = plain.parse(block, self.request) or general.parse(block, self.request)
            yield from parsed.chunks(self.request.source)


@dataclass(frozen=True)
class CsvTable:
    """A delimited text whose header has been read."""

    name: str
    dialect: Dialect
    header: Sequence[str]
    body: Iterable[Block]

    def partitions(self, columns: Sequence[Column]) -> Sequence[CsvPartition]:
        wanted = {find(self.header, column.name, self.name): column for column in columns}
        request = Request(self.name, self.dialect, len(self.header), wanted)
        return [CsvPartition(self.body, request)]


def open_csv(
    location: Location | Spool, dialect: Dialect, block_bytes: int = BLOCK_BYTES
) -> CsvTable:
    """Read the header of a delimited text.

    Raises
    ------
    InputError
        If it cannot be opened, is empty, or is something other than UTF-8 text.
    """
    name, stream = location.name, location.open()
    with contextlib.ExitStack() as cleanup:
        cleanup.enter_context(stream)
        _refuse_other_formats(stream.peek(PEEKED), name)
        if location.reopens:
            pieces = blocks(stream, name, block_bytes=min(HEADER_BYTES, block_bytes))
            header, rest, offset = _header(pieces, dialect, name)
            body = FileBlocks(location, offset, rest.first_line, block_bytes)
            return CsvTable(name, dialect, header, body)
        pieces = blocks(stream, name, block_bytes=block_bytes)
        header, rest, _ = _header(pieces, dialect, name)
        cleanup.pop_all()  # the one partition that it has reads on from here
        return CsvTable(name, dialect, header, itertools.chain([rest], pieces))


def _refuse_other_formats(start: bytes, name: str) -> None:
    for magic, what, hint in OTHER_FORMATS:
        if magic.match(start):
            raise InputError(f"is not UTF-8 text: it looks like {what}", name, hint)


def _header(pieces: Iterator[Block], dialect: Dialect, name: str) -> tuple[list[str], Block, int]:
    """Return the names in the first record, the rest of its block, and the bytes before that."""
    offset = 0
    for piece in pieces:
        mark = len(BYTE_ORDER_MARK) if _starts_with_mark(piece) else 0
        data = piece.data[mark:]
        for record in records(data, piece.first_line, dialect, name):
            if not record.is_blank:
                rest = Block(data[record.end :], record.next_line)
                return _names(record, name), rest, offset + mark + record.end
        offset += len(piece.data)
    raise InputError("is empty", name)


def _starts_with_mark(piece: Block) -> bool:
    return piece.first_line == 1 and piece.data.startswith(BYTE_ORDER_MARK)


def _names(record: Record, source: str) -> list[str]:
    try:
        names = [cell.decode("utf-8") for cell in record.fields]
    except UnicodeDecodeError:
        raise RowError.at(
            source, record.line, "the header is not UTF-8",
            "iconv -f LATIN1 -t UTF-8 converts a file from Latin-1",
        ) from None  # fmt: skip
    if any("\0" in name for name in names):
        raise RowError.at(
            source, record.line, "the header holds a NUL byte; it looks like UTF-16",
            "iconv -f UTF-16 -t UTF-8 converts it",
        )  # fmt: skip
    return names
