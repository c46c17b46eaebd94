"""Streams of bytes made from streams of bytes: bounded in memory, strict about where they end."""

import codecs
import select
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import DEFAULT_BUFFER_SIZE, BufferedReader, RawIOBase
from typing import Any, BinaryIO, Protocol

from cecli.errors import InputError, MissingExtraError, UsageError, shown
from cecli.readers.dialect import NEWLINE

COMPRESSED_PIECE = 64 << 10
TEXT_PIECE = 1 << 20
HEAD = 512
# More pieces of a line than a record may be long.
LINE_PIECES = 32


def read(stream: Any, size: int, source: str, line: int = 1) -> bytes:
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
        return bytes(piece)
    except OSError as error:
        raise InputError(
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
    return head, BufferedReader(_Rewound(head, stream, source))


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
    its first byte lies. A stream that cannot go anywhere is skipped through.
    """

    def __init__(
        self, stream: BinaryIO, source: str, start: int, stop: int | None, *, after_newline: bool
    ) -> None:
        self._stream, self._source, self._stop = stream, source, stop
        self._position = start
        # A line that begins at start is told by the newline before it.
        skip(stream, start - after_newline, source)
        if after_newline:
            self._position += len(self._line()) - 1

    def read(self, size: int) -> bytes:
        """Return the next bytes: some, unless the span has ended."""
        if self._stop is None:
            return read(self._stream, size, self._source)
        if self._position >= self._stop:
            return b""
        piece = read(self._stream, min(size, self._stop - self._position), self._source)
        self._position += len(piece)
        if self._position == self._stop and not piece.endswith(NEWLINE):
            line = self._line()
            self._position += len(line)
            piece += line
        return piece

    def _line(self) -> bytes:
        """Return the rest of a line; longer than any record may be, if it does not end."""
        pieces = [self._stream.readline(TEXT_PIECE)]
        while pieces[-1] and not pieces[-1].endswith(NEWLINE) and len(pieces) < LINE_PIECES:
            pieces.append(self._stream.readline(TEXT_PIECE))
        return b"".join(pieces)


class _Filter(RawIOBase):
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


class _Rewound(_Filter):
    """A stream that has been read a little, from its beginning."""

    def __init__(self, head: bytes, rest: BinaryIO, source: str) -> None:
        super().__init__(rest, source)
        self._ready = memoryview(head)

    def _next(self, size: int) -> bytes | None:
        return read(self._stream, size, self._source) or None


class Decompressor(Protocol):
    """One member or frame, as bz2, lzma and zstd of the standard library have it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return at most so many bytes of what data, and what was given before, stand for."""
        ...


class Gunzip:
    """The same for gzip, whose module has only a file; checksum and length are verified."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        return not self._inflate.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._inflate.decompress(self._inflate.unconsumed_tail + data, max_length)


def _bunzip2() -> Decompressor:
    import bz2

    return bz2.BZ2Decompressor()


def _unxz() -> Decompressor:
    import lzma

    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ)


def _unzstd() -> Decompressor:
    try:
        from compression import zstd  # Python 3.14
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            raise MissingExtraError.of("zstd", "zstd-compressed files") from None
    decompressor: Decompressor = zstd.ZstdDecompressor()
    return decompressor


@dataclass(frozen=True)
class Compression:
    """A compression: its name, how its members begin, and what undoes one of them.

    Attributes
    ----------
    padding : what may follow the last member.
    """

    name: str
    magics: tuple[bytes, ...]
    decompressor: Callable[[], Decompressor]
    padding: bytes = b""

    def begins(self, head: bytes) -> bool:
        return head.startswith(self.magics)


SKIPPABLE_FRAMES = tuple(bytes([0x50 + i, 0x2A, 0x4D, 0x18]) for i in range(16))
COMPRESSIONS = (
    Compression("gzip", (b"\x1f\x8b",), Gunzip, b"\0"),
    Compression("bzip2", tuple(b"BZh%d" % i for i in range(1, 10)), _bunzip2),
    Compression("xz", (b"\xfd7zXZ\x00",), _unxz, b"\0"),
    Compression("zstd", (b"\x28\xb5\x2f\xfd", *SKIPPABLE_FRAMES), _unzstd),
)


