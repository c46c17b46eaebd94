"""The command line of a page: what it takes, where it writes, and what it refuses."""

import json
import shlex

import pytest

from cecli.core.errors import ExitCode

ROWS = "y,p,q,g,id\n" + "1,0.75,0.6,a,k1\n0,0.25,0.4,b,k2\n1,0.6,0.9,b,k3\n0,0.3,0.2,a,k4\n" * 12
NAMED = ("--label", "y", "--prob", "p")


@pytest.fixture
def preds(write):
    return write(ROWS)


def test_a_page_is_written_to_a_file_and_says_nothing_on_stdout(cecli, preds, tmp_path):
    done = cecli("report", preds, *NAMED, "-o", "report.html", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.OK, "", "")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.endswith("</html>\n")


def test_a_hyphen_is_standard_output_and_input(cecli):
    done = cecli("report", "-", *NAMED, "-o", "-", stdin=ROWS)
    assert done.stdout.count("<h2") > 5


def test_json_is_the_report_and_becomes_the_same_page(cecli, preds, tmp_path):
    named = (*NAMED, "--by", "g", "-q")
    done = cecli("report", preds, *named, "--json")
    assert json.loads(done.stdout)["command"] == "report"
    (tmp_path / "stored.json").write_text(done.stdout)
    direct = cecli("report", preds, *named, "-o", "-").stdout
    stored = cecli("report", "stored.json", "-o", "-", "-q").stdout
    # Up to the metrics in words, and the command that makes it again.
    apart = '<h2 id="methods-title">'
    assert direct.partition(apart)[0] == stored.partition(apart)[0]


def test_the_command_on_the_page_makes_it_again(cecli, write, tmp_path):
    first = cecli(
        "report", write("label,prob\n1,0.2\n0,0.6\n" + "1,0.75\n0,0.25\n" * 9), "-o", "a.html"
    )
    assert "guessed" in first.stderr
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    line = text.partition("<code>")[2].partition("</code>")[0]
    words = shlex.split(line.replace("&#x27;", "'").replace("&quot;", '"'))
    assert words[:2] == ["cecli", "report"]
    again = cecli(*words[1:])
    assert "guessed" not in again.stderr
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Missing option '-o'"),
        (("-o", "page.txt"), "'.txt', which is not a suffix of a page"),
        (("-o", "report.html", "--prob", "nope"), "'nope'"),
    ],
)
def test_what_cannot_be_is_refused(cecli, preds, arguments, words):
    done = cecli("report", preds, "--label", "y", *arguments)
    assert done.returncode == ExitCode.USAGE
    assert words in done.stderr


def test_an_input_is_never_replaced(cecli, write):
    path = write(ROWS, "preds.html")
    done = cecli("report", path, *NAMED, "-o", path)
    assert done.returncode == ExitCode.USAGE
    assert "would replace it" in done.stderr


def test_options_of_predictions_are_refused_where_a_report_is_given(cecli, preds, tmp_path):
    (tmp_path / "r.json").write_text(cecli("score", preds, *NAMED, "--json", "-q").stdout)
    done = cecli("report", "r.json", "--by", "g", "-o", "report.html")
    assert done.returncode == ExitCode.USAGE
    assert "this is a report, but --by applies to predictions" in done.stderr


def test_a_proposed_command_is_complete(cecli, samples):
    done = cecli("report", str(samples / "wine.csv"), "-o", "report.html")
    line = done.stderr.partition("try: ")[2].partition("\n")[0]
    assert cecli(*shlex.split(line)[1:]).returncode == ExitCode.OK
