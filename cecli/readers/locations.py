"""Where bytes are: opening paths and standard input, and saying what cannot be opened."""

import os
import re
import stat
import sys
from dataclasses import dataclass
from io import BufferedReader

from cecli.errors import InputError, shown, visible

STDIN = "-"
STDIN_NAME = "<stdin>"

URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")


@dataclass(frozen=True)
class Location:
    """A file, or standard input, by the name that the user gave."""

    path: str

    @property
    def name(self) -> str:
        """The name shown to people, free of control characters."""
        return STDIN_NAME if self.path == STDIN else visible(self.path)

    @property
    def reopens(self) -> bool:
        """Whether it can be opened a second time, and give the same bytes from any offset."""
        return self.path != STDIN and stat.S_ISREG(os.stat(self.path).st_mode)

    def open(self) -> BufferedReader:
        """Return the bytes, from the first.

        Raises
        ------
        InputError
            If they cannot be had, or never end.
        """
        if self.path == STDIN:
            return self._open_stdin()
        if not self.path:
            raise InputError("the name of the input file is empty")
        if URL.match(self.path):
            raise InputError(
                "is an address, and only files are read",
                self.name,
                "download it first, or pipe it in: curl ADDRESS | cecli … -",
            )
        try:
            _refuse_what_is_no_file(self.path, self.name)
            return open(self.path, "rb")
        except (OSError, ValueError) as error:
            raise InputError(_reason(error), self.name) from error

    def _open_stdin(self) -> BufferedReader:
        if sys.stdin is None:
            raise InputError("standard input is closed", self.name)
        if sys.stdin.isatty():
            raise InputError(
                "standard input is a terminal", self.name, "pipe a file in: cecli … - < FILE"
            )
        return open(sys.stdin.fileno(), "rb", closefd=False)


def _refuse_what_is_no_file(path: str, name: str) -> None:
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise InputError("is a directory", name, f"name the files in it: {shown(path + '/…')}")
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise InputError("is a device or a socket, not a file", name)


def _reason(error: OSError | ValueError) -> str:
    """Return the system's own words, without its number and the path."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"cannot be opened: {words[:1].lower()}{words[1:]}"
