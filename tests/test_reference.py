"""The reference is what the statements in the code say now, and its links lead somewhere."""

import re
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
SCRIPT = runpy.run_path(str(DOCS / "reference.py"))


@pytest.mark.parametrize("name", SCRIPT["PAGES"])
def test_a_page_of_the_reference_is_up_to_date(name):
    text = (DOCS / "reference" / name).read_text()
    assert text == SCRIPT["page"](name), "run: python docs/reference.py"


def test_every_page_is_made_by_the_script_and_in_the_index():
    index = (DOCS / "index.md").read_text()
    assert {path.name for path in (DOCS / "reference").iterdir()} == set(SCRIPT["PAGES"])
    assert all(f"(reference/{name})" in index for name in SCRIPT["PAGES"])


@pytest.mark.parametrize("name", SCRIPT["PAGES"])
def test_the_links_of_the_reference_lead_somewhere(name):
    text = (DOCS / "reference" / name).read_text()
    anchors = {SCRIPT["anchor"](line) for line in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        assert not path or (DOCS / "reference" / path).exists(), target
        assert path or anchor in anchors, target


def test_no_cell_of_a_table_ends_it():
    for name in SCRIPT["PAGES"]:
        for block in re.findall(r"(?:^\|.*\n)+", SCRIPT["page"](name), re.MULTILINE):
            widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
            assert len(widths) == 1, block
