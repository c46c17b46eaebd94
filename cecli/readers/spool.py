"""Keeping a stream for a second reading, in a file that has no name and leaves nothing behind."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from typing import IO, Any

from cecli.errors import InputError


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
    InputError
        If it cannot be read, or the file not be written.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the spool)
    try:
        shutil.copyfileobj(stream, file, 1 << 20)
        file.flush()
    except OSError as error:
        raise InputError(
            f"this needs two passes, and copying the stream failed: {error.strerror}",
            name,
            "save it as a file first",
        ) from error
    return Spool(name, file)
