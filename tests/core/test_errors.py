"""Errors: what they show, and what they never let through."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from cecli.core.errors import InputError, shown, visible


@given(st.text())
def test_nothing_that_controls_or_hides_is_shown(text):
    kinds = {unicodedata.category(character) for character in visible(text)}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_what_can_be_read_is_shown_as_it_is(text):
    assert visible(text) == text


@given(st.text(max_size=200))
def test_a_value_is_cut_to_60_characters(text):
    assert len(shown(text)) <= 2 + 60 * len("\\U0010ffff")
    assert shown("x" * 61) == "'" + "x" * 59 + "…'"


def test_an_error_reads_as_place_what_and_hint():
    assert str(InputError("is empty", "a.csv", "try b.csv")) == "a.csv: is empty\nhint: try b.csv"
    assert str(InputError("is empty")) == "is empty"
