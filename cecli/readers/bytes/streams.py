"""Streams of bytes built from other streams, in bounded memory, strict about their ends."""

import os
import select
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from typing import IO, Any, BinaryIO

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UnreadableError
from cecli.readers.text.dialect import NEWLINE

TEXT_PIECE = 1 << 20
HEAD = 512
# This many pieces exceed the longest record.
LINE_PIECES = 32


def read(stream: Any, size: int, source: str, line: int = 1) -> bytes:
    """Return the next bytes of a stream, at least one unless it has ended.

    Raises
    ------
    UnreadableError
        If reading fails.
    """
    try:
        # None, not b"", means that the pipe is non-blocking and has no bytes yet.
        while (piece := stream.read(size)) is None:
            select.select([stream], [], [])
        return bytes(piece)
    except OSError as error:
        raise _unreadable(error, source, line) from error


def _unreadable(error: OSError, source: str, line: int = 1) -> UnreadableError:
    place = f" after line {line - 1}" if line > 1 else ""
    return UnreadableError(f"reading failed{place}: {error.strerror or error}", source)


def head_of(stream: BufferedReader, source: str) -> tuple[bytes, BufferedReader]:
    """Return a stream's first bytes, and a stream that still begins with them."""
    head = b""
    while len(head) < HEAD and (piece := read(stream, HEAD - len(head), source)):
        head += piece
    if not head:
        return head, stream
    if stream.seekable():
        stream.seek(-len(head), 1)
        return head, stream
    return head, BufferedReader(_Rewound(head, stream))


def pieces_of(stream: Any, source: str, size: int) -> Iterator[bytes]:
    """Yield the next bytes of a stream, until there are as many as wanted or it has ended."""
    while size and (piece := read(stream, size, source)):
        size -= len(piece)
        yield piece


def skip(stream: BinaryIO, size: int, source: str) -> None:
    """Skip a number of bytes."""
    if stream.seekable():
        stream.seek(size, 1)
        return
    while size and (piece := read(stream, min(size, TEXT_PIECE), source)):
        size -= len(piece)


class Span:
    """The lines of a stream between two offsets.

    Both offsets are moved to the end of their line, unless they are there already: a line belongs
    to the span that contains its first byte. The stream must be seekable if the span is only a part
    of it.

    Parameters
    ----------
    after_newline : whether a line begins at `start` only if a newline precedes it.
    may_begin_inside_quotes : whether its first line need not be the first of a record.
    """

    def __init__(
        self,
        stream: BinaryIO,
        source: str,
        start: int,
        stop: int | None,
        *,
        after_newline: bool,
        may_begin_inside_quotes: bool = False,
    ) -> None:
        self._stream, self._source, self._stop = stream, source, stop
        self.may_begin_inside_quotes = may_begin_inside_quotes
        self.is_part = after_newline or stop is not None
        self._position = start
        if stop is not None:
            # The end of the last line is found first. Appending it later would copy all bytes.
            skip(stream, stop - 1, source)
            line = self._line()
            if not line:
                raise self._truncated()
            self._stop = stop - 1 + len(line)
            stream.seek(-self._stop, os.SEEK_CUR)
        # The newline before start shows whether a line begins there.
        skip(stream, start - after_newline, source)
        if after_newline:
            self._position += len(self._line()) - 1

    def read(self, size: int) -> bytes:
        """Return the next bytes, at least one unless the span has ended."""
        if self._stop is None:
            return read(self._stream, size, self._source)
        if self.has_ended:
            return b""
        # A small rest is read along with this piece.
        rest = self._stop - self._position
        piece = read(self._stream, rest if rest < size + size // 8 else size, self._source)
        if not piece:
            raise self._truncated()
        self._position += len(piece)
        return piece

    @property
    def has_ended(self) -> bool:
        """Whether its last line has been read; false if only the stream's end can show it."""
        return self._stop is not None and self._position >= self._stop

    def rewind(self, size: int) -> None:
        """Go back by a number of the bytes read last."""
        if size:
            self._stream.seek(-size, os.SEEK_CUR)
            self._position -= size

    def _truncated(self) -> UnreadableError:
        return UnreadableError("was truncated while it was read", self._source)

    def _line(self) -> bytes:
        """Return the rest of a line, cut off only when longer than any record may be."""
        try:
            pieces = [self._stream.readline(TEXT_PIECE)]
            while pieces[-1] and not pieces[-1].endswith(NEWLINE) and len(pieces) < LINE_PIECES:
                pieces.append(self._stream.readline(TEXT_PIECE))
        except OSError as error:
            raise _unreadable(error, self._source) from error
        return b"".join(pieces)


class Filter(RawIOBase):
    """Bytes that `_next` computes, a piece at a time; b"" at the end."""

    def __init__(self, stream: BinaryIO, source: str) -> None:
        self._stream, self._source = stream, source
        self._ready = memoryview(b"")

    def close(self) -> None:
        super().close()
        self._stream.close()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            piece = self._next(len(buffer))
            if piece is None:
                return 0
            self._ready = memoryview(piece)
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _next(self, size: int) -> bytes | None:
        """Return about size bytes, or none yet (b""); None at the end."""
        raise NotImplementedError


class _Rewound(RawIOBase):
    """A stream whose first bytes have been read, from its beginning."""

    def __init__(self, head: bytes, rest: BufferedReader) -> None:
        self._head, self._rest = head, rest

    def close(self) -> None:
        super().close()
        self._rest.close()

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._rest.fileno()

    def readinto(self, buffer: Any) -> int | None:
        if not self._head:
            # Reading straight into the buffer avoids a copy.
            return self._rest.readinto(buffer)
        size = min(len(buffer), len(self._head))
        buffer[:size] = self._head[:size]
        self._head = self._head[size:]
        return size


class _Reading(RawIOBase):
    """A reader of an open file with its own position; as long as there is one, the file is open."""

    def __init__(self, spool: "Spool") -> None:
        self._spool = spool
        self._descriptor = spool.file.fileno()
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}.get(whence)
        self._position = offset + (os.fstat(self._descriptor).st_size if base is None else base)
        return self._position

    def readinto(self, buffer: Any) -> int:
        data = os.pread(self._descriptor, len(buffer), self._position)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


@dataclass(frozen=True)
class Spool:
    """A location with the contents of a stream. It can be opened any number of times."""

    name: str
    file: IO[bytes]
    path: str = ""
    reopens: bool = True

    def open(self) -> BufferedReader:
        """Return a stream of the bytes, from the first."""
        return BufferedReader(_Reading(self))

    def identity(self) -> object:
        return None


def spooled(stream: IO[bytes], name: str) -> Spool:
    """Copy a stream into a temporary file.

    Raises
    ------
    UnreadableError
        If the stream cannot be read, or the file cannot be written.
    """
    # Most runs keep no stream, so they should not wait for these imports.
    import tempfile
    import weakref

    file = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the spool)
    spool = Spool(name, file)
    weakref.finalize(spool, file.close)
    try:
        while piece := read(stream, TEXT_PIECE, name):
            file.write(piece)
        file.flush()
    except OSError as error:
        raise UnreadableError(
            f"cannot be copied into a temporary file: {error.strerror}",
            name,
            "it is a stream, and must be read in several passes or places: save it as a file first",
        ) from error
    return spool
