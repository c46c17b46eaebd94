"""What a report is written as, and where."""

import json
import os

import pytest

from cecli.core.errors import ExitCode

ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n"


def test_a_file_has_what_standard_output_would_have(cecli, write, tmp_path):
    path = write(ROWS)
    for name, options in {
        "a.json": ["--json"],
        "a.jsonl": ["--format", "jsonl"],
        "a.csv": ["--format", "csv"],
        "a.md": ["--format", "markdown"],
        "a.txt": [],
    }.items():
        done = cecli("score", path, "-o", name, environment={"FORCE_COLOR": "1"})
        assert (done.returncode, done.stdout) == (ExitCode.OK, "")
        assert (tmp_path / name).read_text() == cecli("score", path, *options).stdout
    assert sorted(os.listdir(tmp_path)) == [
        "a.csv", "a.json", "a.jsonl", "a.md", "a.txt", "preds.csv",
    ]  # fmt: skip


def test_f61_an_input_or_a_directory_is_not_written_to(cecli, write, tmp_path):
    path = write(ROWS)
    (tmp_path / "link.csv").symlink_to("preds.csv")
    for target in (path, "link.csv", "."):
        done = cecli("score", path, "-o", target)
        assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert (tmp_path / "preds.csv").read_text() == ROWS


def test_f61_a_link_stays_and_its_target_is_replaced(cecli, write, tmp_path):
    (tmp_path / "target.json").write_text("old")
    (tmp_path / "link.json").symlink_to("target.json")
    assert cecli("score", write(ROWS), "-o", "link.json").returncode == ExitCode.OK
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "target.json").read_text())["command"] == "score"


def test_f60_what_was_there_stays_when_writing_fails(cecli, write, tmp_path):
    (tmp_path / "old.json").write_text("old")
    done = cecli("score", write("y,p\n1,x\n"), "-o", "old.json")
    assert done.returncode == ExitCode.INPUT
    assert (tmp_path / "old.json").read_text() == "old"


@pytest.mark.parametrize("command", [["score"], ["worst"], ["report"]], ids=" ".join)
def test_a_folder_that_does_not_exist_is_told_before_anything_is_read(cecli, command):
    done = cecli(*command, "never-read.csv", "-o", "a missing/report.html")
    assert (done.returncode, done.stdout) == (ExitCode.INPUT, "")
    assert "a missing/report.html: cannot be written: its folder does not exist" in done.stderr
    assert "mkdir -p 'a missing'" in done.stderr


def test_a_device_is_no_output_and_is_told_before_a_state_is_saved(cecli, write, tmp_path):
    done = cecli("score", write(ROWS), "--save-state", "x.state", "-o", "/dev/null", "--json")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert "hint: > /dev/null writes to it" in done.stderr
    assert not (tmp_path / "x.state").exists()


def test_one_line_of_json_is_the_same_report(cecli, write):
    path = write(ROWS)
    line = cecli("score", path, "--format", "jsonl").stdout
    assert line.count("\n") == 1
    assert json.loads(line) == json.loads(cecli("score", path, "--json").stdout)
