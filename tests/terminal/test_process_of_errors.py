"""Errors for machines: one line of JSON at the end of standard error, for every command."""

import json
import sys

import pytest
from documents import check_documents

from cecli.core.errors import ExitCode
from cecli.terminal import process
from cecli.terminal.app import NAMES

USAGE, INPUT = ExitCode.USAGE, ExitCode.INPUT


def error(done):
    assert done.stdout == ""
    document = json.loads(done.stderr.splitlines()[-1])
    assert document["schema_version"] == 1
    assert document["error"]["exit_code"] == done.returncode
    return document["error"]


ROWS = "y,p\n1,0.5\n0,0.25\n"
JSON = ["--error-format", "json"]


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """Return a function that returns the error of a command line, the only line on stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, rows=ROWS):
        (tmp_path / "preds.csv").write_bytes(rows if isinstance(rows, bytes) else rows.encode())
        monkeypatch.setattr(sys, "argv", ["cecli", *arguments, *JSON])
        code = process._run()
        out, err = capsys.readouterr()
        assert out == ""
        (line,) = err.splitlines()
        check_documents(b"", line.encode())
        found = json.loads(line)["error"]
        assert found["exit_code"] == code
        return found

    return run


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
def test_an_error_is_json_on_request(told, arguments, kind, code):
    found = told(*arguments, rows="y,p\n1,0.5\n0,x\n")
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


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("more", "code"), [(["--no-such"], "no-such-option"), (["--debug="], "missing-value")]
)
def test_every_command_tells_misuse_as_json(told, name, more, code):
    found = told(name, *more)
    assert (found["kind"], found["exit_code"], found["file"]) == ("usage", USAGE, None)
    assert found["code"] in {code, "invalid-value", "usage"}
    assert found["hint"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--from"], "no-such-option"),
        (["evaluate", "preds.csv"], "no-such-command"),
        (["score"], "missing-argument"),
        (["apply", "preds.csv"], "missing-argument"),
        (["schema", "reports"], "invalid-value"),
        (["score", "preds.csv", "--units", "bit"], "invalid-value"),
        (["score", "preds.csv", "--seed", "x"], "invalid-value"),
        (["score", "preds.csv", "--level", "2"], "usage"),
        (["score", "preds.csv", "--label", "y", "--label", "p"], "usage"),
        (["score", "preds.csv", "--format", "csv", "--json"], "usage"),
        (["score", "preds.csv", "-o", "none/a.json"], "input"),
        (["explain", "nothing-at-all"], "no-such-code"),
        (["metrics", "nothing"], "usage"),
        (["check", "preds.csv", "--max", "brier"], "rule-without-equals"),
        (["score", "missing.csv"], "no-such-file"),
        (["score", "x*.csv"], "no-match"),
    ],
)
def test_an_error_of_a_request_has_its_code(told, arguments, code):
    assert told(*arguments)["code"] == code


@pytest.mark.parametrize(
    ("rows", "code", "line", "column", "value"),
    [
        ("y,p\n1,0.5\n0,\n", "missing", 3, "p", ""),
        ("y,p\n1,0.5\n0,high\n", "bad-value", 3, "p", "high"),
        ("y,p\n1,0.5\n0,1.5\n", "bad-value", 3, "p", "1.5"),
        ("y,p\n,0.5\n0,0.5\n", "missing", 2, "y", ""),
        ("y,p\n1,0.5\n5,0.5\n", "unknown-class", 3, "y", "5"),
        (b"y,p\n1,0.5\n0,\xff\n", "encoding", 3, "p", "\\xff"),
        ("y,p\n1,0.5\n0,0.5,1,1\n", "field-count", 3, None, None),
        ('y,p\n1,"0.5"x\n0,0.5\n', "quoting", 2, None, None),
        ("y,p\n1,0.5\n0,0.\0\n", "nul", 3, None, None),
        ("", "empty", None, None, None),
        ("y,q\n1,0.5\n", "no-such-column", None, "p", None),
        ("y,p,p\n1,0.5,0.5\n", "column-twice", None, "p", None),
    ],
)
def test_an_error_of_the_input_has_its_file_line_column_and_value(
    told, rows, code, line, column, value
):
    found = told("score", "preds.csv", "--label", "y", "--prob", "p", rows=rows)
    assert found["code"] == code
    assert (found["file"], found["line"]) == ("preds.csv", line)
    assert (found["column"], found["value"]) == (column, value)


def test_a_mistake_has_the_commands_that_would_work(told):
    found = told("score", "preds.csv", "--y-true", "y")
    (tried,) = found["commands"]
    assert tried["line"] == "cecli score preds.csv --label y --error-format json"


def test_notes_do_not_mix_with_errors(told):
    # The columns are guessed, which is told otherwise.
    assert told("score", "preds.csv", rows="y,p\n1,0.5\n0,x\n")["line"] == 3


def test_a_bug_and_a_full_memory_are_json(told, monkeypatch):
    for raised, code in ((RuntimeError("odd"), "bug"), (MemoryError(), "out-of-memory")):

        def failing(raised=raised, **_):
            raise raised

        monkeypatch.setattr(process, "app", failing)
        found = told("score", "preds.csv")
        assert (found["code"], found["exit_code"]) == (code, ExitCode.BUG)


def test_a_long_value_is_cut_for_programs_too(told):
    found = told(
        "score", "preds.csv", "--label", "y", "--prob", "p", rows=f"y,p\n1,{'9x' * 4000}\n"
    )
    assert len(found["value"]) == 1000


def test_a_file_that_ends_like_a_line_has_no_line(told, tmp_path):
    (tmp_path / "day:7").write_text("")
    found = told("score", "day:7")
    assert (found["file"], found["line"]) == ("day:7", None)
