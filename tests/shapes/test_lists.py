"""Lists of numbers in cells."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.shapes.lists import alike, numbers_of, parsed

NUMBERS = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3)
WAYS = [
    json.dumps,
    str,
    lambda row: str(tuple(row)),
    lambda row: "[" + ",".join(map(repr, row)) + "]",
    lambda row: "[" + "\n  ".join(map(repr, row)) + "]",
    lambda row: "( " + "; ".join(map(repr, row)) + " )",
]


@given(st.lists(NUMBERS, min_size=1, max_size=8), st.sampled_from(WAYS))
def test_lists_that_are_written_alike_are_read_together(rows, write):
    texts = [write(row) for row in rows]
    found = alike(texts, 3)
    assert np.array_equal(found, np.array(rows).T)
    assert [numbers_of(text) for text in texts] == rows


@given(st.lists(st.tuples(NUMBERS, st.sampled_from(WAYS)), min_size=40, max_size=90))
def test_each_list_may_be_written_in_its_own_way(rows):
    numbers, wrong = parsed([write(row) for row, write in rows], 3)
    assert np.array_equal(numbers, np.array([row for row, _ in rows]).T)
    assert not any(wrong)


@given(st.text(alphabet="[]()0123.,;-+e naif\n", max_size=12))
def test_what_is_read_together_is_what_is_read_alone(text):
    for size in (1, 2, 3):
        together = alike([text], size)
        if together is not None:
            assert numbers_of(text) == together[:, 0].tolist()


def test_numpy_arrays_are_read_over_several_lines():
    row = np.random.default_rng(3).normal(size=40)
    assert numbers_of(str(row)) == pytest.approx(row, abs=1e-7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("[nan, 1]", [None, 1.0]), ("[None 1]", [None, 1.0]), ("[null,1]", [None, 1.0]),
     ("[-inf, inf]", [-np.inf, np.inf])],
)  # fmt: skip
def test_missing_and_infinite_numbers_are_read(text, expected):
    found = [None if np.isnan(x) else x for x in numbers_of(text)]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    ["", "0.1", "0.1 0.2", "[0.1, 0.2", "0.1]", "[0.1, 0.2)", "[]", "[0.1,,0.2]", "[0.1, ]", "[,1]",
     "[1-2, 3]", "[x, 1]", "[[1, 2]]", "[1, 2] [3]", "[1e999, 0]", "{1, 2}", "[1_0, 2]",
     "[0,5 | 1]"],
)  # fmt: skip
def test_what_is_no_list_is_refused(text):
    assert numbers_of(text) is None
    assert parsed(["[1, 2]", text], 2)[1] == ["", "is not a list of numbers"]


def test_a_list_of_another_size_is_told():
    assert parsed(["[1, 2]", "[1, 2, 3]"], 2)[1] == ["", "has 3 numbers instead of 2"]
    # Together they have as many numbers and commas as two lists of three.
    assert parsed(["[1, 2]", "[1, 2, 3, 4]"], 3)[1] == [
        "has 2 numbers instead of 3", "has 4 numbers instead of 3"
    ]  # fmt: skip
