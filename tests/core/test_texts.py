"""Texts that are kept as bytes are the same texts as coded ones."""

import pickle

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk, Coded
from cecli.core.texts import in_one, of_texts, uncoded

TEXTS = st.lists(st.text(max_size=6), max_size=12)


def coded(texts):
    names = tuple(dict.fromkeys(texts))
    return Coded(np.array([names.index(text) for text in texts], dtype=np.int64), names)


def read(column):
    return [column.of_row(row) for row in range(len(column.codes))]


@given(TEXTS, st.lists(st.integers(0, 99), max_size=9))
def test_they_are_the_same_texts_in_any_form(texts, numbers):
    raw = uncoded(coded(texts))
    assert len(raw) == len(texts)
    assert read(raw) == texts
    assert [raw.names[code] for code in raw.codes] == texts
    rows = np.array([number % len(texts) for number in numbers if texts], dtype=np.int64)
    some = [texts[row] for row in rows]
    for column in (raw.at(rows), coded(texts).at(rows), pickle.loads(pickle.dumps(raw.at(rows)))):
        assert read(column) == some
    assert read(in_one([coded(texts), raw.at(rows), coded(some)])) == [*texts, *some, *some]


@given(TEXTS)
def test_rows_are_found_by_how_their_text_begins(texts):
    flags = uncoded(coded(texts)).rows_where(lambda text: not text.strip() or text == "äx", " ä")
    begin = [not text or text[0] in " ä" for text in texts]
    expected = [not text.strip(" ") or text == "äx" for text in texts]
    assert [flag for flag, can in zip(flags, begin, strict=True) if can] == [
        flag for flag, can in zip(expected, begin, strict=True) if can
    ]
    assert not any(flag and not can for flag, can in zip(flags, begin, strict=True))


def test_what_is_pickled_are_the_texts_of_the_rows_alone():
    column = of_texts([b"a" * 10_000, b"b", b"c" * 10_000, b"d"])
    assert len(pickle.dumps(column.at(np.array([1, 3])))) < 1_000


def test_a_chunk_can_have_them():
    chunk = Chunk("x", np.arange(3), {}, {"id": of_texts([b"a", b"b", b"a"])})
    kept = chunk.where(np.array([True, False, True]))
    assert read(kept.texts["id"]) == ["a", "a"]
    assert kept.texts["id"].first_rows() == [(0, 0)]
