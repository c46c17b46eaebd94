"""What a report is written as, and where."""

import csv
import io
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
    done = cecli("score", write(ROWS), "-o", "missing/report.json")
    assert (done.returncode, done.stdout) == (ExitCode.INPUT, "")
    assert "missing/report.json: cannot be written: No such file" in done.stderr


def test_one_line_of_json_is_the_same_report(cecli, write):
    path = write(ROWS)
    line = cecli("score", path, "--format", "jsonl").stdout
    assert line.count("\n") == 1
    assert json.loads(line) == json.loads(cecli("score", path, "--json").stdout)


def test_csv_has_every_metric_with_all_its_digits(cecli, samples):
    arguments = [str(samples / "wine.csv"), "--label", "cultivar", "--prob", "p_*"]
    rows = list(csv.DictReader(io.StringIO(cecli("score", *arguments, "--format", "csv").stdout)))
    report = json.loads(cecli("score", *arguments, "--json").stdout)
    found = {row["metric"]: float(row["value"]) for row in rows if not row["group"]}
    assert found == report["metrics"]
    assert {row["group"] for row in rows} == {
        "", "class=barolo", "class=grignolino", "class=barbera",
    }  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "plain"])
def test_f65_no_cell_is_a_formula(cell):
    from cecli.renderers.csv import harmless

    assert harmless(cell) == (cell if cell == "plain" else f"'{cell}")


def test_markdown_shows_text_from_the_file_as_it_is(cecli, write):
    path = write("y,p_<b>|*x*,p_`z`\n<b>|*x*,0.5,0.5\n")
    text = cecli("score", path, "--prob", "p_*", "--format", "markdown").stdout
    assert r"&lt;b&gt;\|\*x\*" in text
    assert r"\`z\`" in text
    rows = [line for line in text.splitlines() if line.startswith("| &lt;b")]
    assert len(rows) == 1
