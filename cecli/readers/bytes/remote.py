"""Objects in storage that fsspec knows, such as s3://bucket/key."""

import os
import re
from collections.abc import Sequence
from functools import cached_property
from io import BufferedReader, RawIOBase
from typing import Any

from cecli.core.dataclasses import dataclass
from cecli.core.errors import MissingExtraError, UnreadableError, visible
from cecli.readers.bytes.folders import WILD, data_among, is_keyed, matching

# What tells one content of an object from another, in the words of several storages. None of them
# changes when it is read.
IDENTIFYING = ("ETag", "etag", "VersionId", "version_id", "generation", "mtime", "LastModified",
               "last_modified", "created", "size")  # fmt: skip
# Where each kind of storage has its credentials from.
CREDENTIALS = {
    "s3": "AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, tell who asks; of a public "
    "bucket FSSPEC_S3_ANON=true reads without; AWS_ENDPOINT_URL names another server than Amazon's",
    "gs": "gcloud auth application-default login tells who asks; of a public bucket "
    "FSSPEC_GS_TOKEN=anon reads without",
    "az": "AZURE_STORAGE_ACCOUNT_NAME with AZURE_STORAGE_ACCOUNT_KEY, or with "
    "AZURE_STORAGE_SAS_TOKEN, tells who asks",
}
SAME = {"s3a": "s3", "gcs": "gs", "abfs": "az", "abfss": "az", "adl": "az"}


@dataclass(frozen=True)
class Remote:
    """An object at an address such as s3://bucket/key, opened by fsspec."""

    path: str

    @property
    def name(self) -> str:
        return _name(self.path)

    @property
    def reopens(self) -> bool:
        return True

    @cached_property
    def _file(self) -> tuple[Any, str]:
        return _located(self.path)

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs, which opens its own connection."""
        return {"path": self.path}

    def open(self) -> BufferedReader:
        system, path = self._file
        try:
            return BufferedReader(_Checked(system.open(path, "rb")), 1 << 20)
        except Exception as error:  # each kind of storage has its own errors
            raise _cannot_be_opened(error, self.path) from error

    def identity(self) -> object:
        system, path = self._file
        try:
            found = system.info(path)
        except Exception as error:
            raise _cannot_be_opened(error, self.path) from error
        return tuple(str(found.get(key)) for key in IDENTIFYING)


def addresses(address: str) -> Sequence[str]:
    """Return the addresses that one stands for: a directory's data files, a pattern's matches.

    Raises
    ------
    UnreadableError
        If there are none, or the storage refuses.
    """
    system, path = _located(address)
    try:
        if any(character in path for character in WILD):
            fixed = _before_wild(address)
            if not system.exists(path):
                return _matching(address, fixed, system, path)
        if address.endswith("/") or _is_directory(system, path):
            return _files_in(address, system, path)
    except UnreadableError:
        raise
    except Exception as error:
        raise _cannot_be_opened(error, address) from error
    return [address]


def _is_directory(system: Any, path: str) -> bool:
    try:
        return bool(system.info(path)["type"] == "directory")
    except FileNotFoundError:
        return False  # whoever opens it says so


def _files_in(address: str, system: Any, path: str) -> list[str]:
    """Return the data files of a directory, also those in folders named KEY=VALUE."""
    base = path.rstrip("/")
    below = [found.removeprefix(base).lstrip("/") for found in system.find(path)]
    data = [file for file in below if _is_in_keyed_folders(file)]
    return data_among([f"{address.rstrip('/')}/{file}" for file in data], _name(address))


def _is_in_keyed_folders(path: str) -> bool:
    *folders, file = path.split("/")
    return all(map(is_keyed, folders)) and not file.startswith(".")


def _before_wild(pattern: str) -> str:
    """Return the address of the folder below which a pattern matches."""
    first = min(pattern.index(character) for character in WILD if character in pattern)
    fixed = pattern[: pattern.rindex("/", 0, first)]
    if fixed.endswith(("/", ":")):
        hint = "name the bucket in full"
        raise UnreadableError("is a pattern of buckets, not of objects", _name(pattern), hint)
    return fixed


def _matching(pattern: str, fixed: str, system: Any, path: str) -> list[str]:
    _, base = _located(fixed)
    found = system.glob(path, detail=True)
    named = {f"{fixed}{name.removeprefix(base)}": name for name in found}
    kinds = [(address, found[name]["type"] == "directory") for address, name in named.items()]
    return matching(pattern, kinds, lambda address: _files_in(address, system, named[address]))


def _located(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise MissingExtraError.of("remote", "from an address") from None
    try:
        found: tuple[Any, str] = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise UnreadableError(f"cannot be opened: {error}", _name(address)) from error
    except Exception as error:  # some kinds of storage ask the network here
        raise _cannot_be_opened(error, address) from error
    return found


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


def _cannot_be_opened(error: Exception, address: str) -> UnreadableError:
    """Return what a storage says, and where it has its credentials from if these are the reason."""
    scheme = address.split("://", 1)[0].lower()
    credentials = CREDENTIALS.get(SAME.get(scheme, scheme), "")
    if isinstance(error, PermissionError):
        what, hint = f"access is denied: {_said(error)}", credentials
    elif "Credentials" in type(error).__name__:
        what, hint = f"there are no credentials: {_said(error)}", credentials
    elif isinstance(error, FileNotFoundError):
        is_missing_bucket = "bucket" in _said(error) and " " in _said(error)
        what, hint = _said(error) if is_missing_bucket else "there is no such object", ""
    else:
        what, hint = _words(error), ""
    return UnreadableError(f"cannot be opened: {what}", _name(address), hint)


def _said(error: Exception) -> str:
    words = " ".join(str(error).split())[:200]
    return f"{words[:1].lower()}{words[1:]}"


def _words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:200]


def _name(address: str) -> str:
    return visible(re.sub(r"//[^/@]*@", "//", address))
