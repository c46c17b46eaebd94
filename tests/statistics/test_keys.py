"""The keys of groups against dictionaries, however many combinations could occur."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.core.chunk import Chunk, Coded
from cecli.statistics import keys as module
from cecli.statistics.keys import Keys, groups_of

NAMES = ("", "a", "b", "1,2", "é")
rows = st.lists(st.tuples(*[st.integers(0, len(NAMES) - 1)] * 3), max_size=20)


@pytest.mark.parametrize("few", [1 << 20, 1])
@pytest.mark.parametrize("parts", [1, 2, 3])
@given(rows)
def test_each_row_has_the_key_of_its_texts(few, parts, rows):
    roles = tuple("xyz"[:parts])
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    texts = {role: Coded(codes, NAMES) for role, codes in zip(roles, columns, strict=False)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "FEW", few)
        found, codes = groups_of(Chunk("x", np.arange(len(rows)), {}, texts), roles)
    expected = [tuple(NAMES[code] for code in row[:parts]) for row in rows]
    assert found.at(codes) == expected
    assert sorted(found) == sorted(set(expected))
    assert list(pickle.loads(pickle.dumps(found))) == list(found)


@given(rows, rows)
def test_keys_that_come_again_keep_their_numbers(first, then):
    every = Keys()
    for some in (first, then):
        keys = list(dict.fromkeys(tuple(NAMES[code] for code in row) for row in some))
        places = every.places(Keys.of(keys))
        assert every.at(places) == keys
    assert len(every) == len({*first, *then})
    assert every.at(np.arange(len(every))) == list(every)
