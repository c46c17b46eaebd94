"""A token of a log: what tells it from others, its size, and what is refused."""

import json
import math

import pytest

from cecli.readers.json.records import Numeral
from cecli.readers.logs.likeliest import Logged, RefusedError, listed, logged


def entry(token, logprob="-0.5", **more):
    return {"token": token, "logprob": None if logprob is None else Numeral(logprob), **more}


def numerals(*values):
    return [Numeral(value) for value in values]


def test_a_token_whose_bytes_are_no_text_is_told_by_them():
    half = logged(entry("\ufffd", bytes=numerals(240, 159)))
    assert half.key == "\ufffd[240, 159]"
    assert half.size == 2.0
    assert half.key != logged(entry("\ufffd", bytes=numerals(152, 128))).key


def test_a_token_of_unknown_bytes_has_no_size():
    assert math.isnan(logged(entry("a\ufffd")).size)
    assert logged(entry("é")).size == len("é".encode())
    assert logged(entry("", bytes=[])).size == 0.0


def test_a_token_without_a_number_and_without_a_list_tells_nothing():
    found = logged(entry("a", logprob=None))
    assert math.isnan(found.value)
    assert not found.is_known
    assert found.top_text == ""


def test_the_text_of_the_likeliest_has_what_is_known_and_the_token_itself():
    others = listed([entry("b", "-0.25"), entry("c", "-9999.0")])
    found = Logged("a", Numeral("-0.50"), listed=others).top_text
    assert found == '{"b": -0.25, "a": -0.50}'
    assert json.loads(found) == {"b": -0.25, "a": -0.5}


@pytest.mark.parametrize("values", [numerals(256), numerals(-1), numerals(0.5), ["a"], 7])
def test_bytes_are_whole_numbers_from_0_to_255(values):
    with pytest.raises(RefusedError, match="are no bytes"):
        logged(entry("a", bytes=values))


@pytest.mark.parametrize("values", ["text", 7, [1], [["a", -1.0]]])
def test_a_list_of_the_likeliest_has_objects(values):
    with pytest.raises(RefusedError, match="no list of objects"):
        listed(values)
