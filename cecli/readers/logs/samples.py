"""The samples inside of a log of inspect_ai, which is one object with all of an evaluation.

References
----------
inspect_ai, src/inspect_ai/log/_log.py: EvalLog. Its key `samples`, an array of EvalSample, comes
after what is small.
"""

import re

from cecli.core.errors import InputError
from cecli.readers.bytes.streams import TEXT_PIECE, read
from cecli.readers.json.arrays import TEXT
from cecli.readers.text.blocks import Readable

# What is before the samples is shorter than this, or there are none.
BEFORE = 64 << 20
TOKEN = re.compile(TEXT + rb"|[{}\[\]]", re.DOTALL)
OPENING, CLOSING = (b"{", b"["), (b"}", b"]")
SAMPLES = re.compile(rb'"samples"\s*:\s*(?=\[)')


class Samples:
    """The array of samples, as a stream that begins with its bracket and ends with the log's."""

    def __init__(self, stream: Readable, source: str) -> None:
        self._stream, self._source = stream, source
        self._ahead = self._beginning()

    def read(self, size: int, /) -> bytes:
        """Return some bytes, b"" at the end."""
        if self._ahead:
            some, self._ahead = self._ahead[:size], self._ahead[size:]
            return some
        return read(self._stream, size, self._source)

    def _beginning(self) -> bytes:
        """Return what was read of the array, from its bracket on."""
        text = b""
        while len(text) <= BEFORE and (piece := read(self._stream, TEXT_PIECE, self._source)):
            text += piece
            if (start := _start_of_samples(text)) is not None:
                return text[start:]
        raise InputError(
            "is no log of inspect_ai: it has no array samples", self._source,
            "inspect log convert --to json writes logs with their samples",
        )  # fmt: skip


def _start_of_samples(text: bytes) -> int | None:
    """Return where the value of the key `samples` of the outermost object begins."""
    depth = 0
    for token in TOKEN.finditer(text):
        mark = token[0]
        if mark in OPENING:
            depth += 1
        elif mark in CLOSING:
            depth -= 1
        elif depth == 1 and (found := SAMPLES.match(text, token.start())) is not None:
            return found.end()
    return None


def is_whole_log(head: bytes) -> bool:
    """Return whether a text with these first bytes is one object with all of an evaluation."""
    return re.match(rb'\s*\{\s*"(?:version|status|eval)"\s*:', head) is not None
