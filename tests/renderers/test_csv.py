"""Reports as CSV."""

import csv
import io
import json

import pytest

from cecli.core.errors import ExitCode
from cecli.renderers.csv import harmless


def test_csv_has_every_metric_with_all_its_digits(cecli, samples):
    arguments = [str(samples / "wine.csv"), "--label", "cultivar", "--prob", "p_*"]
    rows = list(csv.DictReader(io.StringIO(cecli("score", *arguments, "--format", "csv").stdout)))
    report = json.loads(cecli("score", *arguments, "--json").stdout)
    found = {row["metric"]: float(row["value"]) for row in rows if not row["group"]}
    assert found == report["metrics"]
    assert {row["group"] for row in rows} == {
        "", "class=barolo", "class=grignolino", "class=barbera",
    }  # fmt: skip


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "::error::x", "##[error]x"])
def test_f65_no_cell_is_a_formula_or_a_command(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\x9b", "\t", "\r", "\u202e"])
def test_no_cell_drives_a_terminal_or_begins_a_line(cecli, write, character):
    path = write(f'y,p,z\n0,0.5,a\n1,0.5,"{character}\n::error::x"\n')
    for arguments in (["score", "--by", "z"], ["worst", "--show", "z"]):
        shown = cecli(*arguments, path, "--format", "csv").stdout
        assert "\\n::error::x" in shown
        assert character not in shown
        assert not any(line.startswith("::") for line in shown.splitlines())


def test_the_rows_that_are_written_read_back_as_they_were(cecli, write, tmp_path):
    cells = ["=1+1", "\x1b[31m", "a\r\n::error::x", "'", '"']
    text = io.StringIO()
    csv.writer(text).writerows([["y", "p", "cell"], *([1, 0.5, cell] for cell in cells)])
    options = ["--label", "y", "--prob", "p", "--show", "cell", "--write", "losses.csv"]
    assert cecli("worst", write(text.getvalue()), *options).returncode == ExitCode.OK
    with open(tmp_path / "losses.csv", newline="") as file:
        assert [row["cell"] for row in csv.DictReader(file)] == cells
