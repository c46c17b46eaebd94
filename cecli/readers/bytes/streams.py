"""Streams of bytes made from streams of bytes: bounded in memory, strict about where they end."""

import os
import select
import shutil
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from typing import IO, Any, BinaryIO

from cecli.core.errors import UnreadableError
from cecli.readers.text.dialect import NEWLINE

TEXT_PIECE = 1 << 20
HEAD = 512
# More pieces of a line than a record may be long.
LINE_PIECES = 32


def read(stream: Any, size: int, source: str, line: int = 1) -> bytes:
    """Return the next bytes of a stream: some, unless it has ended.

    Raises
    ------
    UnreadableError
        If reading fails.
    """
    try:
        # None, not b"": whoever opened the pipe wants no waiting, and there is nothing yet.
        while (piece := stream.read(size)) is None:
            select.select([stream], [], [])
        return bytes(piece)
    except OSError as error:
        raise UnreadableError(
            f"reading failed after line {line - 1}: {error.strerror or error}", source
        ) from error


def head_of(stream: BufferedReader, source: str) -> tuple[bytes, BufferedReader]:
    """Return a stream's first bytes, and a stream that has them still."""
    head = b""
    while len(head) < HEAD and (piece := read(stream, HEAD - len(head), source)):
        head += piece
    if not head:
        return head, stream
    if stream.seekable():
        stream.seek(-len(head), 1)
        return head, stream
    return head, BufferedReader(_Rewound(head, stream))


def skip(stream: BinaryIO, size: int, source: str) -> None:
    """Go on by so many bytes."""
    if stream.seekable():
        stream.seek(size, 1)
        return
    while size and (piece := read(stream, min(size, TEXT_PIECE), source)):
        size -= len(piece)


class Span:
    """The lines of a stream between two offsets.

    Both are moved to the end of a line, unless they are there: a line belongs to the span in which
    its first byte lies. A stream of which this is a part goes to any offset at once.

    Parameters
    ----------
    after_newline : whether a line begins at `start` only if a newline is before it.
    """

    def __init__(
        self,
        stream: BinaryIO,
        source: str,
        start: int,
        stop: int | None,
        *,
        after_newline: bool,
    ) -> None:
        self._stream, self._source, self._stop = stream, source, stop
        self.is_part = after_newline or stop is not None
        self._position = start
        if stop is not None:
            # To add the end of the last line to what was read would be to copy all of it.
            skip(stream, stop - 1, source)
            line = self._line()
            if not line:
                raise self._truncated()
            self._stop = stop - 1 + len(line)
            stream.seek(-self._stop, os.SEEK_CUR)
        # A line that begins at start is told by the newline before it.
        skip(stream, start - after_newline, source)
        if after_newline:
            self._position += len(self._line()) - 1

    def read(self, size: int) -> bytes:
        """Return the next bytes: some, unless the span has ended."""
        if self._stop is None:
            return read(self._stream, size, self._source)
        if self.has_ended:
            return b""
        # What would be a small rest is read along.
        rest = self._stop - self._position
        piece = read(self._stream, rest if rest < size + size // 8 else size, self._source)
        if not piece:
            raise self._truncated()
        self._position += len(piece)
        return piece

    @property
    def has_ended(self) -> bool:
        """Whether its last line has been read; false where only the stream tells."""
        return self._stop is not None and self._position >= self._stop

    def rewind(self, size: int) -> None:
        """Go back by so many bytes of those that were read last."""
        if size:
            self._stream.seek(-size, os.SEEK_CUR)
            self._position -= size

    def _truncated(self) -> UnreadableError:
        return UnreadableError("was truncated while it was read", self._source)

    def _line(self) -> bytes:
        """Return the rest of a line; longer than any record may be, if it does not end."""
        pieces = [self._stream.readline(TEXT_PIECE)]
        while pieces[-1] and not pieces[-1].endswith(NEWLINE) and len(pieces) < LINE_PIECES:
            pieces.append(self._stream.readline(TEXT_PIECE))
        return b"".join(pieces)


class Filter(RawIOBase):
    """Bytes that are computed, a piece at a time, by `_next`; b"" at the end."""

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
        """Return some bytes, about size of them and perhaps none; None at the end."""
        raise NotImplementedError


class _Rewound(RawIOBase):
    """A stream that has been read a little, from its beginning."""

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
            # Straight into the buffer: what goes by is not copied.
            return self._rest.readinto(buffer)
        size = min(len(buffer), len(self._head))
        buffer[:size] = self._head[:size]
        self._head = self._head[size:]
        return size


class _Reading(RawIOBase):
    """One reading of an open file, at a position of its own."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
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
    """A location that holds what a stream had left; it can be opened as often as one likes."""

    name: str
    file: IO[bytes]
    path: str = ""
    reopens: bool = True

    def open(self) -> BufferedReader:
        """Return the bytes, from the first."""
        return BufferedReader(_Reading(self.file.fileno()))

    def identity(self) -> object:
        return None


def spooled(stream: BufferedReader, name: str) -> Spool:
    """Copy a stream into a temporary file.

    Raises
    ------
    UnreadableError
        If it cannot be read, or the file not be written.
    """
    # Most runs keep no stream, and do not wait for this.
    import tempfile

    file = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the spool)
    try:
        shutil.copyfileobj(stream, file, 1 << 20)
        file.flush()
    except OSError as error:
        raise UnreadableError(
            f"this needs two passes, and copying the stream failed: {error.strerror}",
            name,
            "save it as a file first",
        ) from error
    return Spool(name, file)
