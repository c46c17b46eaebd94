"""Reports that were stored: telling them from predictions, and reading them back."""

import os
import stat
import sys
from io import BufferedReader
from typing import Any, cast

from cecli.errors import InputError, visible

STDIN, STDIN_NAME = "-", "<stdin>"
BEGIN = b"{"
LOOKED_AT = 4096
# A report has a line or so a class and a group; what is larger is none.
LARGEST = 256 * 1024 * 1024


def is_report(path: str) -> bool:
    """Return whether an input is a report: a JSON object, as nothing else that is read begins.

    Nothing is taken from standard input by this; other pipes are not looked into.
    """
    if path == STDIN:
        if sys.stdin is None or sys.stdin.isatty():
            return False
        return _begins(cast("BufferedReader", sys.stdin.buffer).peek(LOOKED_AT))
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return path.endswith(".json")
        with open(path, "rb") as file:
            return _begins(file.read(LOOKED_AT))
    except (OSError, ValueError):
        # The reader of predictions says what is the matter.
        return False


def _begins(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(BEGIN)


def read_report(path: str) -> dict[str, Any]:
    """Return a stored report, as plain JSON values that were validated.

    Raises
    ------
    InputError
        If it cannot be read, or is none.
    """
    from cecli.schema.reading import report_in

    return report_in(_text(path), name_of(path))


def name_of(path: str) -> str:
    """Return what an input is called in messages."""
    return STDIN_NAME if path == STDIN else visible(path)


def _text(path: str) -> str:
    name = name_of(path)
    try:
        if path == STDIN:
            if sys.stdin is None or sys.stdin.isatty():
                raise InputError("standard input is closed, or a terminal", name)
            content = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with open(path, "rb") as file:
                content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"cannot be read: {words}", name) from None
    if len(content) > LARGEST:
        raise InputError("is too large for a report", name)
    if not content.strip():
        raise InputError("is empty", name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 at byte {error.start + 1}", name) from None
