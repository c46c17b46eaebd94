"""Writing files whole or not at all, compressed according to their suffix."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, cast

from cecli.core.errors import InputError, MissingExtraError, UsageError, visible

# The name of standard input among the inputs of a report.
STDIN_NAME = "<stdin>"


def check_destination(path: str, inputs: Sequence[str], option: str = "--output") -> None:
    """Raise a UsageError if an output path is an input or not a regular file."""
    if os.path.isdir(path):
        raise UsageError(f"{option} is a directory", visible(path))
    _refuse_what_is_no_file(path, option)
    if os.path.exists(path) and any(_is_same(path, name) for name in inputs):
        raise UsageError(f"{option} is one of the inputs, and would replace it", visible(path))


def _is_same(path: str, name: str) -> bool:
    if name == STDIN_NAME and sys.stdin is not None:
        return os.path.samestat(os.stat(path), os.fstat(sys.stdin.fileno()))
    return os.path.exists(name) and os.path.samefile(path, name)


def _refuse_what_is_no_file(path: str, option: str) -> None:
    if os.path.exists(path) and not os.path.isfile(path):
        raise UsageError(f"{option} is a device or a pipe, and would be replaced", visible(path))


def write_whole(path: str, text: str) -> None:
    """Write a temporary file beside the target and rename it. A link keeps pointing to its target.

    Raises
    ------
    InputError
        If it cannot be written; nothing is left behind, and an existing file stays as it was.
    """
    with replaced(path) as file, explained(path):
        file.write(text.encode("utf-8"))


@contextmanager
def replaced(path: str) -> Iterator[BinaryIO]:
    """Yield a temporary file that replaces the file at `path` once the block has succeeded.

    Raises
    ------
    UsageError
        If `path` exists and is not a regular file.
    InputError
        If it cannot be written; nothing is left behind then, or if the block fails.
    """
    import tempfile

    _refuse_what_is_no_file(path, "--output")
    with explained(path):
        target = os.path.realpath(path)
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".cecli-")
    file = open(handle, "wb")  # noqa: SIM115 (closed below, because closing may fail)
    try:
        yield file
        with explained(path):
            file.flush()
            os.fsync(file.fileno())
            file.close()
            os.chmod(temporary, _mode(target))
            os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):  # closing retries a failed write
            file.close()
        os.unlink(temporary)
        raise


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn an OSError while a file is written into an InputError."""
    try:
        yield
    except OSError as error:
        message = f"cannot be written: {error.strerror or error}"
        raise InputError(message, visible(path)) from error


def _mode(target: str) -> int:
    """Return the permissions of the file that is replaced, or those of a new one."""
    try:
        return stat.S_IMODE(os.stat(target).st_mode)
    except FileNotFoundError:
        return 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def compressed(path: str, file: BinaryIO) -> Iterator[BinaryIO]:
    """Yield a stream into a file that compresses what is written, if the suffix asks for it."""
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

            # Without a name and a time, the same input gives the same bytes.
            return gzip.GzipFile("", "wb", 6, file, mtime=0)
        case ".bz2":
            import bz2

            return bz2.BZ2File(file, "wb")
        case ".xz":
            import lzma

            return lzma.LZMAFile(file, "wb")
        case ".zst":
            return zstd().ZstdFile(file, "wb")
    return None


def zstd() -> Any:
    """Return the module of the format zstd: the standard library's since Python 3.14.

    Raises
    ------
    MissingExtraError
        If there is none.
    """
    try:
        from compression import zstd
    except ImportError:
        try:
            from backports import zstd
        except ImportError:
            raise MissingExtraError.of("zstd", "or writing zstd-compressed files") from None
    return zstd
