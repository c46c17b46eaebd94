"""Cutting a stream of bytes into blocks of whole records, in bounded memory."""

import select
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from cecli.errors import InputError, RowError
from cecli.readers.dialect import NEWLINE, QUOTE

BLOCK_BYTES = 4 << 20
LONGEST_RECORD = 16 << 20


@dataclass(frozen=True)
class Block:
    """Whole records, each ended by a newline, and the line on which the first begins."""

    data: bytes
    first_line: int


def blocks(
    stream: BinaryIO, source: str, first_line: int = 1, block_bytes: int = BLOCK_BYTES
) -> Iterator[Block]:
    """Yield the stream's records in blocks of about block_bytes.

    The last record may lack its newline; it is added.

    Raises
    ------
    RowError
        If a record is longer than 16 MiB, which an unclosed quote makes it.
    InputError
        If reading fails.
    """
    line, pending = first_line, bytearray()
    while piece := read(stream, block_bytes, source, line):
        pending += piece
        end = _end_of_records(pending, len(pending) - len(piece))
        if end:
            data = bytes(pending[:end])
            del pending[:end]
            block = Block(data, line)
            _refuse_long_records(block, source)
            yield block
            line += _lines(data)
        if len(pending) > LONGEST_RECORD:
            raise _too_long(pending, source, line)
    if pending:
        yield Block(bytes(pending) + (b"" if pending.endswith(NEWLINE) else NEWLINE), line)


def _refuse_long_records(block: Block, source: str) -> None:
    """Raise a RowError at a record that is too long, though it ended in the block."""
    if len(block.data) <= LONGEST_RECORD:
        return
    text = np.frombuffer(block.data, dtype=np.uint8)
    outside = ~np.bitwise_xor.accumulate(text == QUOTE[0])
    ends = np.flatnonzero((text == NEWLINE[0]) & outside)
    lengths = np.diff(ends, prepend=-1)
    if lengths.max() > LONGEST_RECORD:
        record = int(np.argmax(lengths > LONGEST_RECORD))
        start = int(ends[record] - lengths[record]) + 1
        line = block.first_line + _lines(block.data[:start])
        raise _too_long(bytearray(block.data[start : ends[record]]), source, line)


def _lines(data: bytes) -> int:
    # bytes.count() is quick for rare bytes only
    return int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == NEWLINE[0]))


def read(stream: BinaryIO, size: int, source: str, line: int = 1) -> bytes:
    """Return the next bytes of a stream: some, unless it has ended.

    Raises
    ------
    InputError
        If reading fails.
    """
    try:
        # None, not b"": whoever opened the pipe wants no waiting, and there is nothing yet.
        while (piece := stream.read(size)) is None:
            select.select([stream], [], [])
        return piece
    except OSError as error:
        raise InputError(
            f"reading failed after line {line - 1}: {error.strerror or error}", source
        ) from error


def _end_of_records(pending: bytearray, fresh: int) -> int:
    """Return the end of the last whole record: after the last newline outside quotes.

    Before position fresh there is no such newline.
    """
    end = pending.rfind(NEWLINE) + 1
    if not end or not (quotes := pending.count(QUOTE, 0, end)):
        return end
    while quotes % 2:
        newline = pending.rfind(NEWLINE, fresh, end - 1)
        if newline < 0:
            return 0
        quotes -= pending.count(QUOTE, newline + 1, end)
        end = newline + 1
    return end


def _too_long(pending: bytearray, source: str, line: int) -> RowError:
    limit = f"{LONGEST_RECORD >> 20} MiB"
    if QUOTE in pending:
        return RowError.at(
            source, line, f"a record that begins here is longer than {limit}",
            "it holds a quote: is it never closed?",
        )  # fmt: skip
    return RowError.at(
        source, line, f"a line is longer than {limit}", "is this a delimited text file?"
    )
