"""A folder for temporary files that nothing is left of."""

import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from cecli.errors import InputError

HINT = "the environment variable TMPDIR names a directory with more room"


@contextmanager
def temporary_folder() -> Iterator[str]:
    """Give a folder of this user alone, which is removed however the block ends.

    Raises
    ------
    InputError
        If there can be none.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="cecli-", ignore_cleanup_errors=True)
    except OSError as error:
        what = f"temporary files are needed, and cannot be written: {error.strerror or error}"
        raise InputError(what, hint=HINT) from error
    with folder as path, _removed_on_termination(path):
        yield path


@contextmanager
def _removed_on_termination(path: str) -> Iterator[None]:
    """Remove a folder when the process is told to end: by default that lets nothing be tidied up.

    Whoever has plans of their own for this signal keeps them.
    """
    is_default = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if not is_default or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        shutil.rmtree(path, ignore_errors=True)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
