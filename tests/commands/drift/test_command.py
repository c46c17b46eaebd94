"""`cecli drift` as a process."""

import json

import pytest

from cecli.core.errors import ExitCode

THEN = "city,age\n" + "rome,30.5\nparis,41.5\n" * 60
NOW = "city,age\n" + "rome,30.5\noslo,\n" * 60


@pytest.fixture
def both(write):
    return write(THEN, "then.csv"), write(NOW, "now.csv")


def test_the_table_says_what_has_moved_in_eighty_columns(cecli, both):
    done = cecli("drift", *both, environment={"COLUMNS": "80"})
    assert done.returncode == ExitCode.OK
    assert "2 of 2 columns have moved by more than chance explains: " in done.stdout
    assert "infinite" in done.stdout
    assert "--smooth" in done.stdout
    table = [line for line in done.stdout.splitlines() if line.startswith(("column", "city"))]
    assert max(map(len, table)) <= 80


def test_the_json_keeps_the_contract(cecli, both):
    report = json.loads(cecli("drift", *both, "--json").stdout)
    assert (report["command"], report["task"]) == ("drift", "drift")
    assert report["columns"] == {"column": ["city", "age"]}
    assert report["options"] == {"reference": both[0]}
    assert [group["key"] for group in report["groups"]] == [{"column": "city"}, {"column": "age"}]
    assert report["drift"][0]["new"] == ["oslo"]
    assert report["drift"][0]["bins"][0] == {"value": "rome", "reference": 0.5, "current": 0.5}
    assert report["drift"][1]["bins"][-1]["is_missing"] is True


def test_several_inputs_of_now_are_one_and_a_stream_can_be_among_them(cecli, both):
    more = json.loads(cecli("drift", both[0], both[1], "-", "--json", stdin=NOW).stdout)
    assert more["input"]["rows"] == 240
    assert cecli("drift", "-", "-", stdin=NOW).returncode == ExitCode.USAGE


def test_a_reference_is_saved_and_used(cecli, both):
    named = json.loads(cecli("drift", *both, "--json", "--save-state", "then.state").stdout)
    again = json.loads(cecli("drift", "then.state", both[1], "--json").stdout)
    assert again == named
    done = cecli("drift", both[0], "then.state")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")


def test_a_gate_of_drift_fails_closed(cecli, both):
    reference = ("--reference", both[0])
    passed = cecli("check", both[0], *reference, "--max", "psi=0.1")
    assert passed.returncode == ExitCode.OK, passed.stderr
    failed = cecli("check", both[1], *reference, "--max", "psi=0.1")
    assert failed.returncode == ExitCode.CHECK_FAILED
    assert "infinite" in failed.stderr
    for wrong in (("--by", "city"), ("--max-increase", "psi=1")):
        done = cecli("check", both[1], *reference, "--max", "psi=0.1", *wrong)
        assert done.returncode == ExitCode.USAGE


def test_the_page_shows_both_histograms(cecli, both, tmp_path):
    (tmp_path / "drift.json").write_text(cecli("drift", *both, "--json").stdout)
    assert cecli("report", "drift.json", "-o", "page.html").returncode == ExitCode.OK
    page = (tmp_path / "page.html").read_text()
    assert "rome: 50 % then" in page
    assert "oslo: 50 % now" in page
    assert f"cecli drift {both[0]} {both[1]}" in page
    assert cecli("drift", *both, "-o", "drift.svg").returncode == ExitCode.OK
    assert "city: moved" in (tmp_path / "drift.svg").read_text()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", ExitCode.INPUT),
        ("city,age\n", ExitCode.INPUT),
        ("city,age\nrome,old\n", ExitCode.INPUT),
    ],
)
def test_rows_that_cannot_be_compared_are_told(cecli, both, write, content, code):
    done = cecli("drift", both[0], write(content, "bad.csv"))
    assert (done.returncode, done.stdout) == (code, "")
    assert "bad.csv" in done.stderr


def test_one_row_is_compared_and_not_judged(cecli, both, write):
    done = cecli("drift", both[0], write("city,age\nrome,30.5\n", "one.csv"))
    assert done.returncode == ExitCode.OK
    assert "not tested" in done.stdout or "not shown" in done.stdout
    assert "moved by more" not in done.stdout
