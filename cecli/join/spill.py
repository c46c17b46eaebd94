"""Temporary files: a private folder, and values that come back in the order in which they came."""

import os
import pickle
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Generic, TypeVar

from cecli.core.errors import InputError

HINT = "set the environment variable TMPDIR to a directory with more space"
V = TypeVar("V")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Yield a private temporary folder, which is removed however the block ends.

    Raises
    ------
    InputError
        If it cannot be created.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="cecli-", ignore_cleanup_errors=True)
    except OSError as error:
        what = f"the temporary files needed cannot be written: {error.strerror or error}"
        raise InputError(what, hint=HINT) from error
    with folder as path, _removed_on_termination(path):
        yield Path(path)


@contextmanager
def _removed_on_termination(path: str) -> Iterator[None]:
    """Remove a folder if the process gets SIGTERM, which by default runs no cleanup.

    A handler that the calling program has set stays in place.
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


class Spill(Generic[V]):
    """Values in a file, which is made with the first of them and removed after the last was read.

    No file stays open between two values that are added, so that there can be many.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, value: V) -> None:
        """Write a value behind the others.

        Raises
        ------
        InputError
            If the file cannot be written.
        """
        try:
            with self._path.open("ab") as file:
                pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
        except OSError as error:
            what = f"temporary files cannot be written: {error.strerror or error}"
            raise InputError(what, str(self._path.parent), HINT) from error

    @property
    def is_empty(self) -> bool:
        return not self._path.exists()

    def __iter__(self) -> Iterator[V]:
        if self.is_empty:
            return
        with self._path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            while file.tell() < size:
                value: V = pickle.load(file)
                yield value
        self._path.unlink(missing_ok=True)
