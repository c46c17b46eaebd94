"""Help: what matters on one screen, everything on request, and no line that wraps."""

import re

import pytest

from cecli.core.errors import ExitCode
from cecli.terminal.app import GROUPS, NAMES
from cecli.terminal.command import command_line
from cecli.terminal.help import EXAMPLES, START, front, page, said

FRONT_ROWS, HELP_ROWS, MOST_THAT_MATTER = 24, 48, 12


@pytest.fixture(scope="module")
def lines():
    return {name: command_line(name) for name in NAMES}


def helped(lines, name, *, whole=False, width=80):
    return page(f"cecli {name}", lines[name], width, whole=whole)


def test_the_front_page_fits_a_screen_and_starts_with_two_commands(lines):
    groups = {g: {name: said(lines[name])[0] for name in names} for g, names in GROUPS.items()}
    rows = front(groups).splitlines()
    assert len(rows) <= FRONT_ROWS
    assert max(map(len, rows)) <= 80
    assert [row.split("  ")[1] for row in rows[2:4]] == list(START)
    words = [re.split(r" {2,}", row.strip()) for row in rows]
    cells = [name for row in words for cell in row[:2] for name in cell.split(", ")]
    assert [name for name in cells if name in NAMES] == list(NAMES)
    assert [row[0] for row in words if row[0] in GROUPS] == list(GROUPS)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["help"]])
def test_every_way_shows_the_front_page(cecli, arguments):
    done = cecli(*arguments)
    assert (done.returncode, done.stderr) == (0 if arguments else 2, "")
    assert done.stdout.splitlines()[2].startswith(f"  {next(iter(START))} ")


@pytest.mark.parametrize("name", NAMES)
def test_what_matters_exists_and_fits_two_screens_that_do_not_wrap(lines, name):
    matters = lines[name].matters.split()
    assert set(matters) <= set(lines[name].declared)
    assert len(matters) <= MOST_THAT_MATTER
    rows = helped(lines, name).splitlines()
    assert len(rows) <= HELP_ROWS
    assert max(map(len, rows)) <= 80
    assert sum(row.startswith("  cecli ") for row in rows) <= EXAMPLES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [60, 80, 200])
def test_all_options_are_in_named_panels_with_values_that_people_know(lines, name, width):
    text = helped(lines, name, whole=True, width=width)
    for one in lines[name].declared.values():
        assert one.option.is_argument or re.search(rf"^  (-\w, )?{one.name}\b", text, re.MULTILINE)
        assert one.option.is_argument or one.option.panel in text
    assert not re.search(r"<\w+(\[\w+\])?>|\bbool\b|list\[", text)
    assert max(map(len, text.splitlines())) <= width
    assert not re.search(r"\S +$", text, re.MULTILINE)


def test_help_all_is_an_option_of_every_command_and_says_how_many(cecli, lines):
    done = cecli("score", "--help-all")
    assert (done.returncode, done.stderr) == (ExitCode.OK, "")
    assert done.stdout == helped(lines, "score", whole=True)
    count = sum(not one.option.is_argument for one in lines["score"].declared.values())
    assert f"Show all {count} options" in helped(lines, "score")


def test_choices_and_defaults_are_told(lines):
    text = " ".join(helped(lines, "score", whole=True).split())
    assert "--units nats|bits Units of information. Default: nats." in text
    assert "One of table, json, jsonl, csv, markdown" in text
