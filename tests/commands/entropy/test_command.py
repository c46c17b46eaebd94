"""`cecli entropy` as a process."""

import json

import pytest

from cecli.core.errors import ExitCode

USAGE, INPUT = ExitCode.USAGE, ExitCode.INPUT

DATA = "x,y,p,p_a,p_b\nred,1,0.5,0.25,0.75\nblue,0,0.25,0.5,0.5\nred,0,0.5,0.5,0.5\n"


def test_the_json_keeps_the_contract(cecli, write):
    many = DATA + DATA.partition("\n")[2] * 20
    done = cecli("entropy", write(many), "--column", "x", "--given", "y", "--json")
    report = json.loads(done.stdout)
    assert list(report["metrics"]) == [
        "entropy", "entropy_miller_madow", "perplexity", "categories", "efficiency",
        "conditional_entropy", "mutual_information", "mutual_information_miller_madow",
        "independence_p_value", "given_entropy", "effective_rows",
    ]  # fmt: skip
    assert report["columns"] == {"column": "x", "given": "y"}
    assert (report["command"], report["task"], report["units"]) == ("entropy", "categories", "nats")
    assert done.stderr == ""


def test_chunks_change_no_bit(cecli, write):
    path = write("x,y\n" + "".join(f"{i % 7},{i % 3}\n" for i in range(500)))
    options = ["--column", "x", "--given", "y", "--json"]
    expected = cecli("entropy", path, *options).stdout
    for chunk_bytes in ("1", "100"):
        assert cecli("entropy", path, *options, "--chunk-bytes", chunk_bytes).stdout == expected


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ([], USAGE, "exactly one of --column, --prob and"),
        (["--column", "x", "--prob", "p"], USAGE, "exactly one of --column, --prob and"),
        (["--prob", "p", "--given", "x"], USAGE, "--given requires --column"),
        (["--column", "x", "--from", "logit"], USAGE, "--from and --normalize require --prob"),
        (["--column", "z"], USAGE, "there is no column 'z'"),
        (["--column", "x", "--given", "x"], USAGE, "cannot be both"),
        (["--prob", "x"], INPUT, ":2: column x: 'red' is not a probability"),
        (["--column", "x", "--by", "y"], USAGE, "--by requires --prob or --member"),
        (["--member", "p"], USAGE, "an ensemble has at least two members"),
        (["--member", "p", "--member", "p_*"], USAGE, "'p' is a single column, but 'p_*'"),
        (["--prob", "p", "--normalize"], USAGE, "--normalize does not apply to a single column"),
    ],
)
def test_bad_options_give_one_clear_error(cecli, write, options, code, message):
    done = cecli("entropy", write(DATA), *options)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_an_empty_cell_is_no_value(cecli, write):
    done = cecli("entropy", write("x,y\na,1\n,2\n"), "--column", "x")
    assert (done.returncode, done.stdout) == (INPUT, "")
    assert "preds.csv:3: column x: the cell is empty" in done.stderr
