"""Compressing what is written, as the suffix of its name says."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from cecli.errors import MissingExtraError


@contextmanager
def compressed(path: str, file: BinaryIO) -> Iterator[BinaryIO]:
    """Yield a stream into a file: what is written to it is compressed if the path ends so."""
    opened = _compressor(os.path.splitext(path)[1].lower(), file)
    if opened is None:
        yield file
        return
    with opened as stream:
        yield cast(BinaryIO, stream)


def _compressor(suffix: str, file: BinaryIO) -> Any:
    match suffix:
        case ".gz":
            import gzip

            # No name and no time in it: the same input gives the same bytes.
            return gzip.GzipFile("", "wb", 6, file, mtime=0)
        case ".bz2":
            import bz2

            return bz2.BZ2File(file, "wb")
        case ".xz":
            import lzma

            return lzma.LZMAFile(file, "wb")
        case ".zst":
            return _zstd().ZstdFile(file, "wb")
    return None


def _zstd() -> Any:
    try:
        from compression import zstd  # Python 3.14
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            raise MissingExtraError.of("zstd", "or writing zstd-compressed files") from None
    return zstd
