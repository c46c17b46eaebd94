"""Streams: what is wrapped comes out as it was, or is refused."""

import bz2
import contextlib
import gzip
import io
import lzma

import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from cecli.errors import InputError, UsageError
from cecli.readers.comments import WithoutComments
from cecli.readers.compression import COMPRESSIONS, Decompressed
from cecli.readers.encoding import Recoded, check_encoding
from cecli.readers.streams import head_of, read, skip


def checked_zstd(data):
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


PACK = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": checked_zstd}
each = pytest.mark.parametrize("compression", COMPRESSIONS, ids=lambda c: c.name)


def unpacked(data, compression):
    return io.BufferedReader(Decompressed(io.BytesIO(data), compression, "x")).read()


@each
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4))
def test_all_members_come_out(compression, members):
    data = b"".join(map(PACK[compression.name], members))
    assert unpacked(data, compression) == b"".join(members)


@each
def test_a_stream_cut_anywhere_is_truncated_or_whole_members(compression):
    content = b"".join(b"%d,%d\n" % (i, i * i) for i in range(3000))
    data = PACK[compression.name](content)
    for end in [*range(1, 40), *range(40, len(data), 97), len(data) - 1]:
        with pytest.raises(InputError, match=r"truncated|corrupt"):
            unpacked(data[:end], compression)


@each
def test_a_flipped_bit_is_never_passed_on(compression):
    content = b"".join(b"%d,%d\n" % (i, i * i) for i in range(2000))
    data = bytearray(PACK[compression.name](content))
    for place in range(10, len(data), max(1, len(data) // 60)):
        data[place] ^= 4
        with contextlib.suppress(InputError):
            assert unpacked(bytes(data), compression) == content  # a bit that means nothing
        data[place] ^= 4


@each
def test_something_behind_the_last_member_is_refused(compression):
    with pytest.raises(InputError, match="something follows"):
        unpacked(PACK[compression.name](b"a") + b"trailing", compression)


def test_zeros_that_pad_a_tape_are_no_data():
    assert unpacked(gzip.compress(b"a") + bytes(1000), COMPRESSIONS[0]) == b"a"


def test_a_skippable_frame_is_skipped():
    frame = b"\x50\x2a\x4d\x18\x04\0\0\0abcd"
    packed = zstd.compress(b"a")
    assert unpacked(frame + packed + frame, COMPRESSIONS[3]) == b"a"


@each
def test_a_bomb_comes_out_in_small_pieces(compression):
    data = PACK[compression.name](bytes(50 << 20))
    stream = Decompressed(io.BytesIO(data), compression, "x")
    total = 0
    while piece := stream._next(1 << 16):
        assert len(piece) <= 1 << 17
        total += len(piece)
        if total > 5 << 20:
            return


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(["utf-16", "utf-32", "utf-8-sig"]),
)
def test_an_encoding_is_undone(text, encoding):
    stream = Recoded(io.BytesIO(text.encode(encoding)), encoding, "x")
    assert io.BufferedReader(stream).read().decode() == text


def test_a_wrong_encoding_is_refused():
    with pytest.raises(InputError, match="is not ascii"):
        Recoded(io.BytesIO(b"a\xff"), "ascii", "x").read()


@pytest.mark.parametrize("name", ["nonsense", "base64", "rot13"])
def test_an_encoding_must_be_one_of_text(name):
    with pytest.raises(UsageError, match="is not known"):
        check_encoding(name)


def by_lines(text):
    """Blank comment lines, by keeping track of quotes character by character."""
    kept, in_quotes, at_start, in_comment = [], False, True, False
    for character in text:
        if in_comment and character != "\n":
            continue
        if at_start and character == "#" and not in_quotes:
            in_comment, at_start = True, False
            continue
        in_comment = False
        in_quotes ^= character == '"'
        at_start = character == "\n"
        kept.append(character)
    return "".join(kept)


@given(st.text(st.sampled_from('#a"\n,'), max_size=40), st.integers(1, 7))
def test_comment_lines_are_made_empty(text, size):
    class Slow(io.BytesIO):
        def read(self, _=-1):
            return super().read(size)

    stream = WithoutComments(Slow(text.encode()), b"#", b'"', "x")
    assert io.BufferedReader(stream).read().decode() == by_lines(text)


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
