"""How a saved state begins, so that it can be told from data before anything else is imported."""

import os
import stat
from typing import Any

MAGIC = b"CECLISTATE"


def is_state(path: Any) -> bool:
    """Return whether a path is that of a saved state. Nothing is taken from a pipe."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return False
        with open(path, "rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except (OSError, TypeError, ValueError):
        return False  # whoever reads it reports the error
