"""Arrays that are kept between passes: in memory up to a limit, and then in a temporary file."""

import os
import tempfile
from shutil import disk_usage
from threading import Lock
from types import TracebackType
from typing import IO, Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UnreadableError

Array = NDArray[Any]
TEMPORARY = "<temporary file>"


class KeptArray(Protocol):
    """An array that can be loaded any number of times, until its store is closed."""

    @property
    def size(self) -> int:
        """The number of its elements."""
        ...

    def load(self, start: int = 0, stop: int | None = None) -> Array:
        """Return its elements from `start` on, before `stop`."""
        ...


@dataclass(frozen=True, eq=False)
class ArrayInMemory:
    """An array in memory."""

    array: Array

    @property
    def size(self) -> int:
        return self.array.size

    def load(self, start: int = 0, stop: int | None = None) -> Array:
        return self.array[start:stop]


@dataclass(frozen=True, eq=False)
class ArrayInFile:
    """An array in a file."""

    file: IO[bytes]
    offset: int
    size: int
    dtype: np.dtype[Any]

    def load(self, start: int = 0, stop: int | None = None) -> Array:
        """Return its elements from `start` on, before `stop`.

        Raises
        ------
        UnreadableError
            If it cannot be read.
        """
        found: Array = np.empty((self.size if stop is None else stop) - start, self.dtype)
        offset = self.offset + start * self.dtype.itemsize
        view, done = found.view(np.uint8).data, 0
        while done < len(view):
            try:
                read = os.preadv(self.file.fileno(), [view[done:]], offset + done)
            except OSError as error:
                raise UnreadableError(f"reading failed: {error.strerror}", TEMPORARY) from error
            if not read:
                raise UnreadableError("is shorter than it was", TEMPORARY)
            done += read
        return found


class Store:
    """Keeps arrays for as long as it is open.

    The file has no name, so that it is gone however the process ends. It may take half of the space
    that is free in the folder of temporary files.

    Parameters
    ----------
    limit : the bytes that are kept in memory.
    """

    def __init__(self, limit: int) -> None:
        self._lock = Lock()
        self._left, self._space = limit, 0
        self._file: IO[bytes] | None = None
        self._end = 0

    def keep(self, *arrays: Array) -> tuple[KeptArray, ...] | None:
        """Return some arrays as they are kept; None if there is no room for them."""
        size = sum(array.nbytes for array in arrays)
        with self._lock:
            if size <= self._left:
                self._left -= size
                return tuple(map(ArrayInMemory, arrays))
            # What was kept in the file stays in order, so that memory is not used in between.
            self._left = 0
            try:
                file = self._opened()
            except OSError:
                return None
            offset, self._end = self._end, self._end + size
        if self._end > self._space:
            return None
        return self._written(file, offset, arrays)

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the store)
            self._space = disk_usage(tempfile.gettempdir()).free // 2
        return self._file

    def _written(
        self, file: IO[bytes], offset: int, arrays: tuple[Array, ...]
    ) -> tuple[KeptArray, ...] | None:
        found = []
        for array in arrays:
            view = np.ascontiguousarray(array).view(np.uint8).data
            found.append(ArrayInFile(file, offset, array.size, array.dtype))
            try:
                while view:
                    done = os.pwrite(file.fileno(), view, offset)
                    view, offset = view[done:], offset + done
            except OSError:
                return None
        return tuple(found)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
