"""Cutting a stream of bytes into blocks of whole records, in bounded memory."""

from collections.abc import Generator, Iterable, Iterator
from functools import cached_property
from typing import Protocol

import numpy as np

from cecli.core.dataclasses import dataclass
from cecli.core.errors import CecliError, RowError
from cecli.core.table import End
from cecli.readers.bytes.streams import Span, read
from cecli.readers.text import native
from cecli.readers.text.dialect import NEWLINE, Dialect, quotes_of, records

BLOCK_BYTES = 2 << 20
LONGEST_RECORD = 16 << 20
# So many bytes show whether they begin inside quotes.
SEEN_BYTES = 64 << 10


@dataclass(frozen=True)
class Block:
    """Whole records, each ended by a newline, and the line on which the first begins.

    Attributes
    ----------
    text : bytes that begin with the records.
    size : the number of bytes of the records; None for all of `text`. This avoids a copy.
    """

    text: bytes
    first_line: int
    size: int | None = None

    @cached_property
    def data(self) -> bytes:
        """The bytes of the records only."""
        return self.text[: self.size]

    def __len__(self) -> int:
        return len(self.text) if self.size is None else self.size

    @cached_property
    def lines(self) -> int:
        """The number of lines of the records."""
        return _lines(memoryview(self.text)[: self.size])

    def set_lines(self, lines: int) -> None:
        """Record the line count that the parser found, so that it is not counted again."""
        self.__dict__["lines"] = lines


class Readable(Protocol):
    """A stream that can be read to its end."""

    def read(self, size: int, /) -> bytes | None:
        """Return some bytes, b"" at the end, or None if there are none yet."""
        ...


def blocks(
    stream: Readable,
    source: str,
    dialect: Dialect,
    first_line: int = 1,
    block_bytes: int = BLOCK_BYTES,
) -> Generator[Block, None, End]:
    """Yield the stream's records in blocks of about block_bytes.

    If the last record lacks its newline, it is added.

    Returns
    -------
    the line after the last, and whether a quote was still open.

    Raises
    ------
    RowError
        If a record is longer than 16 MiB, for example because a quote is never closed.
    InputError
        If reading fails.
    """
    line, pending, is_open, quote = first_line, bytearray(), False, dialect.quote
    span = stream if isinstance(stream, Span) else None
    if span and span.may_begin_inside_quotes and _begins_inside_quotes(span, dialect):
        # The part before it is read on through this one, which has no records of its own.
        return End(line, in_quotes=True)
    while piece := read(stream, block_bytes, source, line):
        has_quote, block, end = quote in piece, None, 0
        if not pending and span and span.is_part:
            end = _end_of_records(piece, dialect, source)[0] if has_quote else _end_of_lines(piece)
        if span and end and (end == len(piece) or not span.has_ended):
            # The incomplete record is read again, so that nothing is copied.
            span.rewind(len(piece) - end)
            block = Block(piece, line, end)
        elif not has_quote and (is_open or NEWLINE not in piece):
            pending += piece
        elif not has_quote and quote not in pending:
            # Without quotes, every newline ends a record.
            end = _end_of_lines(piece)
            block = Block(b"".join((pending, memoryview(piece)[:end])), line)
            pending = bytearray(memoryview(piece)[end:])
        else:
            pending += piece
            end, is_open = _end_of_records(bytes(pending), dialect, source)
            block = Block(bytes(pending[:end]), line) if end else None
            pending = pending[end:]
        if block is not None:
            _refuse_long_records(block, source, quote)
            yield block
            line += block.lines
        if len(pending) > LONGEST_RECORD:
            raise _too_long(pending, source, line, quote)
    if pending:
        last = bytes(pending) + (b"" if pending.endswith(NEWLINE) else NEWLINE)
        is_open = _end_of_records(last, dialect, source)[1]
        yield Block(last, line)
        line += _lines(last)
    return End(line, is_open)


