"""Pages for man: every command and option is on one, and groff finds nothing wrong."""

import re
import shutil
import subprocess

import pytest

from cecli.manual.catalogue import document
from cecli.manual.pages import escaped, pages
from cecli.terminal.app import GROUPS, NAMES

DOCUMENT = document(GROUPS, [])
PAGES = pages()


def test_there_is_a_page_of_the_program_and_one_of_each_command():
    assert list(PAGES) == ["cecli.1", *(f"cecli-{name}.1" for name in NAMES)]


@pytest.mark.parametrize("command", DOCUMENT["commands"], ids=lambda command: command["name"])
def test_every_option_has_its_term_and_its_help(command):
    page = PAGES[f"cecli-{command['name']}.1"]
    terms = re.findall(r"^\.TP\n\.B (.*)\n(.*)$", page, re.MULTILINE)
    for one in command["options"]:
        name = re.escape(escaped(one["name"]))
        (what,) = [what for term, what in terms if re.search(rf"(^|, ){name}($| )", term)]
        assert what.startswith(escaped(one["help"]))


def test_what_begins_like_a_request_is_text():
    assert escaped(".5\n'a") == "\\&.5\n\\&'a"
    assert all(page.isascii() for page in PAGES.values())


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff")
def test_groff_warns_of_nothing():
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-z"],
        input="".join(PAGES.values()).encode(),
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
