"""Sources of text: a location, and the compression, encoding and comments of its bytes."""

import codecs
import os
import re
from io import BufferedReader
from typing import BinaryIO

from cecli.core.dataclasses import dataclass
from cecli.core.errors import UnreadableError, UsageError, shown
from cecli.readers.bytes.compression import COMPRESSIONS, Decompressed
from cecli.readers.bytes.locations import File, Location
from cecli.readers.bytes.streams import TEXT_PIECE, Filter, head_of, read, skip
from cecli.readers.text.dialect import NEWLINE, Dialect


class Recoded(Filter):
    """Text of another encoding, recoded as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str, source: str) -> None:
        super().__init__(stream, source)
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._line, self._ended = 1, False

    def _next(self, size: int) -> bytes | None:  # noqa: ARG002
        if self._ended:
            return None
        piece = read(self._stream, TEXT_PIECE, self._source, self._line)
        self._ended = not piece
        try:
            text = self._decoder.decode(piece, final=self._ended)
        except UnicodeError as error:
            raise UnreadableError(
                f"is not {self._encoding} after line {self._line}: {error}",
                self._source,
                "give the right encoding with --encoding",
            ) from error
        self._line += text.count("\n")
        return text.encode("utf-8", "surrogatepass")


def check_encoding(encoding: str) -> str:
    """Return the standard name of a text encoding; raise a UsageError if it is not known."""
    try:
        info = codecs.lookup(encoding)
        if not info._is_text_encoding:  # noqa: SLF001
            raise LookupError
    except (LookupError, ValueError):  # of names that are no text
        raise UsageError(
            f"--encoding {shown(encoding)} is not known",
            hint="give a name such as utf-16, latin-1 or cp1252",
        ) from None
    return info.name


class WithoutComments(Filter):
    """Text with comment lines emptied: those that begin with the comment byte outside quotes."""

    def __init__(self, stream: BinaryIO, comment: bytes, quote: bytes, source: str) -> None:
        super().__init__(stream, source)
        self._comment, self._quote = comment, quote
        self._at_line_start, self._in_comment, self._in_quotes = True, False, False

    def _next(self, size: int) -> bytes | None:  # noqa: ARG002
        piece = read(self._stream, TEXT_PIECE, self._source)
        return self._without_comments(piece) if piece else None

    def _without_comments(self, piece: bytes) -> bytes:
        kept, start = [], 0
        while start < len(piece):
            if self._in_comment:
                end = piece.find(NEWLINE, start)
                self._in_comment = end < 0
                start = len(piece) if end < 0 else end
                continue
            end = self._next_comment(piece, start)
            kept.append(piece[start:end])
            self._in_comment = end < len(piece)
            start = end
        return b"".join(kept)

    def _next_comment(self, piece: bytes, start: int) -> int:
        """Return the offset of the next comment, or the length of the piece if there is none."""
        place = start
        if self._at_line_start and not self._in_quotes and piece.startswith(self._comment, start):
            self._at_line_start = False
            return start
        while (found := piece.find(NEWLINE + self._comment, place)) >= 0:
            self._in_quotes ^= bool(piece.count(self._quote, place, found) % 2)
            place = found + 1
            if not self._in_quotes:
                return place
        self._in_quotes ^= bool(piece.count(self._quote, place) % 2)
        self._at_line_start = piece.endswith(NEWLINE)
        return len(piece)


BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BUFFER = 1 << 16
UTF_8 = "utf-8"

IN_PYTHON = "read it in Python, and give cecli the table"
OTHER_FORMATS = (
    (re.compile(rb"PK\x03\x04"), "a zip archive or .xlsx", "extract it, or save it as CSV"),
    (re.compile(rb"\xff\xfe\x00\x00|\x00\x00\xfe\xff"), "UTF-32", "--encoding utf-32"),
    (re.compile(rb"\xff\xfe|\xfe\xff"), "UTF-16", "--encoding utf-16"),
    (re.compile(rb"7z\xbc\xaf\x27\x1c"), "a 7z archive", "extract it"),
    (re.compile(rb"\x89HDF"), "HDF5", "save it as CSV or Parquet"),
    (re.compile(rb"[\s\S]{257}ustar"), "a tar archive", "extract it"),
    (re.compile(rb"\xff\xff\xff\xff"), "an Arrow stream", "save it as an Arrow file"),
    (re.compile(rb"\x5d\x00\x00"), "an old lzma file", "xz --format=lzma -dc FILE | cecli … -"),
    (re.compile(rb"SQLite format 3"), "a SQLite database", "export the table as CSV"),
    (
        re.compile(rb"\x80[\x02-\x05][\x00-\x1f\x58-\x95cX}\]]"), "a pickle",
        f"{IN_PYTHON}: cecli.score(pandas.read_pickle('FILE'))",
    ),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old spreadsheet (.xls)", "save it as CSV"),
    (re.compile(rb"(?:RDX|X)[23]?\n"), "data of R", "save them by write.csv(row.names = FALSE)"),
    (
        re.compile(rb"version https://git-lfs"), "a pointer of Git LFS",
        "git lfs pull fetches the file itself",
    ),
    (
        re.compile(rb"\s*<(?:!doctype|html|\?xml)", re.IGNORECASE), "a web page, or XML",
        "is this the address or the name of the file itself?",
    ),
    (
        re.compile(rb"\s*\[\s*[\[\"\d-]"), "JSON without keys",
        f"{IN_PYTHON}: cecli.score(pandas.read_json('FILE'))",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A location, and how to turn its bytes into clean UTF-8 text."""

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
        """Return the number of bytes, or None if they are decompressed, recoded or filtered."""
        if self.encoding != UTF_8 or self.dialect.comment or not isinstance(self.location, File):
            return None
        with self.location.open() as stream:
            head, _ = head_of(stream, self.name)
            if any(compression.begins(head) for compression in COMPRESSIONS):
                return None
            return stream.seek(0, os.SEEK_END)

    def open(self, opened: BufferedReader | None = None) -> BufferedReader:
        """Return a stream of the text, from its first character.

        Parameters
        ----------
        opened : the stream of the location's bytes, if it is already open.

        Raises
        ------
        UnreadableError
            If it cannot be opened, or is not text.
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
            raise UnreadableError(f"is compressed twice, the inner one is {compression.name}", name)


def _refuse_other_formats(head: bytes, name: str) -> None:
    for magic, what, hint in OTHER_FORMATS:
        if magic.match(head):
            raise UnreadableError(f"is not delimited UTF-8 text: it looks like {what}", name, hint)
