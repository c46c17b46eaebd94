"""Text on a terminal: its width, its middle left out, its lines."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cecli.renderers.laid_out.widths import CUT, filled, padded, shortened, width_of, wrapped

TEXTS = st.text(st.sampled_from("ab /日e\u0301"))


def test_wide_and_combining_characters_take_the_room_that_terminals_give_them():
    assert width_of("日本e\u0301") == 5
    assert padded("日", 4, to_the_right=True) == "  日"
    assert padded("日", 4, to_the_right=False) == "日  "


@given(TEXTS, st.integers(1, 20))
def test_a_shortened_text_fits_and_keeps_both_ends(text, width):
    short = shortened(text, width)
    assert width_of(short) <= width
    if width_of(text) <= width:
        assert short == text
    else:
        head, _, tail = short.partition(CUT)
        assert text.startswith(head)
        assert text.endswith(tail)


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1), st.integers(9, 40))
def test_lines_break_between_words_and_lose_none(words, width):
    lines = wrapped(" ".join(words), width)
    assert " ".join(lines).split() == words
    assert all(width_of(line) <= width for line in lines)
    # No line could have taken the first word of the next one.
    for line, below in pairwise(lines):
        assert len(line) + 1 + len(below.split(" ")[0]) > width


@pytest.mark.parametrize("width", [3, 7, 100])
def test_pieces_stay_whole(width):
    assert " · ".join(filled(["abc", "def", "ghi"], " · ", width)).split(" · ") == [
        "abc",
        "def",
        "ghi",
    ]
