"""Keys are found by their bytes: compiled or not, whatever their hashes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.texts import of_texts
from cecli.join import index
from cecli.join.index import KeyIndex, note, packed, parts_of, together

PURE_TOO = ["compiled", "pure"] if index.key_table else ["pure"]
# Short and long ones, that begin alike, or differ in a NUL or in their length only.
BYTES = st.one_of(
    st.binary(max_size=3),
    st.sampled_from([b"", b"\0", b"a" * 11, b"a" * 12, b"a" * 13, b"a" * 12 + b"b", b"a" * 100]),
    st.binary(min_size=10, max_size=30),
)
LISTS = st.lists(BYTES, max_size=120)


@pytest.fixture(params=PURE_TOO)
def form(request, monkeypatch):
    if request.param == "pure":
        monkeypatch.setattr(index, "key_table", None)
    return request.param


@pytest.mark.parametrize("form", PURE_TOO)
@given(st.lists(LISTS, max_size=4), LISTS)
def test_a_key_is_found_at_the_place_where_it_was_added_first(form, pieces, asked):
    with pytest.MonkeyPatch.context() as patch:
        if form == "pure":
            patch.setattr(index, "key_table", None)
        keys, places = KeyIndex(), dict[bytes, int]()
        for piece in pieces:
            again = keys.add(of_texts(piece))
            expected = None
            for row, key in enumerate(piece):
                if key in places:
                    expected = row, places[key]
                    break
                places[key] = len(places)
            assert again == expected
        assert len(keys) == len(places)
        found = keys.places(of_texts(asked))
        assert found.tolist() == [places.get(key, -1) for key in asked]
        assert keys.keys(0, len(places)).texts() == list(places)


@pytest.mark.skipif(index.key_table is None, reason="not compiled here")
@pytest.mark.parametrize("mask", [0, 1, 7 << 32, 2**64 - 1])
@given(LISTS, LISTS)
def test_keys_that_share_their_hashes_are_told_apart(mask, added, asked):
    distinct = list(dict.fromkeys(added))
    table = index.key_table.Table(mask)
    assert table.add(*raw(distinct)) is None
    places = {key: place for place, key in enumerate(distinct)}
    assert table.find(*raw(asked)).tolist() == [places.get(key, -1) for key in asked]
    for key in distinct[:3]:
        assert table.add(*raw([key])) == (0, places[key])


def raw(texts):
    column = of_texts(texts)
    return column.buffer, column.begins, column.ends


def test_many_keys_are_found_after_the_table_has_grown(form):
    texts = [b"%d" % (i * 7919 % 1_000_003) for i in range(20_000)]
    keys = KeyIndex()
    for start in range(0, len(texts), 999):
        assert keys.add(of_texts(texts[start : start + 999])) is None
    assert keys.places(of_texts(texts)).tolist() == list(range(len(texts)))
    assert keys.places(of_texts([b"x", b"1000003"])).tolist() == [-1, -1]
    assert keys.key(7).encode() == texts[7]
    assert keys.nbytes > 16 * len(texts)


def test_long_keys_count_for_what_they_take(form):
    few, many = KeyIndex(), KeyIndex()
    few.add(of_texts([b"%03d" % i for i in range(1000)]))
    many.add(of_texts([b"%03d" % i + b"x" * 5000 for i in range(1000)]))
    assert 5_000_000 <= many.nbytes - few.nbytes <= 7_000_000


@given(LISTS)
def test_equal_keys_are_in_the_same_part(texts):
    for form in PURE_TOO:
        with pytest.MonkeyPatch.context() as patch:
            if form == "pure":
                patch.setattr(index, "key_table", None)
            parts = parts_of(of_texts([*texts, *texts]), 3)
            assert (parts[: len(texts)] == parts[len(texts) :]).all()
            assert (parts < 8).all()


def test_parts_are_of_about_the_same_size(form):
    sizes = np.bincount(parts_of(of_texts([b"%d" % i for i in range(32_000)]), 4))
    assert len(sizes) == 16
    assert sizes.min() > 1700
    assert sizes.max() < 2300


COMPONENTS = st.text(alphabet=",\\ aä", max_size=4)


@given(st.lists(st.tuples(COMPONENTS, COMPONENTS), max_size=30))
def test_keys_of_several_columns_are_equal_only_if_all_of_them_are(rows):
    columns = [of_texts([row[place].encode() for row in rows]) for place in range(2)]
    joined = together(columns).texts()
    assert len(set(joined)) == len(set(rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "key_table", None)
        assert together(columns).texts() == joined
    assert packed(columns[0]).texts() == columns[0].texts()


def test_a_key_of_several_columns_reads_well(form):
    columns = [of_texts([b"doc 1"]), of_texts([b"7"])]
    assert together(columns).texts() == [b"doc 1, 7"]


@given(st.lists(st.integers(-1, 5), max_size=12))
def test_the_first_row_that_asks_again_is_found(places):
    asked = np.array(places, dtype=np.int64)
    lines = np.arange(10, 10 + len(places))
    expected = next(
        (row for row, place in enumerate(places) if place >= 0 and place in places[:row]), None
    )
    for form in PURE_TOO:
        with pytest.MonkeyPatch.context() as patch:
            if form == "pure":
                patch.setattr(index, "key_table", None)
            line_of = np.zeros(6, dtype=np.int64)
            assert note(asked, lines, line_of) == expected
            before = places[:expected]
            assert line_of.tolist() == [
                10 + before.index(place) if place in before else 0 for place in range(6)
            ]


@pytest.mark.skipif(index.key_table is None, reason="not compiled here")
def test_what_lies_outside_the_buffer_is_refused():
    buffer, begins, ends = raw([b"abc", b"d"])
    for wrong in ((buffer[:-1], begins, ends), (buffer, -1 - begins, ends), (buffer, ends, begins)):
        with pytest.raises(IndexError):
            index.key_table.Table().add(*wrong)
    with pytest.raises(IndexError):
        index.key_table.note(np.array([3]), np.array([1]), np.zeros(3, dtype=np.int64))
