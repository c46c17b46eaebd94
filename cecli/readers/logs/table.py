"""A log as a table: a row for each token, or for each choice of a document."""

from collections.abc import Generator, Iterable, Sequence
from functools import partial
from io import BufferedReader

from cecli.columns.bad_rows import STRICT, BadRows
from cecli.columns.column import Column, find_each
from cecli.core.dataclasses import dataclass, replace
from cecli.core.errors import CecliError, InputError, UnreadableError
from cecli.core.table import End, Table
from cecli.options.reading import Tool
from cecli.readers.bytes.sources import Source
from cecli.readers.bytes.streams import head_of
from cecli.readers.json import begins_json
from cecli.readers.json.arrays import ArrayBlocks, array_blocks, first_array_lines, in_blocks
from cecli.readers.json.records import DELIMITED, record_of
from cecli.readers.json.tables import ARRAY
from cecli.readers.logs.layouts import HEADERS, TOLD
from cecli.readers.logs.rows import filter_of, parsed_log
from cecli.readers.logs.samples import Samples, is_whole_log
from cecli.readers.text.blocks import Block, Readable, blocks
from cecli.readers.text.csv import CsvPartition, SourceBlocks
from cecli.readers.text.parsed import Request


@dataclass(frozen=True)
class LogTable:
    """The rows of a log. A row is numbered by the line of its record, or by its place in an array.

    Its first thread cuts the text into blocks for all others, so that the line of a record is known
    where it is read: it is the document's name if the record has none.

    Attributes
    ----------
    prefix : what the name of a document begins with, if others are read together with it.
    kept : the filter of the first record, and so of all, of lm-eval.
    """

    name: str
    tool: Tool
    body: Iterable[Block]
    prefix: str = ""
    kept: str | None = None

    @property
    def names(self) -> Sequence[str]:
        return [self.name]

    @property
    def header(self) -> Sequence[str]:
        return HEADERS[self.tool]

    def partitions(
        self, columns: Sequence[Column], bad_rows: BadRows = STRICT
    ) -> Sequence[CsvPartition]:
        find_each(self.header, [column.name for column in columns], self.name)
        request = Request(self.name, DELIMITED, len(columns), dict(enumerate(columns)), bad_rows)
        parse = partial(parsed_log, self.tool, self.prefix, self.kept)
        return [CsvPartition(self.body, request, parse=parse)]

    def beginning(self, columns: Sequence[Column], bad_rows: BadRows) -> CsvPartition | None:
        """Return the first part; None if it is a stream, which is read once."""
        is_kept = not isinstance(self.body, Generator)
        return self.partitions(columns, bad_rows)[0] if is_kept else None


def told_apart(tables: Sequence[Table]) -> list[Table]:
    """Return logs whose documents have the number of their input in their names: 2:17.

    Each input numbers its documents from the start, and those of one name are taken for one.
    """
    logs = enumerate(tables, 1)
    return [replace(x, prefix=f"{i}:") if isinstance(x, LogTable) else x for i, x in logs]


@dataclass(frozen=True)
class SampleBlocks:
    """The samples inside of a log of inspect_ai as blocks, each on a line."""

    source: Source
    block_bytes: int
    identity: object

    def __iter__(self) -> Generator[Block, None, End]:
        with self.source.open() as stream:
            if self.source.location.identity() != self.identity:
                raise UnreadableError("was replaced while it was read", self.source.name)
            return (yield from _samples(stream, self.source.name, self.block_bytes))


def _samples(stream: Readable, source: str, block_bytes: int) -> Generator[Block, None, End]:
    lines = first_array_lines(Samples(stream, source), source)
    return (yield from in_blocks(lines, block_bytes))


def _with_filter(log: LogTable) -> LogTable:
    """Return a log that knows the filter of its first record."""
    first = next(iter(log.body), None)
    if first is None:
        return log
    body = _again(first, log.body) if isinstance(log.body, Generator) else log.body
    records = (line for line in first.data.split(b"\n") if line.strip())
    try:
        kept = filter_of(record_of(next(records, b"{}"), log.name, first.first_line))
    except CecliError:
        kept = None  # whoever reads the rows reports it
    return replace(log, body=body, kept=kept)


def _again(first: Block, others: Generator[Block, None, End]) -> Generator[Block, None, End]:
    """Yield all blocks of a stream of which the first was read."""
    yield first
    return (yield from others)


def open_log(source: Source, block_bytes: int, opened: BufferedReader, tool: Tool) -> LogTable:
    """Return the log in a text, of which only the first bytes are read.

    Parameters
    ----------
    opened : the stream of the text.

    Raises
    ------
    InputError
        If it has no records.
    """
    found = _opened(source, block_bytes, opened, tool)
    return _with_filter(found) if tool is Tool.LM_EVAL else found


def _opened(source: Source, block_bytes: int, opened: BufferedReader, tool: Tool) -> LogTable:
    name = source.name
    source = replace(source, dialect=replace(DELIMITED, comment=source.dialect.comment))
    identity = source.location.identity() if source.reopens else None
    head, stream = head_of(opened, name)
    if not begins_json(head):
        stream.close()
        what = "has no records of JSON" if head.strip() else "is empty"
        raise InputError(f"{what}, so it is no log of {tool}", name, f"{tool} writes {TOLD[tool]}")
    if source.reopens:
        stream.close()
    if tool is Tool.INSPECT and is_whole_log(head):
        if not source.reopens:
            return LogTable(name, tool, _samples(stream, name, block_bytes))
        return LogTable(name, tool, SampleBlocks(source, block_bytes, identity))
    is_array = ARRAY.match(head) is not None
    if not source.reopens:
        pieces = array_blocks if is_array else partial(blocks, dialect=source.dialect)
        return LogTable(name, tool, pieces(stream, name, block_bytes=block_bytes))
    if is_array:
        return LogTable(name, tool, ArrayBlocks(source, block_bytes, identity))
    return LogTable(name, tool, SourceBlocks(source, 0, None, 1, block_bytes, identity))