class Decompressed(_Filter):
    """The contents of all members of a compressed stream.

    Raises an InputError where it is truncated or corrupt, or where something else follows.
    """

    def __init__(self, stream: BinaryIO, compression: Compression, source: str) -> None:
        super().__init__(stream, source)
        self._compression = compression
        self._member = compression.decompressor()
        self._input = b""

    def _next(self, size: int) -> bytes | None:
        if self._member.eof and not self._next_member():
            return None
        if self._member.needs_input and not self._input:
            self._input = self._more()
        data, self._input = self._input, b""
        try:
            return self._member.decompress(data, max(size, DEFAULT_BUFFER_SIZE))
        except Exception as error:  # each library has an error of its own
            raise InputError(
                f"is corrupt: {self._compression.name} says {str(error)[:80]!r}", self._source
            ) from error

    def _more(self) -> bytes:
        piece = read(self._stream, COMPRESSED_PIECE, self._source)
        if not piece:
            raise InputError(
                f"is truncated: its {self._compression.name} data end in the middle",
                self._source,
                "was it still being written, or cut on the way?",
            )
        return piece

    def _next_member(self) -> bool:
        """Go to the next member, if there is one."""
        rest = self._member.unused_data
        while len(rest) < HEAD and (piece := read(self._stream, COMPRESSED_PIECE, self._source)):
            rest += piece
        if self._compression.padding:
            while rest and not rest.strip(self._compression.padding):
                rest = read(self._stream, COMPRESSED_PIECE, self._source)
            rest = rest.lstrip(self._compression.padding) if rest else rest
        if not rest:
            return False
        if not self._compression.begins(rest):
            raise InputError(
                f"is corrupt: something follows its {self._compression.name} data", self._source
            )
        self._member, self._input = self._compression.decompressor(), rest
        return True


class Recoded(_Filter):
    """Text in some encoding, as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str, source: str) -> None:
        super().__init__(stream, source)
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._line, self._ended = 1, False

    def _next(self, size: int) -> bytes | None:  # noqa: ARG002
        if self._ended:
            return None
        piece = read(self._stream, TEXT_PIECE, self._source, self._line)
        self._ended = not piece
        try:
            text = self._decoder.decode(piece, final=self._ended)
        except UnicodeError as error:
            raise InputError(
                f"is not {self._encoding} after line {self._line}: {error}",
                self._source,
                "--encoding takes the name of another one",
            ) from error
        self._line += text.count("\n")
        return text.encode("utf-8", "surrogatepass")


class WithoutComments(_Filter):
    """Text whose comment lines, which begin with a character outside quotes, are made empty."""

    def __init__(self, stream: BinaryIO, comment: bytes, quote: bytes, source: str) -> None:
        super().__init__(stream, source)
        self._comment, self._quote = comment, quote
        self._at_line_start, self._in_comment, self._in_quotes = True, False, False

    def _next(self, size: int) -> bytes | None:  # noqa: ARG002
        piece = read(self._stream, TEXT_PIECE, self._source)
        return self._without_comments(piece) if piece else None

    def _without_comments(self, piece: bytes) -> bytes:
        kept, start = [], 0
        while start < len(piece):
            if self._in_comment:
                end = piece.find(NEWLINE, start)
                self._in_comment = end < 0
                start = len(piece) if end < 0 else end
                continue
            end = self._next_comment(piece, start)
            kept.append(piece[start:end])
            self._in_comment = end < len(piece)
            start = end
        return b"".join(kept)

    def _next_comment(self, piece: bytes, start: int) -> int:
        """Return where the next comment begins; the length of the piece if none does."""
        place = start
        if self._at_line_start and not self._in_quotes and piece.startswith(self._comment, start):
            self._at_line_start = False
            return start
        while (found := piece.find(NEWLINE + self._comment, place)) >= 0:
            self._in_quotes ^= bool(piece.count(self._quote, place, found) % 2)
            place = found + 1
            if not self._in_quotes:
                return place
        self._in_quotes ^= bool(piece.count(self._quote, place) % 2)
        self._at_line_start = piece.endswith(NEWLINE)
        return len(piece)


def check_encoding(encoding: str) -> str:
    """Return an encoding's name, if it is one of text."""
    try:
        info = codecs.lookup(encoding)
        if not info._is_text_encoding:  # noqa: SLF001
            raise LookupError
    except LookupError:
        raise UsageError(
            f"--encoding {shown(encoding)} is not known", hint="such as utf-16, latin-1 or cp1252"
        ) from None
    return info.name
