"""The files of the rows, with their hashes."""

import os
from collections.abc import Mapping, Sequence
from hashlib import file_digest
from typing import NamedTuple

from cecli.core.errors import UnreadableError, visible


class Subject(NamedTuple):
    """What a receipt is about: a name, and a digest by the name of its algorithm."""

    name: str
    digest: Mapping[str, str]


# The algorithm of a digest of rows, as in-toto documents name algorithms.
ROWS, ALGORITHM = "rows", "cecliRows"
SHA256 = "sha256"


def seen(names: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the inputs that are files, each with what tells whether it changes."""
    return {name: _identity(name) for name in dict.fromkeys(names) if os.path.isfile(name)}


def _identity(path: str) -> tuple[int, ...]:
    found = os.stat(path)
    return found.st_ino, found.st_size, found.st_mtime_ns


def subjects_of(
    names: Sequence[str], before: Mapping[str, tuple[int, ...]], rows: str
) -> list[Subject]:
    """Return the files that were read, or the rows if they were not all in files.

    Parameters
    ----------
    before : what `seen` returned before the rows were read.
    rows : their digest.

    Raises
    ------
    UnreadableError
        If a file has changed since.
    """
    if any(name not in before for name in names):
        return [Subject(ROWS, {ALGORITHM: rows})]
    return [Subject(name, {SHA256: _hashed(name, then)}) for name, then in before.items()]


def _hashed(path: str, before: tuple[int, ...]) -> str:
    try:
        found = file_hash(path)
        if _identity(path) == before:
            return found
    except OSError as error:
        what = f"cannot be read again: {error.strerror or error}"
        raise UnreadableError(what, visible(path)) from None
    what, hint = "has changed while it was read", "if it is being written to, save a copy first"
    raise UnreadableError(what, visible(path), hint)


def file_hash(path: str) -> str:
    """Return the SHA-256 of the bytes of a file."""
    with open(path, "rb") as file:
        return file_digest(file, SHA256).hexdigest()
