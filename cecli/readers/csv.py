"""Delimited text: its header, and partitions that yield chunks of the columns asked for."""

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader

from cecli.bad_rows import STRICT, BadRows
from cecli.chunk import Chunk
from cecli.columns import Column, find
from cecli.errors import InputError, RowError
from cecli.readers import general, plain
from cecli.readers.blocks import BLOCK_BYTES, Block, blocks
from cecli.readers.dialect import Dialect
from cecli.readers.parsed import Request
from cecli.readers.records import Record, records
from cecli.readers.sources import Source
from cecli.readers.streams import skip

HEADER_BYTES = 64 << 10


@dataclass(frozen=True)
class SourceBlocks:
    """The blocks of a text's body: it can be read again, and sent elsewhere to be read."""

    source: Source
    offset: int
    first_line: int
    block_bytes: int
    identity: object

    def __iter__(self) -> Iterator[Block]:
        source = self.source
        with source.open() as stream:
            if source.location.identity() != self.identity:
                raise InputError("was replaced while it was read", source.name)
            skip(stream, self.offset, source.name)
            yield from blocks(
                stream, source.name, source.dialect, self.first_line, self.block_bytes
            )


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

    @property
    def names(self) -> Sequence[str]:
        return [self.name]

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[CsvPartition]:
        wanted = {find(self.header, column.name, self.name): column for column in columns}
        request = Request(self.name, self.dialect, len(self.header), wanted, bad_rows)
        return [CsvPartition(self.body, request)]


def open_csv(
    source: Source, block_bytes: int = BLOCK_BYTES, opened: BufferedReader | None = None
) -> CsvTable:
    """Read the header of a delimited text.

    Parameters
    ----------
    source : the text.
    block_bytes : how much of it is read at a time.
    opened : its bytes, where they have been opened already.

    Raises
    ------
    InputError
        If it cannot be opened, is empty, or is something other than text.
    """
    name, dialect = source.name, source.dialect
    identity = source.location.identity() if source.reopens else None
    stream = source.open(opened)
    with contextlib.ExitStack() as cleanup:
        cleanup.enter_context(stream)
        if source.reopens:
            pieces = blocks(stream, name, dialect, block_bytes=min(HEADER_BYTES, block_bytes))
            header, rest, offset = _header(pieces, dialect, name)
            body = SourceBlocks(source, offset, rest.first_line, block_bytes, identity)
            return CsvTable(name, dialect, header, body)
        pieces = blocks(stream, name, dialect, block_bytes=block_bytes)
        header, rest, _ = _header(pieces, dialect, name)
        cleanup.pop_all()  # the one partition that it has reads on from here
        return CsvTable(name, dialect, header, itertools.chain([rest], pieces))


def _header(pieces: Iterator[Block], dialect: Dialect, name: str) -> tuple[list[str], Block, int]:
    """Return the column names, the rest of the block that told them, and the bytes before that."""
    offset = 0
    for piece in pieces:
        for record in records(piece.data, piece.first_line, dialect, name):
            if record.is_blank:
                continue
            if record.defect is not None:
                raise record.defect
            names = _names(record, name)
            if not dialect.has_header:
                # The record is data: it is read once more.
                numbers = [str(place) for place in range(1, len(names) + 1)]
                return numbers, piece, offset
            rest = Block(piece.data[record.end :], record.next_line)
            return names, rest, offset + record.end
        offset += len(piece.data)
    raise InputError("is empty", name)


def _names(record: Record, source: str) -> list[str]:
    try:
        names = [cell.decode("utf-8") for cell in record.fields]
    except UnicodeDecodeError:
        raise RowError.at(
            source, record.line, "the header is not UTF-8",
            "--encoding latin-1 reads a file that is Latin-1",
        ) from None  # fmt: skip
    if any("\0" in name for name in names):
        raise RowError.at(
            source, record.line, "the header holds a NUL byte; it looks like UTF-16",
            "--encoding utf-16, or utf-16-le, reads it",
        )  # fmt: skip
    return names
