"""Locations of bytes: files, addresses and standard input, from the arguments of a command."""

import glob
import os
import re
import stat
import sys
from collections.abc import Sequence
from io import BufferedReader, RawIOBase
from typing import Any, BinaryIO, NamedTuple, Protocol

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UnreadableError, UsageError, visible
from cecli.core.files import (
    STDIN,
    STDIN_NAME,
    cannot_be_opened,
    refuse_stdin_twice,
    words_of,
)
from cecli.core.pipes import Pipe
from cecli.readers.bytes.folders import WILD, data_files, matching

PIPE_BYTES = 1 << 20
STDIN_BUFFER = 1 << 16
ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
WEB = re.compile(r"https?://", re.IGNORECASE)


class Location(Protocol):
    """A place from which bytes are read."""

    @property
    def name(self) -> str:
        """The name for messages, free of control characters."""
        ...

    @property
    def path(self) -> str:
        """The name as it was given, with its suffixes."""
        ...

    @property
    def reopens(self) -> bool:
        """Whether it can be opened again and give the same bytes."""
        ...

    def open(self) -> BufferedReader:
        """Return a stream of the bytes, from the first.

        Raises
        ------
        UnreadableError
            If it cannot be opened, or has no end.
        """
        ...

    def identity(self) -> object:
        """Return a value that changes if the bytes are replaced by others."""
        ...


class ContentIdentity(NamedTuple):
    """The number of a file's bytes, and the nanosecond in which they were last written."""

    size: int
    written: int


@dataclass(frozen=True, eq=False)
class FileIdentity:
    """What tells a file of this machine from another that takes its place.

    Another machine has other numbers for devices and files, so what is sent there is the identity
    of the content.
    """

    device: int
    inode: int
    content: ContentIdentity

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ContentIdentity):
            return self.content == other
        if not isinstance(other, FileIdentity):
            return False
        return (self.device, self.inode) == (other.device, other.inode)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return ContentIdentity, tuple(self.content)


@dataclass(frozen=True)
class File:
    """A file of this machine's file system.

    Attributes
    ----------
    path : as it was given.
    folder : what a relative path is relative to; empty for the working directory.
    """

    path: str
    folder: str = ""

    def __getstate__(self) -> dict[str, str]:
        """Return what another process needs, whose working directory may be another."""
        return {"path": self.path, "folder": self.folder or _working_directory()}

    @property
    def name(self) -> str:
        return visible(self.path)

    @property
    def reopens(self) -> bool:
        try:
            return stat.S_ISREG(os.stat(self._place).st_mode)
        except OSError as error:
            raise cannot_be_opened(error, self.name) from error

    def open(self) -> BufferedReader:
        try:
            _refuse_what_is_no_file(self._place, self.name)
            return open(self._place, "rb")
        except (OSError, ValueError) as error:
            raise cannot_be_opened(error, self.name) from error

    def identity(self) -> object:
        try:
            found = os.stat(self._place)
        except OSError as error:
            raise cannot_be_opened(error, self.name) from error
        content = ContentIdentity(found.st_size, found.st_mtime_ns)
        return FileIdentity(found.st_dev, found.st_ino, content)

    @property
    def _place(self) -> str:
        return os.path.join(self.folder, self.path)


def _working_directory() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # it was removed
        return ""


@dataclass(frozen=True)
class StandardInput:
    """Standard input, which can be read only once."""

    path: str = STDIN
    name: str = STDIN_NAME
    reopens: bool = False

    def open(self) -> BufferedReader:
        if sys.stdin is None:
            raise UnreadableError("standard input is closed", self.name)
        if sys.stdin.isatty():
            raise UnreadableError(
                "standard input is a terminal", self.name, "pipe a file in: cecli … - < FILE"
            )
        _widen(sys.stdin.fileno())
        return BufferedReader(_Open(sys.stdin.buffer), STDIN_BUFFER)

    def identity(self) -> object:
        return None


def _widen(pipe: int) -> None:
    """Enlarge a pipe's buffer, if the system can, so that writer and reader switch less often."""
    try:
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    except (ImportError, AttributeError, OSError):  # Windows; other systems; not a pipe
        return


class _Open(RawIOBase):
    """Standard input from its current position, including peeked bytes; closing leaves it open."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        # None if the pipe is non-blocking and has no bytes yet.
        return self._stream.readinto1(buffer)  # type: ignore[attr-defined, no-any-return]

    def fileno(self) -> int:
        return self._stream.fileno()


def location_of(path: str | Pipe) -> Location:
    """Return the location of a path, of an address, or of "-" for standard input."""
    if isinstance(path, Pipe):
        return path
    if path == STDIN:
        return StandardInput()
    if WEB.match(path):
        from cecli.readers.bytes.web import Web

        return Web(path)
    if ADDRESS.match(path):
        from cecli.readers.bytes.remote import Remote

        return Remote(path)
    return File(path)


def _refuse_what_is_no_file(path: str, name: str) -> None:
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise UnreadableError("is a directory", name)
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise UnreadableError("is a device or a socket, not a file", name)


LIST_MARK = "@"


def expanded(arguments: Sequence[str | Pipe]) -> list[str | Pipe]:
    """Return the paths that some arguments stand for, in order.

    An existing file stands for itself, whatever its name. Otherwise @FILE stands for the paths in
    its lines, a directory for its data files, and a pattern with *, ? or [ for the files that it
    matches, and those in the folders named KEY=VALUE that it matches; in any folder, if it ends
    in a slash. The same holds of addresses, but for those of the web.

    Raises
    ------
    UsageError
        If nothing is given, or standard input is given twice.
    UnreadableError
        If a pattern, a list or a directory yields no files.
    """
    paths = [path for argument in arguments for path in _paths(argument)]
    if not paths:
        raise UsageError("a FILE is needed", hint="give - to read standard input")
    refuse_stdin_twice(paths)
    return paths


def _paths(argument: str | Pipe) -> Sequence[str | Pipe]:
    if isinstance(argument, Pipe):
        return [argument]
    if not argument:
        raise UnreadableError("the name of the input file is empty")
    if argument == STDIN or WEB.match(argument):
        return [argument]
    if ADDRESS.match(argument):
        from cecli.readers.bytes.remote import addresses

        return addresses(argument)
    if os.path.isdir(argument):
        return data_files(argument)
    if os.path.lexists(argument):
        return [argument]
    if argument.startswith(LIST_MARK):
        return _listed(argument[len(LIST_MARK) :])
    if any(character in argument for character in WILD):
        return _matching(argument)
    return [argument]


def _matching(pattern: str) -> list[str]:
    return matching(
        pattern,
        [(path, os.path.isdir(path)) for path in glob.glob(pattern, recursive=True)],
        data_files,
    )


def _listed(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = [line.rstrip("\r\n") for line in file]
    except (OSError, ValueError) as error:
        raise UnreadableError(
            f"the list cannot be read: {words_of(error)}", visible(path)
        ) from error
    found = [line for line in lines if line.strip() and not line.startswith("#")]
    if not found:
        raise UnreadableError("the list contains no paths", visible(path))
    return found
