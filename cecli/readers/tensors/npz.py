"""Archives of arrays, as numpy.savez and numpy.savez_compressed write them."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from cecli.core.errors import UnreadableError
from cecli.readers.bytes.locations import Location
from cecli.readers.bytes.streams import spooled
from cecli.readers.tensors.npy import tensor_at
from cecli.readers.tensors.tensor import RowCursor, Tensor, TensorCursor, cursor_at, exactly

SUFFIX = ".npy"
# The header of a member in a zip archive: its length, and where those of its name and more are.
HEAD, NAME_LENGTH, MORE_LENGTH = 30, slice(26, 28), slice(28, 30)
# Errors of a damaged archive, of places that are none, and of a password.
DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError),
    *(OverflowError, NotImplementedError, RuntimeError),
)


def tensors_in(location: Location) -> Sequence[Tensor]:
    """Return the arrays of an archive, in order; other members are passed over."""
    with _opened(location) as archive:
        names = [name for name in archive.namelist() if name.endswith(SUFFIX)]
        return [_tensor(archive, name, location.name) for name in names]


def _tensor(archive: zipfile.ZipFile, member: str, source: str) -> Tensor:
    with archive.open(member) as stream:
        tensor = tensor_at(stream, member.removesuffix(SUFFIX), source)
    if tensor.offset + tensor.size != archive.getinfo(member).file_size:
        raise UnreadableError(f"the size of {member} is not that of its array", source)
    return tensor


def placed(location: Location, tensor: Tensor) -> tuple[Location, Tensor]:
    """Return a file that has an array in one piece, and the array at its place there.

    It is the archive itself, or a temporary file if the array is compressed.
    """
    with _opened(location) as archive:
        member = archive.getinfo(tensor.name + SUFFIX)
        if member.compress_type == zipfile.ZIP_STORED:
            with location.open() as stream:
                stream.seek(member.header_offset)
                head = exactly(stream, HEAD, location.name)
            names = sum(int.from_bytes(head[part], "little") for part in (NAME_LENGTH, MORE_LENGTH))
            start = member.header_offset + HEAD + names
            return location, replace(tensor, offset=start + tensor.offset)
        with archive.open(member) as stream:
            return spooled(stream, location.name), tensor


@contextmanager
def cursors(location: Location, tensors: Sequence[Tensor]) -> Iterator[Sequence[TensorCursor]]:
    """Yield cursors at the first rows of some arrays of an archive.

    Raises
    ------
    UnreadableError
        If the archive is damaged.
    """
    with ExitStack() as opened, _opened(location) as archive:
        yield [_cursor(archive, tensor, location, opened) for tensor in tensors]


def _cursor(
    archive: zipfile.ZipFile, tensor: Tensor, location: Location, opened: ExitStack
) -> TensorCursor:
    if tensor.is_by_column and len(tensor.shape) == 2:
        # A row is in as many places as it has columns.
        file, tensor = placed(location, tensor)
        return cursor_at(tensor, opened.enter_context(file.open()), location.name, 0)
    stream = archive.open(tensor.name + SUFFIX)
    stream.read(tensor.offset)
    return RowCursor(tensor, stream, location.name)


@contextmanager
def _opened(location: Location) -> Iterator[zipfile.ZipFile]:
    try:
        with location.open() as stream, zipfile.ZipFile(stream) as archive:
            yield archive
    except DAMAGE as error:
        raise UnreadableError(
            f"cannot be read: {error}", location.name, "is the file complete?"
        ) from error
