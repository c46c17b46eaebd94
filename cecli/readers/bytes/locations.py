"""Where bytes are: from the arguments of a command to files, addresses and standard input."""

import glob
import os
import re
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BufferedReader, RawIOBase
from typing import Any, BinaryIO, Protocol

from cecli.core.errors import MissingExtraError, UnreadableError, UsageError, shown, visible

STDIN = "-"
STDIN_NAME = "<stdin>"
PIPE_BYTES = 1 << 20
STDIN_BUFFER = 1 << 16
ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")


class Location(Protocol):
    """Where some bytes are."""

    @property
    def name(self) -> str:
        """The name shown to people, free of control characters."""
        ...

    @property
    def path(self) -> str:
        """The name as it was given, whose suffix may say something."""
        ...

    @property
    def reopens(self) -> bool:
        """Whether it can be opened a second time, and give the same bytes."""
        ...

    def open(self) -> BufferedReader:
        """Return the bytes, from the first.

        Raises
        ------
        UnreadableError
            If they cannot be had, or never end.
        """
        ...

    def identity(self) -> object:
        """Return what changes when other bytes take the place of these."""
        ...


@dataclass(frozen=True)
class File:
    """A file of this machine's file system."""

    path: str

    @property
    def name(self) -> str:
        return visible(self.path)

    @property
    def reopens(self) -> bool:
        try:
            return stat.S_ISREG(os.stat(self.path).st_mode)
        except OSError as error:
            raise _cannot_be_opened(error, self.name) from error

    def open(self) -> BufferedReader:
        try:
            _refuse_what_is_no_file(self.path, self.name)
            return open(self.path, "rb")
        except (OSError, ValueError) as error:
            raise _cannot_be_opened(error, self.name) from error

    def identity(self) -> object:
        found = os.stat(self.path)
        return found.st_dev, found.st_ino


@dataclass(frozen=True)
class StandardInput:
    """What is piped in: it is there once."""

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
    """Let a pipe hold more, where the system can: fewer turns of writer and reader."""
    try:
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    except (ImportError, AttributeError, OSError):  # Windows; other systems; no pipe
        return


class _Open(RawIOBase):
    """Standard input from where it is now, with what was peeked at; closing leaves it open."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        # None where whoever opened the pipe wants no waiting, and there is nothing yet.
        return self._stream.readinto1(buffer)  # type: ignore[attr-defined, no-any-return]

    def fileno(self) -> int:
        return self._stream.fileno()


@dataclass(frozen=True)
class Remote:
    """An object behind an address, such as s3://bucket/key, opened by fsspec."""

    path: str

    @property
    def name(self) -> str:
        return visible(_without_password(self.path))

    @property
    def reopens(self) -> bool:
        return True

    @cached_property
    def _file(self) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs
        except ImportError:
            raise MissingExtraError.of("remote", "from an address") from None
        try:
            found: tuple[Any, str] = url_to_fs(self.path)
        except (ImportError, ValueError) as error:
            raise UnreadableError(f"cannot be opened: {error}", self.name) from error
        return found

    def open(self) -> BufferedReader:
        system, path = self._file
        try:
            return BufferedReader(system.open(path, "rb"), 1 << 20)
        except Exception as error:  # each kind of storage has errors of its own
            raise UnreadableError(f"cannot be opened: {_words(error)}", self.name) from error

    def identity(self) -> object:
        return None


def location_of(path: str) -> Location:
    """Return the location that a path, an address or - stands for."""
    if path == STDIN:
        return StandardInput()
    return Remote(path) if ADDRESS.match(path) else File(path)


def _refuse_what_is_no_file(path: str, name: str) -> None:
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise UnreadableError("is a directory", name)
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise UnreadableError("is a device or a socket, not a file", name)


def _cannot_be_opened(error: OSError | ValueError, name: str) -> UnreadableError:
    """Return the system's own words, without its number and the path."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return UnreadableError(f"cannot be opened: {words[:1].lower()}{words[1:]}", name)


def _words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:200]


def _without_password(address: str) -> str:
    return re.sub(r"//[^/@]*@", "//", address)


LIST_MARK = "@"
WILD = "*?["
# What is taken for data in a directory, compressed or not.
SUFFIXES = (".csv", ".tsv", ".tab", ".parquet", ".arrow", ".feather")
COMPRESSED = (".gz", ".bz2", ".xz", ".zst")


def expanded(arguments: Sequence[str]) -> list[str]:
    """Return the paths that some arguments stand for, in order.

    A file stands for itself, whatever its name; else @FILE for the paths in its lines, a directory
    for the data files in it, and a pattern with *, ? or [ for the files that it matches.

    Raises
    ------
    UsageError
        If nothing is given, or standard input twice.
    UnreadableError
        If a pattern, a list or a directory stands for nothing.
    """
    paths = [path for argument in arguments for path in _paths(argument)]
    if not paths:
        raise UsageError("a FILE is needed", hint="- reads standard input")
    if paths.count(STDIN) > 1:
        raise UsageError("standard input can be read only once")
    return paths


def _paths(argument: str) -> list[str]:
    if not argument:
        raise UnreadableError("the name of the input file is empty")
    if argument == STDIN or ADDRESS.match(argument):
        return [argument]
    if os.path.isdir(argument):
        return _in_directory(argument)
    if os.path.lexists(argument):
        return [argument]
    if argument.startswith(LIST_MARK):
        return _listed(argument[len(LIST_MARK) :])
    if any(character in argument for character in WILD):
        return _matching(argument)
    return [argument]


def _in_directory(path: str) -> list[str]:
    found = sorted(
        entry.path for entry in os.scandir(path) if _is_data(entry.name) and entry.is_file()
    )
    if not found:
        raise UnreadableError(
            "is a directory without any data file",
            visible(path),
            f"files in it are read whose names end in {', '.join(SUFFIXES)}, compressed or not",
        )
    return found


def _is_data(name: str) -> bool:
    folded = name.lower()
    for suffix in COMPRESSED:
        folded = folded.removesuffix(suffix)
    return folded.endswith(SUFFIXES) and not name.startswith(".")


def _matching(pattern: str) -> list[str]:
    found = sorted(path for path in glob.glob(pattern, recursive=True) if os.path.isfile(path))
    if not found:
        raise UnreadableError(f"no file matches {shown(pattern)}")
    return found


def _listed(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            lines = [line.rstrip("\r\n") for line in file]
    except OSError as error:
        raise UnreadableError(
            f"the list cannot be read: {error.strerror}", visible(path)
        ) from error
    found = [line for line in lines if line.strip() and not line.startswith("#")]
    if not found:
        raise UnreadableError("is a list of no files", visible(path))
    return found
