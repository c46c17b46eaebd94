"""Sections drawn by rich: the words and places of plain text, a rule, and colour if asked for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_grids import grids
from rich.cells import cell_len

from cecli.renderers.laid_out.aligned import aligned
from cecli.renderers.laid_out.drawn import drawn
from cecli.renderers.laid_out.sections import sections_of
from cecli.renderers.sheet import RULE, Grid, Sheet

NAMES = ["[red]x[/]", ":smile:", "日本語", "❤️ ", "e\u0301", "ราคา", "http://a.b/[c]"]


def sheet(*found, **more):
    return Sheet("a [b]title[/b]", "3 rows | prob p", found, ("a notice",), **more)


def of_names():
    rows = tuple((name, "0.25", name) for name in NAMES)
    return Grid(("name", "value", "again"), rows, frozenset({1}))


def without_colour(lines):
    return [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]


def is_rule(line):
    return bool(line) and not line.strip(RULE)


@given(grids(), st.integers(30, 120))
def test_words_stand_where_plain_text_has_them_and_fit(grid, width):
    sections = list(sections_of(sheet(grid), width))
    lines = drawn(sections, colour=False)
    # Alone, blanks may stand at the end of a line.
    assert [line.rstrip() for line in lines if not is_rule(line)] == list(aligned(sections))
    assert max(map(cell_len, lines)) <= width


@given(grids(), st.integers(30, 120))
def test_a_rule_as_wide_as_its_table_is_below_its_headings(grid, width):
    for section in sections_of(Sheet("", "", (grid,), ()), width):
        if isinstance(section[0], Grid):
            first, *rows = drawn([section], colour=False)
            heights = max(heading.count("\n") for heading in section[0].headings)
            assert is_rule(rows[heights])
            assert len(rows[heights]) == cell_len(first)
            assert sum(map(is_rule, rows)) == 1


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb", "COLUMNS": "9"}])
def test_colour_is_all_that_colour_changes_and_the_environment_nothing(monkeypatch, environment):
    plain = drawn(sections_of(sheet(of_names()), 80), colour=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    coloured = drawn(sections_of(sheet(of_names()), 80), colour=True)
    assert drawn(sections_of(sheet(of_names()), 80), colour=False) == plain
    assert "\x1b" not in "".join(plain)
    assert without_colour(coloured) == plain
    assert coloured[0] == "\x1b[1ma [b]title[/b]\x1b[0m"
    assert coloured[-1] == "\x1b[1;33mnotice: \x1b[0ma notice"
    assert all(re.search(r"\x1b\[1;36m *0\.25", line) for line in coloured if "0.25" in line)


def test_text_of_the_input_is_no_markup_and_columns_begin_below_each_other():
    table = drawn(sections_of(Sheet("", "", (of_names(),), ()), 80), colour=False)[-len(NAMES) :]
    for name, line in zip(NAMES, table, strict=True):
        assert line.split("0.25")[0].strip() == name.strip()
        assert line.rstrip().endswith(name.strip())
    assert len({cell_len(line.split("0.25")[0]) for line in table}) == 1
