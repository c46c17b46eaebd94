"""Files behind http and https. Lengths are checked, and that the file stays the same.

A text is read in one request, so that any server will do. A format that is read in places, such as
Parquet, needs a server that announces ranges.
"""

import os
import re
import urllib.request
from base64 import b64encode
from functools import cached_property
from http.client import HTTPException, IncompleteRead
from io import BufferedReader, RawIOBase
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

from cecli.core.dataclasses import dataclass, field
from cecli.core.errors import UnreadableError, visible

BUFFER = 1 << 20
SILENT_SECONDS = 60.0
PARTIAL = 206
RANGE = re.compile(r"bytes (?P<first>\d+)-(?P<last>\d+)/(?P<size>\d+|\*)")
# A redirection leads to other such addresses only: never to a file of this machine.
HANDLERS = (
    urllib.request.ProxyHandler, urllib.request.HTTPHandler, urllib.request.HTTPSHandler,
    urllib.request.HTTPRedirectHandler, urllib.request.HTTPDefaultErrorHandler,
    urllib.request.HTTPErrorProcessor, urllib.request.UnknownHandler,
)  # fmt: skip
# What an address may contain besides letters and digits.
PUNCTUATION = "%/:=&?~#+!$,;'@()*[]"


class Facts(NamedTuple):
    """What a server says of the bytes behind an address: empty or None where it does not.

    Attributes
    ----------
    size : the number of bytes.
    has_ranges : whether it sends parts of them on request.
    """

    etag: str
    modified: str
    size: int | None
    has_ranges: bool

    def differ(self, others: "Facts") -> bool:
        """Return whether these are not the same bytes."""
        pairs = zip(self[:3], others[:3], strict=True)
        return any(a != b for a, b in pairs if a not in {"", None} and b not in {"", None})


@dataclass(frozen=True)
class Web:
    """A file behind an address that begins with http:// or https://."""

    path: str
    reopens: bool = field(default=True, init=False)
    # Those of the first answer, to which all others are compared.
    _facts: list[Facts] = field(default_factory=list, init=False, compare=False, repr=False)

    @property
    def name(self) -> str:
        return visible(urlunsplit(self._parts))

    def identity(self) -> object:
        return None

    def open(self) -> BufferedReader:
        if self._facts and self._facts[0].has_ranges:
            return BufferedReader(_Body(self, self._facts[0]), BUFFER)  # a seek may come first
        try:
            answer = self.answer()
        except (OSError, HTTPException, ValueError) as error:
            raise UnreadableError(f"cannot be opened: {_words(error)}", self.name) from error
        return BufferedReader(_Body(self, self._facts[0], answer), BUFFER)

    def answer(self, start: int = 0) -> Any:
        """Return the server's answer to a request for all bytes from a place on.

        Raises
        ------
        OSError
            If the server does not answer with these bytes.
        UnreadableError
            If they are those of another version.
        """
        answer = self._sent(start)
        try:
            self._check(answer, start)
        except BaseException:
            answer.close()
            raise
        return answer

    def _sent(self, start: int) -> Any:
        request = urllib.request.Request(quote(urlunsplit(self._parts), safe=PUNCTUATION))
        request.add_header("Accept-Encoding", "identity")
        if self._authorization:
            request.add_unredirected_header("Authorization", self._authorization)
        if start:
            request.add_header("Range", f"bytes={start}-{self._last}")
        try:
            return _opener().open(request, timeout=SILENT_SECONDS)
        except HTTPError as error:
            error.close()
            raise

    @property
    def _last(self) -> int:
        return (self._facts[0].size or 0) - 1

    def _check(self, answer: Any, start: int) -> None:
        if not start:
            self._compare(_facts_of(answer, answer.headers.get("Content-Length", "")))
            return
        sent = RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if answer.status != PARTIAL or sent is None:
            raise OSError("the server does not send the part that was asked for")
        self._compare(_facts_of(answer, sent["size"]))
        if (int(sent["first"]), int(sent["last"])) != (start, self._last):
            raise OSError(f"bytes {start} to {self._last} were asked for, and {sent[0]} were sent")

    def _compare(self, facts: Facts) -> None:
        if not self._facts:
            self._facts.append(facts)
        if facts.differ(self._facts[0]):
            raise UnreadableError("was replaced while it was read", self.name)

    @cached_property
    def _parts(self) -> tuple[str, str, str, str, str]:
        """The parts of the address, without a name and a password."""
        scheme, place, path, query, fragment = _split(self.path)
        return scheme, place.rpartition("@")[2], path, query, fragment

    @cached_property
    def _authorization(self) -> str:
        user, at, _ = _split(self.path).netloc.rpartition("@")
        return f"Basic {b64encode(unquote(user).encode()).decode()}" if at else ""


def _opener() -> urllib.request.OpenerDirector:
    opener = urllib.request.OpenerDirector()
    for handler in HANDLERS:
        opener.add_handler(handler())
    return opener


def _facts_of(answer: Any, size: str) -> Facts:
    said = answer.headers.get
    has_ranges = size.isdecimal() and said("Accept-Ranges", "").strip().lower() == "bytes"
    length = int(size) if size.isdecimal() else None
    return Facts(said("ETag", ""), said("Last-Modified", ""), length, has_ranges)


class _Body(RawIOBase):
    """The bytes behind an address. After a seek, another request asks for the rest."""

    def __init__(self, web: Web, facts: Facts, answer: Any = None) -> None:
        self._web, self._facts, self._answer = web, facts, answer
        self._position = self._answered = 0

    def close(self) -> None:
        super().close()
        if self._answer is not None:
            self._answer.close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._facts.has_ranges

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position}.get(whence)
        self._position = offset + ((self._facts.size or 0) if base is None else base)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position == self._facts.size:
            return 0
        try:
            size: int = self._answer_here().readinto(buffer)
        except IncompleteRead as error:
            raise OSError("the transfer ended too early") from error
        except HTTPException as error:
            raise OSError(_words(error)) from error
        self._position += size
        self._answered = self._position
        # The standard library does not compare the length of what arrives.
        if not size and len(buffer) and self._facts.size is not None:
            raise OSError(
                f"the transfer ended after {self._position:,} of {self._facts.size:,} bytes"
            )
        return size

    def _answer_here(self) -> Any:
        if self._answer is not None and self._position == self._answered:
            return self._answer
        if self._answer is not None:
            self._answer.close()
        self._answer = self._web.answer(self._position)
        return self._answer


def _words(error: Exception) -> str:
    """Return what went wrong in one line."""
    if isinstance(error, HTTPError):
        return f"the server answers {error.code} {error.reason}".strip()
    reason = error.reason if isinstance(error, URLError) else error
    words = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    return " ".join(words.split())[:200] or type(error).__name__


def _split(address: str) -> SplitResult:
    """Return the parts of an address.

    Raises
    ------
    UnreadableError
        If it is none.
    """
    try:
        return urlsplit(address)
    except ValueError as error:
        name = re.sub("//[^/@]*@", "//", address)  # no password is told
        raise UnreadableError(f"is no address: {error}", visible(name)) from None
