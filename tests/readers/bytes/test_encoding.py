"""Encodings are undone, or refused."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.errors import InputError, UsageError
from cecli.readers.bytes.sources import Recoded, check_encoding


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
