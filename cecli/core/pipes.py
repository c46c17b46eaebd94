"""Pipes that are named by a path, such as those of a shell's <(…)."""

import os
import stat
from io import BufferedReader

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UnreadableError, visible


@dataclass(frozen=True, eq=False)
class Pipe:
    """An open pipe. Its bytes are read only once, but the first of them can be looked at before.

    Attributes
    ----------
    path : the name that it was given by.
    """

    path: str
    stream: BufferedReader
    reopens: bool = False

    @property
    def name(self) -> str:
        return visible(self.path)

    def head(self, size: int) -> bytes:
        """Return some of the next bytes, at most `size`, without taking them."""
        return self.stream.peek(size)[:size]

    def open(self) -> BufferedReader:
        return self.stream

    def identity(self) -> object:
        return None


def opened(path: str) -> str | Pipe:
    """Return a path, or the open pipe that it names.

    Raises
    ------
    UnreadableError
        If a pipe cannot be opened.
    """
    try:
        if not stat.S_ISFIFO(os.stat(path).st_mode):
            return path
    except (OSError, ValueError):
        return path  # whoever reads it reports the error
    try:
        return Pipe(path, open(path, "rb"))
    except OSError as error:
        what = f"cannot be opened: {error.strerror or error}"
        raise UnreadableError(what, visible(path)) from None
