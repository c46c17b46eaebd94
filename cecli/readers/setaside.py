"""Chunks that are set aside in a file, and come back in their order."""

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from cecli.errors import InputError
from cecli.readers.folder import HINT
from cecli.readers.sides import Numbered


class SetAside:
    """A file of chunks, in a folder of this process alone."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        with self._explained():
            self._file = open(os.path.join(folder, "chunks"), "w+b")  # noqa: SIM115 (see close)

    def close(self) -> None:
        self._file.close()

    def add(self, numbered: Numbered) -> None:
        # A copy remembers nothing of what was computed of its rows.
        with self._explained():
            pickle.dump(replace(numbered, chunk=replace(numbered.chunk)), self._file, protocol=5)

    def __iter__(self) -> Iterator[Numbered]:
        with self._explained():
            self._file.flush()
            end = self._file.tell()
            self._file.seek(0)
        while self._file.tell() < end:
            numbered: Numbered = pickle.load(self._file)
            yield numbered

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn what goes wrong while the file is written into an error for people."""
        try:
            yield
        except OSError as error:
            what = f"temporary files cannot be written: {error.strerror or error}"
            raise InputError(what, self._folder, HINT) from error
