"""Text to be read: a location, what its bytes are wrapped in, and how they spell characters."""

import os
import re
from dataclasses import dataclass
from io import BufferedReader

from cecli.errors import InputError
from cecli.readers.comments import WithoutComments
from cecli.readers.compression import COMPRESSIONS, Decompressed
from cecli.readers.dialect import Dialect
from cecli.readers.encoding import Recoded
from cecli.readers.locations import File, Location
from cecli.readers.streams import head_of, skip

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BUFFER = 1 << 16
UTF_8 = "utf-8"

OTHER_FORMATS = (
    (re.compile(rb"PK\x03\x04"), "a zip archive or a spreadsheet", "extract or save it as CSV"),
    (re.compile(rb"\xff\xfe\x00\x00|\x00\x00\xfe\xff"), "UTF-32", "--encoding utf-32"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "UTF-16", "--encoding utf-16"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "a 7z archive", "extract it"),
    (re.compile(rb"\x89HDF"), "HDF5", "save it as CSV or Parquet"),
    (re.compile(rb"[\s\S]{257}ustar"), "a tar archive", "extract it"),
    (re.compile(rb"\xff\xff\xff\xff"), "an Arrow stream", "save it as an Arrow file"),
    (re.compile(rb"\x5d\x00\x00"), "an lzma file of old", "xz --format=lzma -dc FILE | cecli … -"),
    (re.compile(rb"SQLite format 3"), "a SQLite database", "export the table as CSV"),
)


@dataclass(frozen=True)
class Source:
    """A location and how to make clean UTF-8 text of its bytes."""

    location: Location
    dialect: Dialect
    encoding: str = UTF_8

    @property
    def name(self) -> str:
        return self.location.name

    @property
    def reopens(self) -> bool:
        return self.location.reopens

    def size(self) -> int | None:
        """Return how many bytes there are, if each of them stands for itself."""
        if self.encoding != UTF_8 or self.dialect.comment or not isinstance(self.location, File):
            return None
        with self.location.open() as stream:
            head, _ = head_of(stream, self.name)
            if any(compression.begins(head) for compression in COMPRESSIONS):
                return None
            return stream.seek(0, os.SEEK_END)

    def open(self, opened: BufferedReader | None = None) -> BufferedReader:
        """Return the text, from its first character on.

        Parameters
        ----------
        opened : the location's bytes, where it has been opened already.

        Raises
        ------
        InputError
            If it cannot be opened, or is no text.
        """
        stream = self.location.open() if opened is None else opened
        try:
            return self._text(stream)
        except BaseException:
            stream.close()
            raise

    def _text(self, stream: BufferedReader) -> BufferedReader:
        head, stream = head_of(stream, self.name)
        for compression in COMPRESSIONS:
            if compression.begins(head):
                inflated = Decompressed(stream, compression, self.name)
                head, stream = head_of(BufferedReader(inflated, BUFFER), self.name)
                _refuse_twice_compressed(head, self.name)
                break
        if self.encoding != UTF_8:
            recoded = Recoded(stream, self.encoding, self.name)
            head, stream = head_of(BufferedReader(recoded, BUFFER), self.name)
        else:
            _refuse_other_formats(head, self.name)
        if head.startswith(BYTE_ORDER_MARK):
            skip(stream, len(BYTE_ORDER_MARK), self.name)
        if self.dialect.comment:
            bare = WithoutComments(stream, self.dialect.comment, self.dialect.quote, self.name)
            stream = BufferedReader(bare, BUFFER)
        return stream


def _refuse_twice_compressed(head: bytes, name: str) -> None:
    for compression in COMPRESSIONS:
        if compression.begins(head):
            raise InputError(f"is compressed twice, inside by {compression.name}", name)


def _refuse_other_formats(head: bytes, name: str) -> None:
    for magic, what, hint in OTHER_FORMATS:
        if magic.match(head):
            raise InputError(f"is not UTF-8 text: it looks like {what}", name, hint)
