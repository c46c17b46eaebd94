"""Errors for machines: one line of JSON at the end of standard error, for every command."""

import json

import pytest

from cecli.core.errors import ExitCode

USAGE, INPUT = ExitCode.USAGE, ExitCode.INPUT


def error(done):
    assert done.stdout == ""
    document = json.loads(done.stderr.splitlines()[-1])
    assert document["schema_version"] == 1
    assert document["error"]["exit_code"] == done.returncode
    return document["error"]


@pytest.mark.parametrize(
    ("arguments", "kind", "code"),
    [
        (["score", "missing.csv"], "input", INPUT),
        (["score", "preds.csv", "--label", "z"], "column", USAGE),
        (["score", "preds.csv"], "row", INPUT),
        (["score", "preds.csv", "--clip", "2"], "usage", USAGE),
        (["score", "preds.csv", "--no-such-option"], "usage", USAGE),
        (["score"], "usage", USAGE),
        (["kl", "preds.csv", "--p", "a", "--q", "b"], "column", USAGE),
        (["entropy", "preds.csv"], "usage", USAGE),
        (["inspect", "missing.csv"], "input", INPUT),
        (["check", "preds.csv"], "usage", USAGE),
        (["metrics", "nothing"], "usage", USAGE),
        (["schema", "nothing"], "usage", USAGE),
        (["nothing"], "usage", USAGE),
    ],
)
def test_an_error_is_json_on_request(cecli, write, arguments, kind, code):
    write("y,p\n1,0.5\n0,x\n")
    found = error(cecli(*arguments, "--error-format", "json"))
    assert (found["kind"], found["exit_code"]) == (kind, code)
    assert found["what"]


@pytest.mark.parametrize("arguments", [["score", "missing.csv"], ["score", "--no-such-option"]])
def test_the_request_may_be_one_word(cecli, arguments):
    apart = cecli(*arguments, "--error-format", "json")
    assert error(cecli(*arguments, "--error-format=json")) == error(apart)


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
    assert (done.returncode, done.stdout) == (USAGE, "")
