"""How a saved state begins, so that it can be told from data before anything else is imported."""

import glob
import os
import stat
from typing import Any

MAGIC = b"CECLISTATE"
SUFFIX = ".state"


def is_state(path: Any) -> bool:
    """Return whether a path is that of a saved state, or of a folder of them, or a pattern.

    Nothing is taken from a pipe.
    """
    try:
        if os.path.isdir(path):
            return any(map(_begins_like_one, in_folder(path)[:1]))
        return _begins_like_one(path) or any(map(_begins_like_one, sorted(glob.glob(path))[:1]))
    except (OSError, TypeError, ValueError):
        return False  # whoever reads it reports the error


def in_folder(path: str) -> list[str]:
    """Return the paths of the states in a folder, as their names say, in order."""
    return sorted(glob.glob(os.path.join(glob.escape(path), f"*{SUFFIX}")))


def _begins_like_one(path: str) -> bool:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with open(path, "rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except FileNotFoundError:
        return False
