"""Delimited text: its header, and partitions that yield chunks of the requested columns."""

import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from io import BufferedReader, BytesIO

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, find_each
from cecli.core.chunk import Chunk
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import CecliError, InputError, RowError, UnreadableError
from cecli.core.table import NOWHERE, End, Partition
from cecli.readers.bytes.sources import Source
from cecli.readers.bytes.streams import Span, pieces_of, skip
from cecli.readers.text import compiled, native
from cecli.readers.text.blocks import BLOCK_BYTES, Block, blocks, end_of_records, halved, in_parts
from cecli.readers.text.dialect import ROW_NAME, Dialect, Record, records
from cecli.readers.text.parsed import Parsed, Request, WithPoints, are_enough, joined
from cecli.readers.views import Changed

HEADER_BYTES = 64 << 10
# Up to this size, the general parser is faster than halving and scanning again.
SMALLEST_HALVED = 4 << 10
# Parts are cut only by size, so that results cannot depend on the number of threads.
PART_BYTES = 8 << 20
# What is looked at before the rows are read, whatever the size of blocks.
BEGINNING_BYTES = 1 << 20


@dataclass(frozen=True)
class SourceBlocks:
    """Some blocks of a text's body, which can be read any number of times and in any thread.

    Attributes
    ----------
    start : the offset of the first record; if `is_cut`, it is moved to the end of its line.
    stop : the same for the record after the last; None for the end of the text.
    identity : the identity of the location when its header was read.
    follows : whether the record is known to begin there; else the first line may be inside quotes.
    """

    source: Source
    start: int
    stop: int | None
    first_line: int
    block_bytes: int
    identity: object
    is_cut: bool = False
    follows: bool = False

    @property
    def is_part(self) -> bool:
        """Whether the rest of the text is in other parts."""
        return self.is_cut or self.stop is not None

    def parts(self) -> "list[SourceBlocks]":
        """Return a body cut near fixed offsets, or whole if its size is not known."""
        if (size := self.source.size()) is None:
            return [self]
        cuts = list(range(self.start + PART_BYTES, size - PART_BYTES // 2, PART_BYTES))
        later = [replace(self, start=cut, first_line=0, is_cut=True) for cut in cuts]
        return [replace(x, stop=y) for x, y in zip([self, *later], [*cuts, None], strict=True)]

    def beginning(self) -> bytes:
        """Return the first bytes that can be read; whoever reads the rows says why not all."""
        found: list[bytes] = []
        with contextlib.suppress(CecliError), self.source.open() as stream:
            skip(stream, self.start, self.source.name)
            found.extend(pieces_of(stream, self.source.name, BEGINNING_BYTES))
        return b"".join(found)

    def __iter__(self) -> Generator[Block, None, End]:
        source = self.source
        with source.open() as stream:
            if source.location.identity() != self.identity:
                raise UnreadableError("was replaced while it was read", source.name)
            span = Span(
                stream, source.name, self.start, self.stop, after_newline=self.is_cut,
                may_begin_inside_quotes=self.is_cut and not self.follows,
            )  # fmt: skip
            end = yield from blocks(
                span, source.name, source.dialect, self.first_line, self.block_bytes
            )
        return end


def delimited(block: Block, request: Request) -> Iterator[Parsed]:
    """Yield a block's columns. A block that the fast reader rejects is halved repeatedly."""
    quick = compiled.parse(block, request)
    if quick is None and native.scanner is None:
        from cecli.readers.text import plain

        quick = plain.parse(block, request)
    if quick is not None:
        yield quick
        return
    halves = halved(block, request.dialect, request.source) if len(block) > SMALLEST_HALVED else ()
    if not halves:
        from cecli.readers.text import parsed as general

        yield general.parse(block, request)
    for half in halves:
        yield from delimited(half, request)


class StreamBlocks:
    """The blocks of a stream. They are read once, but the first of them can be looked at before."""

    def __init__(self, first: Block, others: Generator[Block, None, End]) -> None:
        self.first_line = first.first_line
        self._ahead, self._others = [first], others
        self._end: End | CecliError | None = None

    def beginning(self) -> bytes:
        while self._ahead and self._end is None and sum(map(len, self._ahead)) < BEGINNING_BYTES:
            try:
                self._ahead.append(next(self._others))
            except StopIteration as stop:
                self._end = stop.value
            except CecliError as error:
                self._end = error  # raised when the rows before it were read
        return b"".join(block.data for block in self._ahead)[:BEGINNING_BYTES]

    def __iter__(self) -> Generator[Block, None, End]:
        while self._ahead:
            yield self._ahead.pop(0)
        if isinstance(self._end, CecliError):
            raise self._end
        return (yield from self._others) if self._end is None else self._end


@dataclass(frozen=True)
class CsvPartition:
    """The rows of some blocks; `parse` yields the columns of a block."""

    body: Iterable[Block]
    request: Request
    continues: bool = False
    parse: Callable[[Block, Request], Iterator[Parsed]] = delimited

    @property
    def source(self) -> str:
        return self.request.source

    def parts(self) -> "Iterator[CsvPartition]":
        """Yield some blocks at a time as a partition, unless this is itself a part of a text."""
        if isinstance(self.body, SourceBlocks) and self.body.is_part:
            yield self
            return
        yield from (replace(self, body=some) for some in in_parts(self.body, PART_BYTES))

    def chunks(self) -> Generator[Chunk, None, End]:
        gathered = self._gathered()
        while True:
            try:
                parsed = next(gathered)
            except StopIteration as stop:
                return stop.value or NOWHERE
            yield from parsed.chunks(self.request.source)

    def _gathered(self) -> Generator[Parsed, None, End | None]:
        """Yield the columns of each block, joining blocks that have few rows."""
        found = iter(self.body)
        pieces: list[Parsed] = []
        while True:
            try:
                pieces += self.parse(next(found), self.request)
            except (StopIteration, CecliError) as reason:
                if pieces:
                    yield joined(pieces)
                if isinstance(reason, CecliError):
                    raise  # after the rows that were read before it
                return reason.value  # type: ignore[no-any-return]
            if are_enough(pieces):
                yield joined(pieces)
                pieces = []

    def rest(self, first_line: int) -> "CsvPartition | None":
        if not isinstance(self.body, SourceBlocks):
            # Nothing continues a block of a stream, which is in memory already.
            return self if isinstance(self.body, tuple) else None
        first = first_line or self.body.first_line
        return replace(self, body=replace(self.body, stop=None, first_line=first, follows=True))

    def through(self, later: Partition) -> "CsvPartition":
        match self.body, later:
            case SourceBlocks() as body, CsvPartition(body=SourceBlocks(stop=stop)):
                return replace(self, body=replace(body, stop=stop, follows=True))
        raise TypeError("only parts of a text go on")


@dataclass(frozen=True)
class CsvTable:
    """A delimited text whose header has been read.

    Attributes
    ----------
    first_line : the first line after the header.
    """

    name: str
    dialect: Dialect
    header: Sequence[str]
    bodies: Sequence[SourceBlocks | StreamBlocks]
    first_line: int = 1

    @property
    def names(self) -> Sequence[str]:
        return [self.name]

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[CsvPartition]:
        request = self._request(columns, bad_rows)
        return [
            CsvPartition(body, request, continues=place > 0)
            for place, body in enumerate(self.bodies)
        ]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> Partition:
        text, first_line = self.bodies[0].beginning(), self.bodies[0].first_line
        if len(text) == BEGINNING_BYTES:
            text = text[: end_of_records(text, self.dialect, self.name)]
        pieces = blocks(BytesIO(text), self.name, self.dialect, first_line, HEADER_BYTES)
        first = CsvPartition(tuple(pieces), self._request(columns, bad_rows))
        return Changed(first, WithPoints(self.dialect)) if self.dialect.decimal == b"," else first

    def _request(self, columns: Sequence[Column], bad_rows: BadRows) -> Request:
        places = find_each(self.header, [column.name for column in columns], self.name)
        wanted = dict(zip(places, columns, strict=True))
        return Request(self.name, self.dialect, len(self.header), wanted, bad_rows)


def open_csv(
    source: Source, block_bytes: int = BLOCK_BYTES, opened: BufferedReader | None = None
) -> CsvTable:
    """Read the header of a delimited text.

    Parameters
    ----------
    source : the text.
    block_bytes : the number of bytes read at a time.
    opened : the stream of its text, if it is already open.

    Raises
    ------
    InputError
        If it cannot be opened, is empty, or is something other than text.
    """
    name, dialect = source.name, source.dialect
    identity = source.location.identity() if source.reopens else None
    stream = source.open() if opened is None else opened
    with contextlib.ExitStack() as cleanup:
        cleanup.enter_context(stream)
        if source.reopens:
            pieces = blocks(stream, name, dialect, block_bytes=min(HEADER_BYTES, block_bytes))
            header, rest, offset = _header(pieces, dialect, name)
            body = SourceBlocks(source, offset, None, rest.first_line, block_bytes, identity)
            return CsvTable(name, dialect, header, body.parts(), rest.first_line)
        pieces = blocks(stream, name, dialect, block_bytes=block_bytes)
        header, rest, _ = _header(pieces, dialect, name)
        cleanup.pop_all()  # its only partition continues reading from here
        return CsvTable(name, dialect, header, [StreamBlocks(rest, pieces)], rest.first_line)


def _header(pieces: Iterator[Block], dialect: Dialect, name: str) -> tuple[list[str], Block, int]:
    """Return the column names, the rest of their block without blank lines, and its offset."""
    offset = start = 0
    for piece in pieces:
        for record in records(piece.data, piece.first_line, dialect, name):
            if record.is_blank:
                start = record.end
                continue
            if record.defect is not None:
                raise record.defect
            names = _names(record, name)
            if not dialect.has_header:
                names = [str(place) for place, _ in enumerate(names, 1)]
                return names, Block(piece.data[start:], record.line), offset + start
            rest = Block(piece.data[record.end :], record.next_line)
            names = [ROW_NAME, *names] if dialect.has_row_names else names
            return names, rest, offset + record.end
        offset, start = offset + len(piece.data), 0
    raise InputError("is empty", name, reason="empty")


def _names(record: Record, source: str) -> list[str]:
    try:
        names = [cell.decode("utf-8") for cell in record.fields]
    except UnicodeDecodeError:
        raise RowError.at(
            source, record.line, "the header is not UTF-8",
            "if the file is Latin-1, give --encoding latin-1",
        ) from None  # fmt: skip
    if any("\0" in name for name in names):
        raise RowError.at(
            source, record.line, "the header contains a NUL byte; it looks like UTF-16",
            "give --encoding utf-16, or utf-16-le",
        )  # fmt: skip
    return names
