"""Streams: what was looked at is there again, and errors have their place."""

import errno
import io
import os
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.errors import InputError, UnreadableError
from cecli.readers.bytes.streams import Span, head_of, read, skip, spooled


@given(st.binary(max_size=60), st.integers(0, 70))
def test_a_stream_is_there_again_after_its_head_and_can_be_skipped(data, size):
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    for kind in (io.BytesIO, Pipe):
        head, stream = head_of(kind(data), "x")
        assert data.startswith(head)
        skip(stream, size, "x")
        assert stream.read() == data[size:]


def test_f08_a_read_error_is_placed():
    class Broken(io.BytesIO):
        def read(self, _=-1):
            raise OSError(5, "Input/output error")

    with pytest.raises(InputError, match="x: reading failed after line 41: Input/output error"):
        read(Broken(), 10, "x", 42)


@pytest.mark.parametrize("number", [errno.EIO, errno.EPIPE])
@pytest.mark.parametrize("stop", [None, 5])
def test_a_read_error_at_the_end_of_a_part_is_placed(number, stop):
    class Broken(io.BytesIO):
        def readline(self, _=-1):
            raise OSError(number, os.strerror(number))

    with pytest.raises(UnreadableError, match=rf"x: reading failed.*{os.strerror(number)}"):
        Span(Broken(b"a\nb\nc\n"), "x", 2, stop, after_newline=True)


def test_a_part_that_lost_its_end_while_it_was_read_is_told():
    file = io.BytesIO(b"a\nb\nc\n")
    span = Span(file, "x", 0, 5, after_newline=False)
    assert span.read(2) == b"a\n"
    file.truncate(2)
    with pytest.raises(UnreadableError, match="x: was truncated while it was read"):
        span.read(2)


def test_a_stream_that_cannot_be_copied_says_to_save_it(monkeypatch):
    class Full(io.BytesIO):
        def write(self, _):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "TemporaryFile", Full)
    with pytest.raises(UnreadableError, match="No space left on device") as error:
        spooled(io.BytesIO(b"a"), "x")
    assert "save it as a file first" in str(error.value.hint)


def test_a_part_that_ends_beyond_what_is_left_of_its_file_is_told():
    with pytest.raises(UnreadableError, match="x: was truncated while it was read"):
        Span(io.BytesIO(b"a\nb\n"), "x", 0, 9, after_newline=False)


def test_a_part_ends_where_its_last_line_does_however_long_it_is(monkeypatch):
    monkeypatch.setattr("cecli.readers.bytes.streams.TEXT_PIECE", 4)
    text = b"a\n" + b"b" * 50 + b"\nc\n"
    span = Span(io.BytesIO(text), "x", 0, 5, after_newline=False)
    found = b"".join(iter(lambda: span.read(10), b""))
    assert found == text[:-2]
