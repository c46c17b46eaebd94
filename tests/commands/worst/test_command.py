"""`cecli worst` as a process."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys

import pytest

from cecli.core.errors import ExitCode

OK, USAGE, INPUT = ExitCode.OK, ExitCode.USAGE, ExitCode.INPUT

ROWS = "id,y,p,w\na,1,0.75,1\nb,0,1,2\nc,1,0.5,3\nd,0,1,4\n"
ROW = "id,y,p,w\na,1,0.5,1\n"

# name: (file, options, exit code, what the error says)
CASES = {
    "no rows asked for": (ROWS, ["--rows", "0"], USAGE, "'--rows': Input should be greater"),
    "fewer than none": (ROWS, ["--rows", "-1"], USAGE, "'--rows': Input should be greater"),
    "half a row": (ROWS, ["--rows", "1.5"], USAGE, "'--rows'"),
    "a column that is not there": (ROWS, ["--show", "idd"], USAGE, "did you mean 'id'?"),
    "one of several": (ROWS, ["--show", "id,x"], USAGE, "there is no column 'x'"),
    "an empty name": (ROWS, ["--show", "id,"], USAGE, "there is no column ''"),
    "a column that is there twice": (
        "id,y,p,id\na,1,0.5,1\n", ["--show", "id"], USAGE, "column 'id' occurs 2 times",
    ),
    "no rows": ("y,p\n", [], INPUT, "has a header and no data rows"),
    "a bad value": (ROWS + "e,0,x,1\n", ["--write", "l.csv"], INPUT, ":6: column p: 'x' is not"),
    "shown text that is not UTF-8": (
        b"id,y,p\n\xff,1,0.5\n", ["--show", "id"], INPUT, ":2: column id: '\\xff' is not UTF-8",
    ),
    "too many skipped": (
        ROWS + "e,0,x,1\n", ["--on-bad-row", "skip", "--max-bad", "0", "--write", "l.csv"], INPUT,
        "1 of 5 rows were skipped",
    ),
    "all weights zero": (
        "y,p,w\n1,0.5,0\n", ["--weight", "w", "--write", "l.csv"], INPUT,
        "all 1 rows have weight 0",
    ),
    "writing over the input": (
        ROWS, ["--write", "preds.csv"], USAGE, "--write is one of the inputs",
    ),
    "writing a directory": (ROWS, ["--write", "."], USAGE, "--write is a directory"),
    "writing a device": (ROWS, ["--write", "/dev/null"], USAGE, "--write is a device or a pipe"),
    "writing to standard output": (
        ROWS, ["--write", "-"], USAGE, "the report is written to standard output",
    ),
    "writing to nowhere": (ROWS, ["--write", "no/l.csv"], INPUT, "cannot be written: No such file"),
    "writing what it cannot": (ROWS, ["--write", "l.parquet"], USAGE, "cannot write .parquet"),
    "two outputs in one file": (
        ROWS, ["--write", "x.csv", "-o", "./x.csv"], USAGE, "--output name the same file",
    ),
    "a report over the input": (
        ROWS, ["--write", "x.csv", "-o", "preds.csv"], USAGE, "--output is one of the inputs",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_done_gives_one_clear_error_and_no_file(cecli, write, tmp_path, case):
    content, options, code, message = CASES[case]
    done = cecli("worst", write(content), "--label", "y", "--prob", "p", *options)
    assert (done.stdout, done.returncode) == ("", code)
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(tmp_path) == ["preds.csv"]


def test_infinite_losses_come_first_and_the_first_of_equal_ones(cecli, write):
    done = cecli("worst", write(ROWS), "--json", "--rows", "3", "--show", "id", "--weight", "w")
    rows = json.loads(done.stdout)["rows"]
    assert [(row["line"], row["loss"], row["show"]["id"]) for row in rows[:2]] == [
        (3, "Infinity", "b"), (5, "Infinity", "d"),
    ]  # fmt: skip
    assert rows[2] == {
        "source": rows[0]["source"], "line": 4, "loss": 0.6931471805599453,
        "label": "1", "prob": 0.5, "weight": 3.0, "show": {"id": "c"},
    }  # fmt: skip
    assert "NaN" not in done.stdout
    assert "loss_share: undefined, because the total loss is infinite" in done.stderr


def test_the_report_says_what_was_asked_for(cecli, write):
    done = cecli("worst", write(ROWS), "--json", "-q", "--show", "id,y", "--show", "id")
    report = json.loads(done.stdout)
    assert report["columns"] == {"label": "y", "prob": ["p"], "show": ["id", "y"]}
    assert report["options"] == {"rows": 20}
    assert (report["command"], report["task"], len(report["rows"])) == ("worst", "binary", 4)
    assert report["input"]["rows"] == 4


def test_a_name_with_a_comma_is_one_name(cecli, write):
    path = write('"a,b",y,p\nx,1,0.5\n')
    report = json.loads(cecli("worst", path, "--json", "-q", "--show", "a,b").stdout)
    assert report["rows"][0]["show"] == {"a,b": "x"}


def test_the_table_has_places_and_what_was_asked_for(cecli, write):
    path = write(ROWS)
    lines = cecli("worst", path, "-q", "--show", "id").stdout.splitlines()
    heading = next(line for line in lines if line.startswith("row "))
    assert heading.split() == ["row", "loss", "label", "prob", "id"]
    first = lines[lines.index(heading) + 1]
    assert first.split() == [f"{path}:3", "infinite", "0", "1", "b"]


def test_text_from_the_file_drives_no_terminal_and_no_spreadsheet(cecli, write):
    path = write("id,y,p\n=1+1,1,0.5\n\x1b[31m|,1,0.5\n-5,1,0.5\n")
    table = cecli("worst", path, "-q", "--show", "id").stdout
    assert "\x1b" not in table
    assert "\\x1b[31m" in table
    markdown = cecli("worst", path, "-q", "--show", "id", "--format", "markdown").stdout
    assert r"x1b\[31m\|" in markdown
    text = cecli("worst", path, "-q", "--show", "id", "--format", "csv").stdout
    assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == [
        "'=1+1", "\\x1b[31m|", "-5",
    ]  # fmt: skip


def test_csv_has_a_line_a_row_with_all_its_digits(cecli, samples):
    arguments = ["worst", str(samples / "wine.csv"), "--label", "cultivar", "--prob", "p_*", "-q"]
    rows = list(csv.DictReader(io.StringIO(cecli(*arguments, "--format", "csv").stdout)))
    expected = json.loads(cecli(*arguments, "--json").stdout)["rows"]
    assert [float(row["loss"]) for row in rows] == [row["loss"] for row in expected]
    assert [float(row["prob_barolo"]) for row in rows] == [
        row["prob"]["barolo"] for row in expected
    ]


def test_several_classes_show_what_was_predicted_instead(cecli, samples):
    path = str(samples / "wine.csv")
    done = cecli("worst", path, "--label", "cultivar", "--prob", "p_*", "--rows", "1", "--all")
    last = done.stdout.splitlines()[-1].split()
    assert last == [f"{path}:85", "1.04768", "grignolino", "0.350751", "barbera", "0.614739"]


def test_soft_targets_of_several_classes_show_the_likeliest(cecli, write):
    path = write("t_a,t_b,t_c,p_a,p_b,p_c\n0.5,0.25,0.25,0.125,0.75,0.125\n")
    done = cecli("worst", path, "--target", "t_*", "--prob", "p_*", "--all")
    heading, row = done.stdout.splitlines()[-2:]
    assert re.split("  +", heading) == [
        "row", "loss", "likeliest target", "its target", "its prob", "predicted",
        "prob of predicted",
    ]  # fmt: skip
    assert row.split() == [f"{path}:2", "1.63150", "a", "0.500000", "0.125000", "b", "0.750000"]


def test_tokens_have_a_table(cecli, write):
    path = write("token,lp\nthe,-0.5\nzebra,-2\n")
    done = cecli("worst", path, "--log-prob", "lp", "--show", "token", "--rows", "1")
    heading, row = done.stdout.splitlines()[-2:]
    assert (heading.split(), row.split()) == (
        ["row", "loss", "log_prob", "token"], [f"{path}:3", "2", "-2", "zebra"],
    )  # fmt: skip


def test_standard_input_and_several_files_are_one_data_set(cecli, write):
    a, b = write(ROW, "a.csv"), write(ROWS, "b.csv")
    report = json.loads(cecli("worst", a, b, "-q", "--json", "--rows", "2").stdout)
    assert [(row["source"], row["line"]) for row in report["rows"]] == [(b, 3), (b, 5)]
    report = json.loads(cecli("worst", "-", "-q", "--json", "--write", "l.csv", stdin=ROWS).stdout)
    assert report["rows"][0]["source"] == "<stdin>"


def test_writing_changes_nothing_that_is_reported(cecli, write, tmp_path):
    path = write(ROWS)
    plain = cecli("worst", path)
    written = cecli("worst", path, "--write", "losses.csv")
    assert (written.stdout, written.stderr) == (plain.stdout, plain.stderr)
    assert (tmp_path / "losses.csv").read_text() == (
        "source,line,label,prob,loss\n"
        f"{path},2,1,0.75,0.2876820724517809\n"
        f"{path},3,0,1.0,Infinity\n"
        f"{path},4,1,0.5,0.6931471805599453\n"
        f"{path},5,0,1.0,Infinity\n"
    )


def test_what_was_there_is_replaced_at_success_alone(cecli, write, tmp_path):
    (tmp_path / "losses.csv").write_text("old")
    assert cecli("worst", write(ROWS + "e,0,x,1\n"), "--write", "losses.csv").returncode == INPUT
    assert (tmp_path / "losses.csv").read_text() == "old"
    assert cecli("worst", write(ROWS), "--write", "losses.csv").returncode == OK
    assert (tmp_path / "losses.csv").read_text().startswith("source,")
    assert sorted(os.listdir(tmp_path)) == ["losses.csv", "preds.csv"]


def test_a_full_disk_is_no_bug_and_leaves_nothing(write, tmp_path):
    # The largest file that the process may write stands for the disk.
    program = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "from cecli.terminal import main\nmain()\n"
    )
    for name in ("losses.csv", "losses.csv.gz"):
        path = write("y,p\n" + "".join(f"1,{i / 10007}\n" for i in range(1, 5000)))
        done = subprocess.run(
            [sys.executable, "-c", program, "worst", path, "-q", "--write", name],
            capture_output=True, text=True, cwd=tmp_path,
        )  # fmt: skip
        assert (done.stdout, done.returncode) == ("", INPUT)
        assert f"error: {name}: cannot be written: File too large" in done.stderr
        assert os.listdir(tmp_path) == ["preds.csv"]


def test_an_interruption_leaves_no_file(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "cecli", "worst", "-", "--write", "losses.csv"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    process.stdin.write(b"y,p\n" + b"1,0.5\n" * 500_000)
    # A pipe holds far less: when all is written, the losses of most rows are, too.
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=60)
    assert (out, process.returncode) == (b"", ExitCode.INTERRUPTED)
    assert b"Traceback" not in errors
    assert os.listdir(tmp_path) == []
