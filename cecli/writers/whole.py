"""Writing a file so that it is whole, or as it was before."""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from cecli.errors import InputError, UsageError, visible

# What standard input is called among the inputs of a report.
STDIN_NAME = "<stdin>"


def check_destination(path: str, inputs: Sequence[str]) -> None:
    """Raise a UsageError if a file to be written is an input, a directory, or no file at all."""
    if os.path.isdir(path):
        raise UsageError("--output is a directory", visible(path))
    _refuse_what_is_no_file(path)
    if os.path.exists(path) and any(_is_same(path, name) for name in inputs):
        raise UsageError("--output is one of the inputs, and would replace it", visible(path))


def _is_same(path: str, name: str) -> bool:
    if name == STDIN_NAME and sys.stdin is not None:
        return os.path.samestat(os.stat(path), os.fstat(sys.stdin.fileno()))
    return os.path.exists(name) and os.path.samefile(path, name)


@contextmanager
def whole_file(path: str) -> Iterator[BinaryIO]:
    """Open a file under a temporary name beside it, and rename it; the target of a link is new.

    Raises
    ------
    UsageError
        If something is there that is no file.
    InputError
        If it cannot be written; nothing is left behind, and what was there stays.
    """
    _refuse_what_is_no_file(path)
    target = os.path.realpath(path)
    try:
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".cecli-")
    except OSError as error:
        raise _cannot_be_written(path, error) from error
    try:
        with open(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, target)
    except BaseException as error:
        os.unlink(temporary)
        if isinstance(error, OSError):
            raise _cannot_be_written(path, error) from error
        raise


def _refuse_what_is_no_file(path: str) -> None:
    # The rename would put a file in the place of a device or a pipe.
    if os.path.exists(path) and not os.path.isfile(path):
        raise UsageError("--output is no file, and would be replaced by one", visible(path))


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot_be_written(path: str, error: OSError) -> InputError:
    return InputError(f"cannot be written: {error.strerror or error}", visible(path))
