"""Comment lines are made empty, and nothing else is. Encodings are undone, or refused."""

import bz2
import gzip
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import cecli
from cecli.core.errors import InputError, UsageError
from cecli.readers.bytes.sources import Recoded, WithoutComments, check_encoding


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
@example('"\n#a"\n#a\n', 7)
def test_comment_lines_are_made_empty(text, size):
    class Slow(io.BytesIO):
        def read(self, _=-1):
            return super().read(size)

    stream = WithoutComments(Slow(text.encode()), b"#", b'"', "x")
    assert io.BufferedReader(stream).read().decode() == by_lines(text)


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


@pytest.mark.parametrize("outer", [gzip.compress, bz2.compress])
def test_what_is_compressed_twice_is_refused(write, outer):
    path = write(outer(gzip.compress(b"y,p\n1,0.5\n")), "twice.csv.gz")
    with pytest.raises(InputError, match="is compressed twice, the inner one is gzip"):
        cecli.score(path)
