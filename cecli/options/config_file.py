"""Finding the configuration file, and the line numbers of its rules."""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from typing import Any

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UsageError

PYPROJECT, OWN = "pyproject.toml", "cecli.toml"
# Without one of these, a text has no table of ours: its name, or an escape in its name.
SIGNS = ("cecli", "\\u", "\\U")


@dataclass(frozen=True)
class ConfigFile:
    """A file, and the part of it that configures cecli.

    Attributes
    ----------
    path : relative to the working directory.
    section : the keys that lead to our table: ("tool", "cecli") in pyproject.toml.
    content : the values of our table; None if there is none.
    """

    path: str
    text: str
    section: tuple[str, ...]
    content: Any

    def lines_of(self, *table: str) -> list[int]:
        """Return the line numbers of the headers [[…]] of an array of tables, in order."""
        key = r"\s*\.\s*".join(_written(name) for name in (*self.section, *table))
        header = re.compile(rf"\s*\[\[\s*{key}\s*\]\]")
        lines = self.text.splitlines()
        return [number for number, line in enumerate(lines, 1) if header.match(line)]


def _written(name: str) -> str:
    """Return a pattern that matches a key, quoted or not."""
    return rf"(?:{re.escape(name)}|\"{re.escape(name)}\"|'{re.escape(name)}')"


def nearest() -> ConfigFile | None:
    """Return the nearest configuration file, in the working directory or above it.

    Raises
    ------
    UsageError
        If a file cannot be read, or others could have put it where it is.
    """
    for folder in _upwards():
        own, project = os.path.join(folder, OWN), os.path.join(folder, PYPROJECT)
        if os.path.isfile(own):
            return _trusted(_loaded(own))
        if os.path.isfile(project) and (found := _loaded(project)).content is not None:
            return _trusted(found)
    return None


def _trusted(found: ConfigFile) -> ConfigFile:
    """Return a file that was found, not named.

    It may turn a failed check into a passed one, so nobody else must have been able to put it here.

    Raises
    ------
    UsageError
        If it may be written by anyone, is in a folder of such a kind, or belongs to another user
        than root and the owner of the working directory.
    """
    path, folder = found.path, os.path.dirname(found.path) or os.curdir
    # Elsewhere than on POSIX, modes and owners mean nothing.
    if os.name == "posix" and (why := _intruders(path, folder)):
        raise UsageError(
            why, path, f"--config {path} takes it all the same; chmod o-w takes the right away"
        )
    return found


def _intruders(path: str, folder: str) -> str:
    """Return how others could have put a file where it is; empty if they could not."""
    file, around = os.stat(path), os.stat(folder)
    if file.st_mode & stat.S_IWOTH:
        return "configures cecli, but anyone may write it"
    # In a folder with the sticky bit, such as /tmp, others cannot replace it.
    if around.st_mode & stat.S_IWOTH and not around.st_mode & stat.S_ISVTX:
        return "configures cecli, but anyone may replace it, as anyone may write its folder"
    owners = {0, os.geteuid(), os.stat(os.curdir).st_uid}
    if not {file.st_uid, os.lstat(path).st_uid} <= owners:
        return "configures cecli, but belongs to another user"
    return ""


def named_file(path: str) -> ConfigFile:
    """Return the configuration file that the user named.

    Raises
    ------
    UsageError
        If it cannot be read, or has no configuration.
    """
    found = _loaded(path)
    if found.content is None:
        raise UsageError("has no table [tool.cecli]", path)
    return found


def _upwards() -> Iterator[str]:
    try:
        folder = os.getcwd()
    except FileNotFoundError:  # it was removed, and nothing is around it
        return
    while True:
        yield os.path.relpath(folder)
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folder = parent


def _loaded(path: str) -> ConfigFile:
    path = os.path.normpath(path)
    section = ("tool", "cecli") if os.path.basename(path) == PYPROJECT else ()
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if section and not any(sign in text for sign in SIGNS):
            return ConfigFile(path, text, section, None)
        content = _parsed(text)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", path) from None
    except RecursionError:
        raise UsageError("is not TOML: it is nested too deeply", path) from None
    except ValueError as error:  # of the syntax, of UTF-8, or of a number with too many digits
        raise UsageError(f"is not TOML: {error}", path) from None
    return ConfigFile(path, text, section, _inside(content, section))


def _parsed(text: str) -> Any:
    # Most projects have no table of ours, and need not wait for this import.
    import tomllib

    return tomllib.loads(text)


def _inside(content: Any, section: Sequence[str]) -> Any:
    for name in section:
        if not isinstance(content, dict) or name not in content:
            return None
        content = content[name]
    return content
