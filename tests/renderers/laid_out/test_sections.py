"""Sections of a sheet: the same words in any width, and commands that can be pasted."""

import shlex

import pytest

from cecli.renderers.laid_out.aligned import aligned
from cecli.renderers.laid_out.sections import command_lines, sections_of
from cecli.renderers.sheet import Grid, Sheet

COMMAND = "cecli score 'a b.csv' --label 'is late' --prob p --by origin --all"
GRID = Grid(("", "value"), (("log loss", "0.25"), ("a", "1")), frozenset({1}), more="2 of 3 rows")


def text_of(sheet, width=None):
    return list(aligned(sections_of(sheet, width)))


def brief(**more):
    given = {"title": "preds.csv", "facts": "3 rows · prob p", "grids": (GRID,), "notices": ()}
    return Sheet(**(given | more), is_brief=True)


def test_a_short_headline_is_one_line_and_a_long_one_two():
    assert text_of(brief())[0] == "preds.csv   3 rows · prob p"
    assert text_of(brief(facts="x" * 80))[:2] == ["preds.csv", "x" * 80]
    assert text_of(brief(), 20)[:2] == ["preds.csv", "3 rows · prob p"]


def test_sections_are_apart_and_a_table_says_what_it_leaves_out():
    sheet = brief(sentences=("It loses.",), notices=("a notice",), steps=("cecli a",))
    assert text_of(sheet)[1:] == [
        "", "It loses.", "", "          value", "log loss   0.25", "a             1", "",
        "2 of 3 rows", "", "notice: a notice", "next: cecli a",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [30, 44, 200])
def test_a_command_that_is_pasted_is_the_command(width):
    lines = command_lines(COMMAND, width)
    assert shlex.split("\n".join(lines).replace("\\\n", " ")) == shlex.split(COMMAND)
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [20, 40, 80])
def test_no_line_is_wider_than_the_terminal_and_no_notice_loses_a_word(width):
    words = "a notice about a thing or two in the rows"
    sheet = brief(notices=(words,), steps=(COMMAND, "cecli " + "x" * 100), sentences=(words,))
    lines = text_of(sheet, width)
    assert max(map(len, lines)) <= width
    assert not any("xxx" in line for line in lines)
    said = " ".join(" ".join(lines).replace("notice:", "").split())
    assert said.count(words) == 2