def in_parts(found: Iterable[Block], size: int) -> Iterator[tuple[Block, ...]]:
    """Yield blocks together, so many that they have this size; those before an error first."""
    some: list[Block] = []
    try:
        for block in found:
            some.append(block)
            if sum(map(len, some)) > size - BLOCK_BYTES // 2:
                yield tuple(some)
                some = []
    except CecliError:
        if some:
            yield tuple(some)
        raise
    if some:
        yield tuple(some)


def halved(block: Block, dialect: Dialect, source: str) -> tuple[Block, ...]:
    """Return a block in two, cut at the end of a record near its middle; () if there is none."""
    data = block.data
    end = _end_of_records(data[: len(data) // 2], dialect, source)[0]
    if not end:
        return ()
    first = data[:end]
    return Block(first, block.first_line), Block(data[end:], block.first_line + _lines(first))


def end_of_records(data: bytes, dialect: Dialect, source: str) -> int:
    """Return the end of the last whole record of a text that begins with a record."""
    return _end_of_records(data, dialect, source)[0]


def _begins_inside_quotes(span: Span, dialect: Dialect) -> bool:
    """Return whether the lines of a span seem to begin inside quotes, by the first of them.

    They do if their quotes are strict after one more quote, and not without it.
    """
    piece = span.read(SEEN_BYTES)
    span.rewind(len(piece))
    if dialect.quote not in piece or _end_of_strict_records(piece, dialect) is not None:
        return False
    return _end_of_strict_records(dialect.quote + piece, dialect) is not None


def _refuse_long_records(block: Block, source: str, quote: bytes) -> None:
    """Raise a RowError at the first record of the block that is too long."""
    if len(block) <= LONGEST_RECORD:
        return
    text = np.frombuffer(block.data, dtype=np.uint8)
    outside = ~np.bitwise_xor.accumulate(text == quote[0])
    ends = np.flatnonzero((text == NEWLINE[0]) & outside)
    lengths = np.diff(ends, prepend=-1)
    if lengths.max() > LONGEST_RECORD:
        record = int(np.argmax(lengths > LONGEST_RECORD))
        start = int(ends[record] - lengths[record]) + 1
        line = block.first_line + _lines(block.data[:start])
        raise _too_long(block.data[start : ends[record]], source, line, quote)


def _end_of_lines(piece: bytes) -> int:
    return piece.rfind(NEWLINE) + 1


def _lines(data: bytes | memoryview) -> int:
    if native.scanner is not None:
        return native.scanner.count_newlines(data)
    # bytes.count() is fast only for rare bytes.
    return int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == NEWLINE[0]))


def _end_of_records(data: bytes, dialect: Dialect, source: str) -> tuple[int, bool]:
    """Return the end of the last whole record, and whether a quote is open after it.

    If quotes are not strict, the records are parsed one by one to find their ends.
    """
    if not data:
        return 0, False
    strict = _end_of_strict_records(data, dialect)
    if strict is not None:
        return strict
    end = 0
    for record in records(data, 1, dialect, source):
        if record.is_unclosed:
            return end, True
        if record.end < len(data) or data.endswith(NEWLINE):
            end = record.end
    return end, False


def _end_of_strict_records(data: bytes, dialect: Dialect) -> tuple[int, bool] | None:
    if native.scanner is not None:
        return native.scanner.end_of_records(data, dialect.delimiter, dialect.quote)
    text = np.frombuffer(data, dtype=np.uint8)
    quotes = quotes_of(text, dialect)
    if not quotes.are_strict:
        return None
    ends = np.flatnonzero((text == NEWLINE[0]) & ~quotes.inside)
    return int(ends[-1]) + 1 if ends.size else 0, bool(quotes.inside[-1])


def _too_long(pending: bytes | bytearray, source: str, line: int, quote: bytes) -> RowError:
    limit = f"{LONGEST_RECORD >> 20} MiB"
    if quote in pending:
        return RowError.at(
            source, line, f"the record that begins here is longer than {limit}",
            "it contains a quote: is it never closed?",
        )  # fmt: skip
    return RowError.at(
        source, line, f"the line is longer than {limit}", "is this a delimited text file?"
    )
