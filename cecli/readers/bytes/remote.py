"""Objects in storage that fsspec knows, such as s3://bucket/key."""

import os
import re
from dataclasses import dataclass
from functools import cached_property
from io import BufferedReader, RawIOBase
from typing import Any

from cecli.core.errors import MissingExtraError, UnreadableError, visible


@dataclass(frozen=True)
class Remote:
    """An object at an address such as s3://bucket/key, opened by fsspec."""

    path: str

    @property
    def name(self) -> str:
        return visible(_without_password(self.path))

    @property
    def reopens(self) -> bool:
        return True

    @cached_property
    def _file(self) -> tuple[Any, str]:
        try:
            from fsspec.core import url_to_fs
        except ImportError:
            raise MissingExtraError.of("remote", "from an address") from None
        try:
            found: tuple[Any, str] = url_to_fs(self.path)
        except (ImportError, ValueError) as error:
            raise UnreadableError(f"cannot be opened: {error}", self.name) from error
        return found

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs, which opens its own connection."""
        return {"path": self.path}

    def open(self) -> BufferedReader:
        system, path = self._file
        try:
            return BufferedReader(_Checked(system.open(path, "rb")), 1 << 20)
        except Exception as error:  # each kind of storage has its own errors
            raise UnreadableError(f"cannot be opened: {_words(error)}", self.name) from error

    def identity(self) -> object:
        return None


class _Checked(RawIOBase):
    """A file of fsspec. Each kind of storage has its own errors, and may end too early."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def close(self) -> None:
        super().close()
        self._file.close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._file.seek(offset, whence)
        return self.tell()

    def tell(self) -> int:
        return int(self._file.tell())

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._file.read(len(buffer))
            position, size = self.tell(), getattr(self._file, "size", None)
        except Exception as error:
            raise OSError(_words(error)) from error
        if not data and len(buffer) and isinstance(size, int) and position < size:
            raise OSError(f"the transfer ended after {position:,} of {size:,} bytes")
        buffer[: len(data)] = data
        return len(data)


def _words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:200]


def _without_password(address: str) -> str:
    return re.sub(r"//[^/@]*@", "//", address)
