"""The records of an array, each on a line of its own, in bounded memory."""

import re
from collections.abc import Generator, Iterable, Iterator

from cecli.core.dataclasses import dataclass
from cecli.core.errors import CecliError, RowError, UnreadableError
from cecli.core.table import NOWHERE, End
from cecli.readers.bytes.sources import Source
from cecli.readers.bytes.streams import TEXT_PIECE, read
from cecli.readers.json import native
from cecli.readers.text.blocks import LONGEST_RECORD, Block, Readable
from cecli.readers.text.dialect import NEWLINE

BLANKS = b" \t\r\n"
TEXT = rb'"(?:[^"\\]++|\\.)*+"'
# Objects nested in a record that one expression finds; deeper ones are searched token by token.
LEVELS = 3


def _object(levels: int) -> bytes:
    inner = rb"|" + _object(levels - 1) if levels else b""
    return rb'\{(?:[^{}"]++|' + TEXT + inner + rb")*+\}"


RECORD = re.compile(_object(LEVELS), re.DOTALL)
TOKEN = re.compile(TEXT + rb"|[{}\"]", re.DOTALL)
BETWEEN = re.compile(rb"[ \t\r\n]*+")


@dataclass(frozen=True)
class ArrayBlocks:
    """The records of an array as blocks, each on a line, whose number is that of the record.

    Attributes
    ----------
    identity : the identity of the location when its first records were read.
    """

    source: Source
    block_bytes: int
    identity: object

    def __iter__(self) -> Generator[Block, None, End]:
        source = self.source
        with source.open() as stream:
            if source.location.identity() != self.identity:
                raise UnreadableError("was replaced while it was read", source.name)
            return (yield from array_blocks(stream, source.name, self.block_bytes))


def array_blocks(stream: Readable, source: str, block_bytes: int) -> Generator[Block, None, End]:
    """Yield the records of an array in blocks of about block_bytes.

    Raises
    ------
    RowError
        If an item is not an object, a comma is missing, or the array does not end.
    InputError
        If reading fails.
    """
    return (yield from in_blocks(array_lines(stream, source), block_bytes))


def in_blocks(lines: Iterable[bytes], block_bytes: int) -> Generator[Block, None, End]:
    """Yield whole lines in blocks of about block_bytes; if reading fails, those before that."""
    first, pieces, size = 1, list[bytes](), 0
    try:
        for piece in lines:
            pieces.append(piece)
            size += len(piece)
            if size >= block_bytes:
                block = Block(b"".join(pieces), first)
                yield block
                first, pieces, size = first + block.lines, [], 0
    except CecliError:
        # What is wrong in a record before is told first, however large blocks are.
        if pieces:
            yield Block(b"".join(pieces), first)
        raise
    if pieces:
        yield Block(b"".join(pieces), first)
    return NOWHERE


def array_lines(stream: Readable, source: str) -> Iterator[bytes]:
    """Yield the records of an array, one or many at a time, each on a line."""
    return _Array(stream, source).lines()


def first_array_lines(stream: Readable, source: str) -> Iterator[bytes]:
    """Yield the records of an array that other text may follow; see `array_lines`."""
    return _Array(stream, source).records()


class _Array:
    """An array that is read piece by piece."""

    def __init__(self, stream: Readable, source: str) -> None:
        self._stream, self._source = stream, source
        self._text, self._place, self._has_ended = b"", 0, False
        # The number of the record at which reading is.
        self._number = 1

    def lines(self) -> Iterator[bytes]:
        yield from self.records()
        if self._next():
            raise self._error("text follows the end of the array")

    def records(self) -> Iterator[bytes]:
        self._next()  # the bracket by which an array is recognised
        self._place += 1
        if (mark := self._next()) != b"]":
            mark = b","
            while mark == b",":
                if many := self._many():
                    yield many
                yield self._record()
                if (mark := self._next()) == b",":
                    self._place += 1
                    self._number += 1
            if mark != b"]":
                raise self._error("the array does not end" if not mark else "a comma is missing")
        self._place += 1

    def _error(self, what: str) -> RowError:
        is_cut = self._has_ended and self._place >= len(self._text)
        hint = "is the file cut off, or still being written?" if is_cut else ""
        return RowError.at(
            self._source, self._number, f"record {self._number:,}: {what}",
            hint or "an array of records is [{…}, {…}], without other text",
        )  # fmt: skip

    def _more(self) -> bool:
        """Read on; return whether there was more."""
        piece = b"" if self._has_ended else read(self._stream, TEXT_PIECE, self._source)
        self._has_ended = not piece
        self._text, self._place = self._text[self._place :] + piece, 0
        return bool(piece)

    def _next(self) -> bytes:
        """Move to the next character that is not blank, and return it; b"" at the end."""
        while True:
            found = BETWEEN.match(self._text, self._place)
            self._place = self._place if found is None else found.end()
            if self._place < len(self._text) or not self._more():
                return self._text[self._place : self._place + 1]

    def _many(self) -> bytes:
        """Return the records at this place that are followed by commas, as far as is read."""
        if native.converter is None:
            return b""
        lines, self._place, count = native.converter.split(self._text, self._place)
        self._number += count
        return lines

    def _record(self) -> bytes:
        """Return one record."""
        if (mark := self._next()) != b"{":
            raise self._error(
                "the array does not end" if not mark else
                "a comma is followed by the end" if mark == b"]" else "it is not an object"
            )  # fmt: skip
        while True:
            found = RECORD.match(self._text, self._place)
            end = _end_of_object(self._text, self._place) if found is None else found.end()
            if end:
                record = self._text[self._place : end]
                self._place = end
                return _on_one_line(record) + NEWLINE
            if len(self._text) - self._place > LONGEST_RECORD:
                raise self._error(f"it is longer than {LONGEST_RECORD >> 20} MiB")
            if not self._more():
                self._place = len(self._text)
                raise self._error("the record does not end")


def _on_one_line(record: bytes) -> bytes:
    """Return a record without newlines; in a text they stay an error, as another character."""
    if NEWLINE not in record:
        return record
    kept = TOKEN.sub(lambda token: token[0].replace(NEWLINE, b"\x01"), record)
    return kept.replace(NEWLINE, b" ")


def _end_of_object(text: bytes, start: int) -> int:
    """Return the end of the object that begins at start; 0 if the text ends before."""
    depth = 0
    for token in TOKEN.finditer(text, start):
        mark = token[0]
        if mark == b'"':
            return 0  # a text that does not end
        depth += (mark == b"{") - (mark == b"}")
        if not depth and mark == b"}":
            return token.end()
    return 0
