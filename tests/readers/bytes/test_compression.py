"""Compressed streams: all members come out as they were, or the stream is refused."""

import bz2
import contextlib
import gzip
import io
import lzma
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core import files
from cecli.core.errors import InputError
from cecli.readers.bytes.compression import COMPRESSIONS, Decompressed

zstd = files.zstd()


def checked_zstd(data):
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


PACK = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": checked_zstd}


@pytest.fixture(autouse=True, params=["isal", "zlib"])
def library(request, monkeypatch):
    """Undo gzip with the extra, and without it."""
    if request.param == "zlib":
        monkeypatch.setitem(sys.modules, "isal", None)


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
    with pytest.raises(InputError, match="other data follow"):
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


@each
def test_members_come_out_however_few_bytes_arrive_at_a_time(compression):
    class Slow(io.BytesIO):
        def read(self, _=-1):
            return super().read(1)

    stream = Decompressed(Slow(PACK[compression.name](b"a") * 2), compression, "x")
    assert io.BufferedReader(stream).read() == b"aa"
