"""`cecli verify` as a process."""

import json

import pytest

from cecli import attest
from cecli.core.errors import ExitCode

USAGE, INPUT, DIFFERENT = ExitCode.USAGE, ExitCode.INPUT, ExitCode.CHECK_FAILED
ROWS = "y,p\n1,0.75\n0,0.25\n1,0.5\n"


@pytest.fixture
def receipt(write, tmp_path):
    """Write rows, others, and the receipt of the first."""
    rows = write(ROWS)
    write("y;p\n1;0,5\n1;0,75\n0;0,25\n", "same.csv")
    write("y,p\n1,0.75\n0,0.25\n", "less.csv")
    attest(rows, label="y", prob="p", max={"brier": 0.5}).save(tmp_path / "r.json")


@pytest.mark.usefixtures("receipt")
def test_the_same_rows_are_the_same_however_they_are_written(cecli):
    for given in (["preds.csv"], ["same.csv", "--delimiter", ";", "--decimal", ","]):
        done = cecli("verify", "r.json", *given)
        assert (done.returncode, done.stderr) == (ExitCode.OK, "")
        assert done.stdout.startswith("verify r.json: the same\n")
    assert "same.csv: its bytes are others" in done.stdout


@pytest.mark.usefixtures("receipt")
def test_what_differs_is_told_and_has_an_exit_code(cecli):
    done = cecli("verify", "r.json", "less.csv")
    assert done.returncode == DIFFERENT
    assert "rows     number" in done.stdout
    document = json.loads(cecli("verify", "r.json", "less.csv", "--json").stdout)
    assert document["same"] is False
    brier = next(part for part in document["parts"] if part["name"] == "brier")
    assert (brier["stated"], brier["found"], brier["same"]) == (0.125, 0.0625, False)


@pytest.mark.usefixtures("receipt")
def test_a_receipt_can_be_piped(cecli, tmp_path):
    text = (tmp_path / "r.json").read_text()
    assert cecli("verify", "-", "preds.csv", stdin=text).returncode == ExitCode.OK
    assert cecli("verify", "r.json", "-", stdin=ROWS).returncode == ExitCode.OK


@pytest.mark.usefixtures("receipt")
@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ("r.json", USAGE, "Missing argument 'FILE…'"),
        ("- -", USAGE, "standard input can be read only once"),
        ("gone.json preds.csv", INPUT, "gone.json: cannot be opened: no such file"),
        ("preds.csv preds.csv", INPUT, "preds.csv:1: is not JSON"),
        ("r.json gone.csv", INPUT, "gone.csv: cannot be opened"),
        ("r.json preds.csv --clip 0.1", USAGE, "No such option: --clip"),
        ("r.json preds.csv -o r.json", USAGE, "is one of the inputs"),
        ("r.json preds.csv -o x.unknown", USAGE, "not a suffix of a verification"),
    ],
)
def test_misuse_is_told(cecli, arguments, code, told):
    done = cecli("verify", *arguments.split())
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert "try:" not in done.stderr
