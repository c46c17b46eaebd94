"""A page is one file: nothing in it can ask for another, and nothing from the input can run."""

import base64
import gzip
import hashlib
import json
import random
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from pages import NASTY, SECRET, rendered, rows_of

from cecli.commands.report import page
from cecli.renderers.page.tags import VOID, shortened, tag

LIMIT = 500_000


class Parsed(HTMLParser):
    """The elements of a page, with their attributes and the texts inside."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.texts = [], [], [], {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def embedded(text):
    """Return the JSON of a page."""
    packed = re.search(r'href="data:application/gzip;base64,([^"]+)"', text)[1]
    return json.loads(gzip.decompress(base64.b64decode(packed)))


@pytest.mark.parametrize("name", ["one", "several"])
def test_the_policy_allows_exactly_the_style_and_the_script_that_are_there(request, name):
    text = rendered(request.getfixturevalue(name))
    parsed = Parsed(text)
    (content,) = (v for _, name, v in parsed.attributes if name == "content" and "'none'" in v)
    policy = dict(rule.split(" ", 1) for rule in content.split("; "))
    assert policy["default-src"] == "'none'"
    for kind, element in (("style-src", "style"), ("script-src", "script")):
        assert parsed.tags.count(element) == 1
        (inside,) = parsed.texts[element]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert policy[kind] == f"'sha256-{digest}'"


@pytest.mark.parametrize("name", ["one", "several"])
def test_nothing_of_a_page_is_elsewhere_or_runs(request, name):
    parsed = Parsed(rendered(request.getfixturevalue(name)))
    assert parsed.open == []
    names = {attribute for _, attribute, _ in parsed.attributes}
    assert not {name for name in names if name.startswith("on")} | names & {
        "src",
        "style",
        "srcset",
    }
    links = [value for _, attribute, value in parsed.attributes if attribute == "href"]
    assert all(link.startswith(("#", "https://", "data:application/gzip")) for link in links)
    assert not {"img", "link", "iframe", "object", "base", "form"} & set(parsed.tags)


def test_ids_are_unique(several):
    parsed = Parsed(rendered(several))
    ids = [value for _, attribute, value in parsed.attributes if attribute == "id"]
    assert len(ids) == len(set(ids))


def test_hostile_names_are_text(one):
    parsed = Parsed(rendered(one))
    cells = " ".join(parsed.texts["th"])
    assert "<img src=x onerror=alert(1)>" in cells
    assert "\u202e" not in cells


@pytest.mark.parametrize("text", [NASTY, "a" * 5000, "\x00\ud800\n", "", '" onload="x'])
def test_text_becomes_text_whatever_it_is(text):
    parsed = Parsed(tag("p", text, title=text))
    assert parsed.tags == ["p"]
    assert [name for _, name, _ in parsed.attributes] == ["title"]
    assert len(parsed.texts.get("p", [""])[0]) <= 2000


def test_what_is_shortened_keeps_both_ends():
    assert shortened("begin" + "x" * 99 + "end", 12).startswith("begin")
    assert shortened("begin" + "x" * 99 + "end", 12).endswith("end")


def test_a_page_has_no_cell_of_the_file_unless_rows_are_wanted(one):
    asked = rendered(one)
    without = rendered(page(rows_of(400), label="y", prob=["p"], by=[f"g{NASTY}"]))
    assert SECRET in asked
    assert SECRET not in without
    assert SECRET not in json.dumps(embedded(without))


def test_the_embedded_json_is_the_report(one, several):
    for content in (one, several):
        assert embedded(rendered(content)) == content.report.to_dict()


def test_the_same_report_gives_the_same_bytes(one):
    assert rendered(one) == rendered(one)


def many_groups():
    rows = rows_of(3000) | {"g": [f"group {i % 1000}" for i in range(3000)]}
    return {"data": rows, "label": "y", "prob": ["p"], "by": ["g"]}


def many_classes():
    draw = random.Random(3)
    names = [f"c{k}" for k in range(100)]
    rows = [[draw.random() ** 4 for _ in names] for _ in range(300)]
    columns = {f"p_{n}": [row[k] / sum(row) for row in rows] for k, n in enumerate(names)}
    return {"data": {"y": draw.choices(names, k=300), **columns}, "label": "y", "prob": ["p_*"]}


def many_rows():
    draw = np.random.default_rng(4)
    probs = np.repeat(draw.random(50_000), 20)
    labels = (draw.random(1_000_000) < probs).astype(int)
    return {"data": {"y": labels, "p": probs}, "label": "y", "prob": ["p"]}


@pytest.mark.parametrize("data", [many_groups, many_classes, many_rows])
def test_a_page_is_small_whatever_it_is_about(data):
    content = page(**data())
    text = rendered(content)
    assert len(text.encode()) < LIMIT
    assert Parsed(text).open == []
    parsed = embedded(text)
    assert parsed["metrics"] == content.report.to_dict()["metrics"]


def test_a_page_is_small_whatever_names_are_in_it():
    rows = rows_of(180, groups=60)
    rows["g"] = [f"{i % 60}" + "&" * 5000 for i in range(180)]
    text = rendered(page(rows, label="y", prob=["p"], by=["g"]))
    assert len(text.encode()) < LIMIT
    assert Parsed(text).open == []
