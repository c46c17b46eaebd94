"""Integers as bytes and back, of any size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.states.numbers import (
    COUNT,
    Cursor,
    DamagedError,
    read_array,
    read_integers,
    read_texts,
    written_array,
    written_integers,
    written_texts,
)

integers = st.integers(-(2**70), 2**70).flatmap(
    lambda x: st.integers(0, 4400).map(lambda zeros: x << zeros)
)


@given(st.lists(integers))
def test_integers_come_back(values):
    cursor = Cursor(memoryview(written_integers(values)))
    assert read_integers(cursor) == values
    cursor.refuse_rest()


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_arrays_come_back(values):
    cursor = Cursor(memoryview(written_array(np.array(values, dtype=np.int64))))
    assert read_array(cursor, len(values)).tolist() == values
    cursor.refuse_rest()


@given(st.lists(st.text(max_size=5), max_size=5))
def test_texts_come_back(texts):
    encoded = tuple(text.encode("utf-8", "surrogatepass") for text in texts)
    assert read_texts(Cursor(memoryview(written_texts(encoded))), len(texts)) == encoded


@given(st.integers(-(2**62), 2**62))
def test_an_array_takes_as_few_bytes_as_it_can(value):
    content = written_array(np.array([value], dtype=np.int64))
    assert len(content) - 1 == (value if value >= 0 else ~value).bit_length() // 8 + 1


@pytest.mark.parametrize(
    "read",
    [
        lambda cursor: read_array(cursor, 1 << 40),
        lambda cursor: read_texts(cursor, 1 << 40),
    ],
)
def test_no_memory_is_taken_for_bytes_that_are_not_there(read):
    with pytest.raises(DamagedError, match="too early"):
        read(Cursor(memoryview(b"\x04" + COUNT.pack(0xFFFFFFFF))))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (COUNT.pack(0xFFFFFFFF), "sums"),
        (COUNT.pack(9) + b"\x01\x00" * 9, "too early"),
        (COUNT.pack(1) + b"\xff\xff\x01\x00\x01", "too large"),
    ],
)
def test_few_bytes_do_not_stand_for_much_memory(content, told):
    with pytest.raises(DamagedError, match=told):
        read_integers(Cursor(memoryview(content)))
