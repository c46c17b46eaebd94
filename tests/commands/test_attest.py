"""`cecli attest` as a process."""

import json

import pytest

from cecli import attest
from cecli.core.errors import ExitCode

USAGE, INPUT, FAILED = ExitCode.USAGE, ExitCode.INPUT, ExitCode.CHECK_FAILED
ROWS = "y,p,g\n1,0.75,a\n0,0.25,a\n1,0.5,b\n"
NAMED = ("--label", "y", "--prob", "p")


def test_the_receipt_is_that_of_python_on_stdout_and_in_a_file(cecli, write, tmp_path):
    write(ROWS)
    asked = ("preds.csv", *NAMED, "--max", "brier=0.5", "--require-rows", "2")
    done = cecli("attest", *asked)
    expected = attest(str(tmp_path / "preds.csv"), label="y", prob="p", max={"brier": 0.5}, rows=2)
    text = expected.to_json().replace(str(tmp_path / "preds.csv"), "preds.csv")
    assert (done.returncode, done.stdout) == (ExitCode.OK, text)
    again = cecli("attest", *asked, "-o", "r.json", "-q")
    assert (again.returncode, again.stdout, again.stderr) == (ExitCode.OK, "", "")
    assert (tmp_path / "r.json").read_text() == text


def test_a_rule_that_fails_is_told_and_in_the_receipt(cecli, write):
    write(ROWS)
    rules = ("--max", "brier=0.01", "--min", "accuracy@g=0.5")
    done = cecli("attest", "preds.csv", *NAMED, *rules)
    assert done.returncode == FAILED
    assert json.loads(done.stdout)["predicate"]["failedTests"] == ["max brier=0.01"]
    assert "failed: brier is 0.125, above the maximum of 0.01" in done.stderr


def test_standard_input_is_its_rows(cecli):
    done = cecli("attest", "-", *NAMED, stdin=ROWS)
    assert json.loads(done.stdout)["subject"][0]["name"] == "rows"


def test_a_configuration_names_columns_and_its_rules_are_those_of_check_alone(cecli, write):
    write(ROWS)
    write('label = "y"\nprob = "p"\n[[check]]\nmetric = "brier"\nmax = 0.01\n', "cecli.toml")
    done = cecli("attest", "preds.csv")
    assert done.returncode == ExitCode.OK
    assert json.loads(done.stdout)["predicate"]["warnedTests"] == ["no rules were given"]
    assert "set in cecli.toml" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ("preds.csv --label nothing --prob p", USAGE, "there is no column 'nothing'"),
        ("gone.csv", INPUT, "gone.csv: cannot be opened"),
        ("empty.csv", INPUT, "empty.csv: "),
        ("preds.csv --label y --prob p --max brier", USAGE, "--max 'brier' has no ="),
        ("preds.csv --label y --prob p --max smece=1", USAGE, "smece is none of them"),
        ("preds.csv --label y --prob p --state preds.csv", INPUT, "is no saved state"),
        ("preds.csv --label y --prob p -o preds.csv", USAGE, "is one of the inputs"),
        ("preds.csv --label y --prob p --bootstrap 100", USAGE, "No such option: --bootstrap"),
        ("preds.csv --label y --prob p --within g", USAGE, "No such option: --within"),
    ],
)
def test_misuse_is_told(cecli, write, arguments, code, told):
    write(ROWS)
    write("", "empty.csv")
    done = cecli("attest", *arguments.split())
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
