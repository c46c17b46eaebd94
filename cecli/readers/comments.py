"""Text without its comment lines, whose numbers stay as they are."""

from typing import BinaryIO

from cecli.readers.dialect import NEWLINE
from cecli.readers.streams import TEXT_PIECE, Filter, read


class WithoutComments(Filter):
    """Text whose comment lines, which begin with a character outside quotes, are made empty."""

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
        """Return where the next comment begins; the length of the piece if none does."""
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
