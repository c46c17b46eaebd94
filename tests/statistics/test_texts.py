"""Distinct texts in arrays against a dictionary."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.statistics import texts as module
from cecli.statistics.keys import Keys
from cecli.statistics.texts import Packed, Texts

words = st.text(max_size=12)
batches = st.lists(st.lists(words, unique=True, max_size=20), max_size=8)


@pytest.fixture(autouse=True, scope="module", params=["compiled", "numpy"])
def loops(request):
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "numpy":
            patch.setattr(module, "text_loops", None)
        elif module.text_loops is None:
            pytest.skip("not compiled here")
        yield


def all_of(texts):
    return list(texts.packed.texts(np.arange(len(texts))))


@given(batches)
def test_texts_are_numbered_as_in_a_dictionary(batches):
    texts, known = Texts(Packed.of([])), {}
    for batch in batches:
        found = texts.places(Packed.of(batch)).tolist()
        assert found == [known.setdefault(word, len(known)) for word in batch]
    assert all_of(texts) == list(known)


@given(batches)
def test_texts_of_one_hash_are_still_apart(batches):
    def packed(batch):
        found = Packed.of(batch)
        return Packed(found.letters, found.ends, np.zeros_like(found.hashes) + 7)

    texts, known = Texts(packed([])), {}
    for batch in batches:
        found = texts.places(packed(batch)).tolist()
        assert found == [known.setdefault(word, len(known)) for word in batch]


def test_a_lone_surrogate_and_a_nul_are_texts_like_others():
    strange = ["\ud800", "a\0b", "a", ""]
    texts = Texts(Packed.of(strange))
    assert texts.places(Packed.of(strange[::-1])).tolist() == [3, 2, 1, 0]
    assert all_of(texts) == strange


def test_a_text_beside_a_lone_surrogate_is_the_same_as_without_it():
    texts = Texts(Packed.of(["é", "日本"]))
    assert texts.places(Packed.of(["\ud800", "日本", "é"])).tolist() == [2, 1, 0]


@pytest.mark.parametrize("parts", [1, 2, 3])
@given(data=st.data())
def test_keys_of_several_parts_come_back(parts, data):
    keys = data.draw(st.lists(st.tuples(*[words] * parts), unique=True, max_size=20))
    known = Keys()
    places = known.places(Keys.of(keys))
    assert known.at(places) == keys
    again = pickle.loads(pickle.dumps(known))
    assert again.at(places) == keys
    assert again.places(Keys.of(keys[::-1])).tolist() == places.tolist()[::-1]


def test_readers_of_a_state_see_its_texts_while_others_are_added():
    keys = Keys.of([("a",), ("b",)])
    before = keys.at(np.arange(2))
    keys.places(Keys.of([(str(number),) for number in range(1000)]))
    assert keys.at(np.arange(2)) == before == [("a",), ("b",)]


def test_compiled_loops_refuse_ends_outside_the_letters_and_too_few_slots():
    text_loops = pytest.importorskip("cecli.statistics.text_loops", reason="not compiled here")
    one = text_loops.packed(["word"])
    slots = np.full(4, -1, np.int32)
    for ends in ([5], [-1]):
        with pytest.raises(IndexError):
            text_loops.numbers(slots, one, (one[0], np.array(ends), one[2]))
    with pytest.raises(ValueError, match="arrays differ"):
        text_loops.numbers(slots, one, (one[0], one[1], one[2][:0]))
    for size in (2, 3):
        with pytest.raises(ValueError, match="slots"):
            text_loops.numbers(slots[:size], one, one)
