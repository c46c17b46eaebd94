"""Errors for machines: one line of JSON at the end of standard error, for every command."""

import json

import pytest


def error(done):
    assert done.stdout == ""
    document = json.loads(done.stderr.splitlines()[-1])
    assert document["schema_version"] == 1
    assert document["error"]["exit_code"] == done.returncode
    return document["error"]


@pytest.mark.parametrize(
    ("arguments", "kind", "code"),
    [
        (["score", "missing.csv"], "input", 3),
        (["score", "preds.csv", "--label", "z"], "column", 2),
        (["score", "preds.csv"], "row", 3),
        (["score", "preds.csv", "--clip", "2"], "usage", 2),
        (["score", "preds.csv", "--no-such-option"], "usage", 2),
        (["score"], "usage", 2),
        (["kl", "preds.csv", "--p", "a", "--q", "b"], "column", 2),
        (["entropy", "preds.csv"], "usage", 2),
        (["inspect", "missing.csv"], "input", 3),
        (["check", "preds.csv"], "usage", 2),
        (["metrics", "nothing"], "usage", 2),
        (["schema", "nothing"], "usage", 2),
        (["nothing"], "usage", 2),
    ],
)
@pytest.mark.parametrize("form", [["--error-format", "json"], ["--error-format=json"]])
def test_an_error_is_json_on_request(cecli, write, arguments, kind, code, form):
    write("y,p\n1,0.5\n0,x\n")
    found = error(cecli(*arguments, *form))
    assert (found["kind"], found["exit_code"]) == (kind, code)
    assert found["what"]


def test_a_row_has_its_place_and_reason(cecli, write):
    write("y,p\n1,0.5\n0,\n")
    found = error(cecli("score", "preds.csv", "--error-format", "json", "-q"))
    assert found["where"] == "preds.csv:3"
    assert found["reason"]
    assert found["hint"]


def test_the_same_words_are_in_the_text(cecli):
    found = error(cecli("score", "missing.csv", "--error-format", "json"))
    text = cecli("score", "missing.csv", "--error-format", "text").stderr
    assert text == f"error: {found['where']}: {found['what']}\n"


def test_no_other_format_is_taken(cecli, write):
    done = cecli("score", write("y,p\n1,0.5\n"), "--error-format", "xml")
    assert (done.returncode, done.stdout) == (2, "")
