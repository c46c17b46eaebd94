"""Text is estimated as wide as in the widest of usual fonts, and fits where it is said to fit."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.pictures.drawing.text import LONGEST, cut, harmless, possible, width, wrapped

# Advance widths of DejaVu Sans 2.37 in units of 2048 to the em.
DEJAVU = {
    "The quick brown fox jumps over the lazy dog": 46171,
    "0.4736 [0.4717, 0.4756]": 25049,
    "Évaluation précise, naïve": 25777,
    "Щука и Жук": 13232,
}
NAMES = st.text(max_size=80)
ROOMS = st.floats(20, 400)


@pytest.mark.parametrize("text", DEJAVU)
def test_an_estimate_is_above_the_width_in_a_wide_font_but_not_by_much(text):
    measured = DEJAVU[text] / 2048
    assert measured <= width(text, 1.0) <= 1.3 * measured


@given(NAMES, NAMES)
def test_widths_add_up(one, other):
    assert width(one + other, 10) == pytest.approx(width(one, 10) + width(other, 10))


@given(NAMES, ROOMS)
def test_a_cut_text_fits_and_keeps_both_ends(text, room):
    found = cut(text, 12, room)
    assert width(found, 12) <= room
    if found != text:
        head, _, tail = found.partition("…")
        assert text.startswith(head)
        assert text.endswith(tail)
        assert width(text, 12) > room


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=12), max_size=20), st.floats(130, 400))
def test_lines_fit_and_hold_all_words_in_order(words, room):
    lines = wrapped(" ".join(words), 12, room)
    assert all(width(line, 12) <= room for line in lines)
    assert " ".join(lines).split() == words
    # No word would have fitted into the line before.
    for line, after in itertools.pairwise(lines):
        assert width(f"{line} {after.split()[0]}", 12) > room


@given(st.text())
def test_text_of_any_origin_is_possible_in_xml_and_does_not_steer_what_shows_it(text):
    found = possible(text)
    assert all(c in "\t\n\r" or c >= " " for c in found)
    assert not set(found) & {"\u202e", "\u200b", "\ufffe", "\uffff", "\x7f", "\u2028"}
    assert not any("\ud800" <= c <= "\udfff" for c in found)


@given(st.text(max_size=LONGEST))
def test_a_text_that_is_not_too_long_is_whole(text):
    assert harmless(text) == possible(text)


def test_of_a_text_of_a_megabyte_both_ends_are_left():
    found = harmless("a" * 10**6 + "b")
    assert found.startswith("aaa")
    assert found.endswith("aab")
    assert len(found) <= LONGEST + 1
