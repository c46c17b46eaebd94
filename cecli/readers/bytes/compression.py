"""Decompression in bounded memory, strict about the end of the data."""

import zlib
from collections.abc import Callable
from io import DEFAULT_BUFFER_SIZE
from typing import Any, BinaryIO, Protocol

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UnreadableError
from cecli.readers.bytes.streams import HEAD, Filter, read

COMPRESSED_PIECE = 64 << 10
# What to do about compressed files that are no text.
DECOMPRESS = "decompress it first, as gunzip, unzstd, unxz and bunzip2 do"


class Decompressor(Protocol):
    """A decompressor of one member or frame, as in bz2, lzma and zstd of the standard library."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return at most max_length decompressed bytes of data and of earlier input."""
        ...


class Gunzip:
    """A decompressor for gzip, whose module has only files. Checksum and length are verified."""

    def __init__(self) -> None:
        self._inflate: zlib._Decompress = _zlib().decompressobj(wbits=16 + zlib.MAX_WBITS)

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


def _zlib() -> Any:
    """Return isal's zlib, which takes half the time, if it is installed; else zlib."""
    try:
        from isal import isal_zlib
    except ImportError:
        return zlib
    return isal_zlib


def _bunzip2() -> Decompressor:
    import bz2

    return bz2.BZ2Decompressor()


def _unxz() -> Decompressor:
    import lzma

    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ)


def _unzstd() -> Decompressor:
    from cecli.core.files import zstd

    decompressor: Decompressor = zstd().ZstdDecompressor()
    return decompressor


@dataclass(frozen=True)
class Compression:
    """A compression format: its name, the magic bytes of members, and their decompressor.

    Attributes
    ----------
    padding : bytes that may follow the last member.
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


class Decompressed(Filter):
    """The contents of all members of a compressed stream.

    Raises an UnreadableError if the stream is truncated or corrupt, or if other data follow.
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
        except Exception as error:  # each library has its own error class
            raise UnreadableError(
                f"is corrupt: {self._compression.name} says {str(error)[:80]!r}", self._source
            ) from error

    def _more(self) -> bytes:
        piece = read(self._stream, COMPRESSED_PIECE, self._source)
        if not piece:
            raise UnreadableError(
                f"is truncated: its {self._compression.name} data end too early",
                self._source,
                "is it still being written, or was its transfer interrupted?",
            )
        return piece

    def _next_member(self) -> bool:
        """Move to the next member; return whether there is one."""
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
            raise UnreadableError(
                f"is corrupt: other data follow its {self._compression.name} data", self._source
            )
        self._member, self._input = self._compression.decompressor(), rest
        return True
