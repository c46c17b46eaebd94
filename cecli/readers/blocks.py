"""Cutting a stream of bytes into blocks of whole records, in bounded memory."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from cecli.errors import RowError
from cecli.readers import End
from cecli.readers.dialect import NEWLINE, Dialect
from cecli.readers.streams import read

BLOCK_BYTES = 1 << 20
LONGEST_RECORD = 16 << 20


@dataclass(frozen=True)
class Block:
    """Whole records, each ended by a newline, and the line on which the first begins."""

    data: bytes
    first_line: int


class Readable(Protocol):
    """What can be read until it ends."""

    def read(self, size: int, /) -> bytes | None:
        """Return some bytes, b"" at the end, or None where there are none yet."""
        ...


def blocks(
    stream: Readable,
    source: str,
    dialect: Dialect,
    first_line: int = 1,
    block_bytes: int = BLOCK_BYTES,
) -> Generator[Block, None, End]:
    """Yield the stream's records in blocks of about block_bytes.

    The last record may lack its newline; it is added.

    Returns
    -------
    the line after the last, and whether the number of quotes was odd.

    Raises
    ------
    RowError
        If a record is longer than 16 MiB, which an unclosed quote makes it.
    InputError
        If reading fails.
    """
    line, pending, quote, quotes = first_line, b"", dialect.quote, 0
    while piece := read(stream, block_bytes, source, line):
        in_piece = piece.count(quote)
        quotes += in_piece
        if in_piece or quotes % 2 or quote in pending:
            pending += piece
            end = _end_of_records(pending, len(pending) - len(piece), quote)
            data, pending = pending[:end], pending[end:]
        else:
            # Without quotes, every newline ends a record.
            end = piece.rfind(NEWLINE) + 1
            data, pending = (pending + piece[:end], piece[end:]) if end else (b"", pending + piece)
        if data:
            block = Block(data, line)
            _refuse_long_records(block, source, quote)
            yield block
            line += _lines(data)
        if len(pending) > LONGEST_RECORD:
            raise _too_long(pending, source, line, quote)
    if pending:
        last = pending if pending.endswith(NEWLINE) else pending + NEWLINE
        yield Block(last, line)
        line += _lines(last)
    return End(line, quotes % 2 == 1)


def _refuse_long_records(block: Block, source: str, quote: bytes) -> None:
    """Raise a RowError at a record that is too long, though it ended in the block."""
    if len(block.data) <= LONGEST_RECORD:
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


def _lines(data: bytes) -> int:
    # bytes.count() is quick for rare bytes only
    return int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == NEWLINE[0]))


def _end_of_records(pending: bytes, fresh: int, quote: bytes) -> int:
    """Return the end of the last whole record: after the last newline outside quotes.

    Before position fresh there is no such newline.
    """
    end = pending.rfind(NEWLINE) + 1
    if not end or not (quotes := pending.count(quote, 0, end)):
        return end
    while quotes % 2:
        newline = pending.rfind(NEWLINE, fresh, end - 1)
        if newline < 0:
            return 0
        quotes -= pending.count(quote, newline + 1, end)
        end = newline + 1
    return end


def _too_long(pending: bytes, source: str, line: int, quote: bytes) -> RowError:
    limit = f"{LONGEST_RECORD >> 20} MiB"
    if quote in pending:
        return RowError.at(
            source, line, f"a record that begins here is longer than {limit}",
            "it holds a quote: is it never closed?",
        )  # fmt: skip
    return RowError.at(
        source, line, f"a line is longer than {limit}", "is this a delimited text file?"
    )
