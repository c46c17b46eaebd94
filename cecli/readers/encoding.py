"""Text in another encoding, as UTF-8."""

import codecs
from typing import BinaryIO

from cecli.errors import InputError, UsageError, shown
from cecli.readers.streams import TEXT_PIECE, Filter, read


class Recoded(Filter):
    """Text in some encoding, as UTF-8."""

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
            raise InputError(
                f"is not {self._encoding} after line {self._line}: {error}",
                self._source,
                "--encoding takes the name of another one",
            ) from error
        self._line += text.count("\n")
        return text.encode("utf-8", "surrogatepass")


def check_encoding(encoding: str) -> str:
    """Return an encoding's name, if it is one of text."""
    try:
        info = codecs.lookup(encoding)
        if not info._is_text_encoding:  # noqa: SLF001
            raise LookupError
    except LookupError:
        raise UsageError(
            f"--encoding {shown(encoding)} is not known", hint="such as utf-16, latin-1 or cp1252"
        ) from None
    return info.name
