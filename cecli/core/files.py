"""What is said of files that cannot be opened; writing files whole, compressed by their suffix."""

import os
import shlex
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, Protocol, cast

from cecli.core.errors import (
    InputError,
    MissingExtraError,
    UnreadableError,
    UsageError,
    nearest,
    visible,
)

# Standard input as an argument, and in messages.
STDIN, STDIN_NAME = "-", "<stdin>"
# Of the names of temporary files.
PREFIX = ".cecli-"


def refuse_stdin_twice(names: Sequence[object]) -> None:
    """Raise a UsageError if more than one of some inputs is standard input."""
    if names.count(STDIN) > 1:
        raise UsageError("standard input can be read only once, but is named twice")


def cannot_be_opened(error: OSError | ValueError, name: str) -> UnreadableError:
    """Return an error with the system's message, without the error number and the path."""
    words = words_of(error)
    what = f"cannot be opened: {words[:1].lower()}{words[1:]}"
    if not isinstance(error, FileNotFoundError):
        return UnreadableError(what, name)
    return UnreadableError(what, name, reason="no-such-file").meaning(_nearest_file(name))


def words_of(error: OSError | ValueError) -> str:
    """Return the message of the system for an error."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def _nearest_file(name: str) -> str | None:
    """Return the file beside a missing one whose name is nearest, with its suffix and without."""
    folder, own = os.path.split(name)
    try:
        others = os.listdir(folder or ".")
    except OSError:
        return None
    stem = _stem(own)
    near = nearest(own, [other for other in others if nearest(stem, [_stem(other)])])
    return None if near is None else os.path.join(folder, near)


def _stem(name: str) -> str:
    return name.partition(".")[0] or name


def check_folder(path: str) -> None:
    """Raise an InputError if the folder of an output path does not exist.

    What is read may take hours; what is wrong with a path is said before.
    """
    folder = os.path.dirname(path)
    if folder and not os.path.exists(folder):
        hint = f"make its folder first: mkdir -p {shlex.quote(visible(folder))}"
        raise InputError("cannot be written: its folder does not exist", visible(path), hint=hint)


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
    return is_one_file(path, name)


def is_one_file(path: str, other: str) -> bool:
    """Return whether two paths lead to the same file, which is there."""
    return os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other)


def _refuse_what_is_no_file(path: str, option: str) -> None:
    if os.path.exists(path) and not os.path.isfile(path):
        raise UsageError(
            f"{option} is a device or a pipe, and would be replaced",
            visible(path),
            f"> {shlex.quote(visible(path))} writes to it",
        )


def write_whole(path: str, content: str | bytes) -> None:
    """Write a file that appears under its name when it is whole. A link keeps its target.

    Raises
    ------
    InputError
        If it cannot be written; nothing is left behind, and an existing file stays as it was.
    """
    with replaced(path) as file, explained(path):
        file.write(content if isinstance(content, bytes) else content.encode("utf-8"))


@contextmanager
def replaced(path: str) -> Iterator[BinaryIO]:
    """Yield a file that takes the place of the one at `path` once the block has succeeded.

    Raises
    ------
    UsageError
        If `path` exists and is not a regular file.
    InputError
        If it cannot be written; nothing is left behind then, or if the block fails.
    """
    _refuse_what_is_no_file(path, "--output")
    with explained(path):
        target = os.path.realpath(path)
        draft = _draft_in(os.path.dirname(target))
    try:
        yield draft.file
        with explained(path):
            draft.file.flush()
            os.fsync(draft.file.fileno())
            draft.become(target)
    except BaseException:
        with suppress(OSError):  # closing retries a failed write
            draft.file.close()
        draft.discard()
        raise


class _Draft(Protocol):
    """A file that is being written, and has not got its name yet."""

    file: BinaryIO

    def become(self, target: str) -> None:
        """Close the file, and put it in the place of another."""
        ...

    def discard(self) -> None:
        """Leave nothing behind."""
        ...


def _draft_in(folder: str) -> _Draft:
    try:
        return _Nameless(folder)
    except (AttributeError, OSError):  # another system, or a file system that cannot do this
        return _Named(folder)


class _Nameless:
    """A file without a name: however the process ends, nothing is left of it."""

    def __init__(self, folder: str) -> None:
        handle = os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600)
        self.file: BinaryIO = open(handle, "wb")  # noqa: SIM115 (closed when it gets its name)
        self._itself = f"/proc/self/fd/{handle}"
        if not os.path.exists(self._itself):
            self.file.close()
            raise FileNotFoundError(self._itself)

    def become(self, target: str) -> None:
        os.fchmod(self.file.fileno(), _mode(target))
        try:
            self._take(target)
        except FileExistsError:
            self._replace(target)
        self.file.close()

    def _take(self, name: str) -> None:
        # Only with a folder for relative paths does Python follow the link in /proc.
        os.link(self._itself, name, src_dir_fd=0)

    def _replace(self, target: str) -> None:
        """Take a name of its own, and rename: a link cannot replace a file."""
        import secrets
        import signal

        name = os.path.join(os.path.dirname(target), f"{PREFIX}{secrets.token_hex(8)}")
        fatal = {signal.SIGTERM, signal.SIGHUP, signal.SIGINT}
        before = signal.pthread_sigmask(signal.SIG_BLOCK, fatal)
        try:
            self._take(name)
            try:
                os.replace(name, target)
            except BaseException:
                os.unlink(name)
                raise
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def discard(self) -> None:
        """Nothing is left of it."""


class _Named:
    """A temporary file beside the target. It stays if the process is killed."""

    def __init__(self, folder: str) -> None:
        import tempfile

        handle, self._name = tempfile.mkstemp(dir=folder, prefix=PREFIX)
        self.file: BinaryIO = open(handle, "wb")  # noqa: SIM115 (closed when it gets its name)

    def become(self, target: str) -> None:
        self.file.close()
        os.chmod(self._name, _mode(target))
        os.replace(self._name, target)

    def discard(self) -> None:
        os.unlink(self._name)


@contextmanager
def explained(path: str) -> Iterator[None]:
    """Turn an error while a file is written, or of a path that is none, into an InputError."""
    try:
        yield
    except (OSError, ValueError) as error:
        message = f"cannot be written: {getattr(error, 'strerror', None) or error}"
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
