"""A report and its JSON have the same figures, and so the same sentences."""

import json

import pytest

import cecli
from cecli.renderers.summary import MOST, QUESTIONS, sentences

ROWS = {"y": [0, 1, 1, 0, 1] * 40, "p": [0.2, 0.7, 0.3, 0.4, 0.9] * 40, "g": list("aabbc") * 40}
ZERO = {**ROWS, "p": [0.0, 0.7, 0.0, 0.4, 0.9] * 40}
SOFT = {"t": [0.1, 0.6, 0.7], "p": [0.2, 0.7, 0.6]}
CLASSES = {
    "label": ["a", "b", "c"],
    "p_a": [0.5, 0.2, 0.2],
    "p_b": [0.3, 0.6, 0.2],
    "p_c": [0.2, 0.2, 0.6],
}
REPORTS = {
    "score": lambda: cecli.score(ROWS, label="y", prob="p", by="g", min_count=2),
    "infinite": lambda: cecli.score(ZERO, label="y", prob="p", units="bits"),
    "one row": lambda: cecli.score({"y": [1], "p": [0.7]}),
    "soft": lambda: cecli.score(SOFT, target="t", prob="p"),
    "classes": lambda: cecli.score(CLASSES, prob="p_*"),
    "calibration": lambda: cecli.calibration(ROWS, label="y", prob="p", by="g", draws=20),
    "calibrated classes": lambda: cecli.calibration(
        {name: values * 40 for name, values in CLASSES.items()}, prob="p_*", draws=20
    ),
    "kl": lambda: cecli.kl(SOFT, p="t", q="p"),
    "entropy": lambda: cecli.entropy(ROWS, column="y", given="g"),
    "fit": lambda: cecli.fit(ROWS, model="constant", label="y", prob="p"),
    "worst": lambda: cecli.worst(ROWS, label="y", prob="p"),
    "slices": lambda: cecli.slices(ROWS, label="y", prob="p", columns="g"),
    "drift": lambda: cecli.drift(ROWS, ROWS, column="p"),
    "compare": lambda: cecli.compare({**ROWS, "q": [0.5] * 200}, label="y", prob=["p", "q"]),
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_and_its_json_say_the_same_in_one_to_three_sentences(name):
    report = REPORTS[name]()
    said = sentences(report)
    assert 1 <= len(said) <= MOST
    assert said == sentences(report.to_dict()) == sentences(json.loads(report.to_json()))
    assert all("nan" not in one and "None" not in one for one in said)


def test_every_command_that_makes_reports_has_sentences():
    assert {*QUESTIONS, "compare"} == {
        "score",
        "calibration",
        "kl",
        "entropy",
        "fit",
        "worst",
        "report",
        "compare",
        "slices",
        "drift",
    }


def test_names_of_groups_are_escaped():
    rows = {
        "y": [0, 1] * 500,
        "p": [0.1, 0.9] * 250 + [0.9, 0.1] * 250,
        "g": ["a"] * 500 + ["\x1b[31m"] * 500,
    }
    said = sentences(cecli.score(rows, label="y", prob="p", by="g"))
    assert any("loses most" in one for one in said)
    assert "\x1b" not in "".join(said)
