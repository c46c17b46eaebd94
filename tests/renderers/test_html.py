"""A page has every number of the table, needs no other file, and runs nothing."""

import json
import re
from html.parser import HTMLParser

import pytest
from charts import reliability

import cecli
from cecli.core.errors import ExitCode
from cecli.pictures.calibration import reliability_diagram
from cecli.renderers.formats import FORMATS, Layout
from cecli.renderers.html import page
from cecli.renderers.sheet import Sheet
from cecli.renderers.sheets import sheet_of

ROWS = "y,p,q,g\n" + "1,0.75,0.5,a\n0,0.25,0.5,b\n1,0.5,0.75,<script>alert(1)</script>&\n" * 9
VOID = {"meta", "br"}


class Page(HTMLParser):
    """The elements of a page: whether they are balanced, their attributes and their cells."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.cells, self.title = [], [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"td", "th"}:
            self.cells.append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in {"td", "th"}:
            self.cells[-1] += data
        if self.open[-2:] == ["head", "title"]:
            self.title += data


def page_of(document):
    text = FORMATS["html"].render(document, Layout(6))
    found = Page(text)
    assert found.open == []
    return text, found


@pytest.fixture
def documents(write):
    path = write(ROWS)
    report = cecli.score(path, label="y", prob="p", by="g")
    return {
        "score": report,
        "compare": cecli.compare(path, label="y", prob=["p", "q"], by="g"),
        "inspection": cecli.inspect(path),
        "verdicts": cecli.check(report, max={"brier": 0.01}),
    }


def test_every_cell_of_every_table_is_on_the_page_in_order(documents):
    for document in documents.values():
        sheet = sheet_of(document, Layout(6, is_whole=True))
        cells = [c for grid in sheet.grids for row in (grid.headings, *grid.rows) for c in row]
        _, found = page_of(document)
        assert found.cells == cells
        assert found.title == sheet.title


def test_a_page_allows_and_makes_no_request_and_has_no_script(documents):
    for document in documents.values():
        text, found = page_of(document)
        assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in found.attributes
        assert not {"script", "link", "img", "iframe", "object", "base", "form"} & set(found.tags)
        names = {name for name, _ in found.attributes}
        assert not {name for name in names if name in {"src", "href"} or name.startswith("on")}
        assert set(re.findall(r"https?://[^\"'<\s]*", text)) <= {"http://www.w3.org/2000/svg"}


def test_a_report_has_its_picture_and_other_documents_have_none(documents):
    for name, document in documents.items():
        _, found = page_of(document)
        assert found.tags.count("svg") == (name in {"score", "compare"})


def test_the_numbers_of_pictures_are_tables_with_captions():
    picture = reliability_diagram([reliability([10, 20], [0.25, 0.75])])
    found = Page(page(Sheet("title", "facts", (), ()), [picture, picture]))
    (numbers,) = picture.numbers
    cells = [cell for row in (numbers.headings, *numbers.rows) for cell in row]
    assert found.cells == cells * 2
    assert found.tags.count("caption") == 2
    ids = [value for name, value in found.attributes if name == "id"]
    assert len(set(ids)) == len(ids) == 4


def test_ids_are_unique_and_lead_somewhere(documents):
    _, found = page_of(documents["compare"])
    ids = [value for name, value in found.attributes if name == "id"]
    assert len(set(ids)) == len(ids)
    labelled = [value for name, value in found.attributes if name == "aria-labelledby"]
    assert {one for value in labelled for one in value.split()} <= set(ids)


def test_the_command_line_writes_the_page_by_its_suffix(cecli, write, tmp_path):
    path = write(ROWS)
    for name in ("page.html", "page.HTM"):
        done = cecli("score", path, "--label", "y", "--prob", "p", "-o", name)
        assert done.returncode == ExitCode.OK
        assert (tmp_path / name).read_text().startswith("<!DOCTYPE html>")
    assert json.loads(cecli("score", path, "--label", "y", "--prob", "p", "--json").stdout)
