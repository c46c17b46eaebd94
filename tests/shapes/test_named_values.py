"""Pairs of a class and a number in cells."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.shapes.named_values import pairs_of, parsed

NAMES = ("det", "noun", "B-LOC:x", "ü")
ROWS = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.floats(-1e9, 1e9), min_size=1), min_size=1,
    max_size=80,
)  # fmt: skip
WAYS = [
    lambda row: " ".join(f"{name}:{x!r}" for name, x in row.items()),
    lambda row: ", ".join(f"{name}: {x!r}" for name, x in row.items()),
    lambda row: ";".join(f"{name}:{x!r}" for name, x in row.items()),
    json.dumps,
    str,
]


@given(ROWS, st.sampled_from(WAYS))
def test_pairs_are_read_however_they_are_written(rows, write):
    texts = [write(row) for row in rows]
    numbers, wrong = parsed(texts, {name: k for k, name in enumerate(NAMES)}, 4, -1e10)
    expected = [[row.get(name, -1e10) for row in rows] for name in NAMES]
    assert np.array_equal(numbers, expected)
    assert not any(wrong)
    assert list(map(pairs_of, texts)) == rows


@pytest.mark.parametrize(
    "text",
    ["", "0.3", "det", "det:", "det:x", ":0.3", "det:0.3 det:0.4", '{"a": 1, "a": 2}', '{"a": "x"}',
     "{", '{"a": true}', "det:1e999", "det:0.3,,noun:0.7", '{"a": [1]}', "{1, 2}", "det:1_0"],
)  # fmt: skip
def test_what_has_no_pairs_is_refused(text):
    assert pairs_of(text) is None
    places = {"det": 0, "noun": 1}
    assert parsed(["det:1", text], places, 2, 0.0)[1] == [
        "", "has no pairs of a class and a number, each class once"
    ]  # fmt: skip


def test_an_unknown_class_is_named():
    assert parsed(["a:1 c:0"], {"a": 0, "b": 1}, 2, 0.0)[1] == [
        "names 'c', which is none of the 2 classes"
    ]


def test_a_class_may_be_called_by_its_code_but_not_twice():
    places = {"0": 0, "no": 0, "1": 1, "yes": 1}
    numbers, wrong = parsed(["0:0.25 yes:0.75", "0:0.5 no:0.5"], places, 2, 0.0)
    assert numbers[:, 0].tolist() == [0.25, 0.75]
    assert wrong == ["", "names a class twice"]
