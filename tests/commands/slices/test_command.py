"""`cecli slices` as a process."""

import json

import numpy as np
import pytest

from cecli.core.errors import ExitCode


@pytest.fixture
def rows():
    random = np.random.default_rng(2)
    q = random.random(900).round(4)
    group = random.choice(["a", "b", "c"], 900)
    y = random.random(900) < np.where(group == "b", np.minimum(q + 0.4, 1.0), q)
    lines = (f"{int(t)},{p},{g}\n" for t, p, g in zip(y, q, group, strict=True))
    return "y,p,group\n" + "".join(lines)


NAMED = ["--label", "y", "--prob", "p", "--columns", "group"]


def test_a_stream_gives_the_report_of_a_file(cecli, write, rows):
    of_file = cecli("slices", write(rows), *NAMED, "--json", "-q")
    of_stream = cecli("slices", "-", *NAMED, "--json", "-q", stdin=rows)
    found = [json.loads(done.stdout) for done in (of_file, of_stream)]
    assert found[0]["groups"] == found[1]["groups"]
    assert [group["key"] for group in found[0]["groups"]] == [{"slice": "group = b"}]
    assert found[0]["command"] == "slices"


def test_the_table_says_what_was_found_and_what_was_searched(cecli, write, rows):
    done = cecli("slices", write(rows), *NAMED)
    assert done.returncode == ExitCode.OK
    assert "1 group is worse than the rest, first of all group = b: " in done.stdout
    assert "Predictions are too low in group = b, by 0." in done.stdout
    assert "6 tests of 3 groups of 30 rows or more" in done.stdout
    table = [line for line in done.stdout.splitlines() if line.startswith(("slice ", "group = b"))]
    assert len(table) == 2
    assert all(len(line) <= 80 for line in table)


def test_a_file_without_rows_and_without_the_column_is_refused(cecli, write, rows):
    empty = cecli("slices", write("y,p,group\n"), *NAMED)
    assert (empty.returncode, "no data rows" in empty.stderr) == (ExitCode.INPUT, True)
    wrong = cecli("slices", write(rows), *NAMED[:-1], "grupo")
    assert wrong.returncode == ExitCode.USAGE
    assert "did you mean 'group'?" in wrong.stderr
    nothing = cecli("slices", write(rows), *NAMED[:-2])
    assert "the other columns are group" in nothing.stderr
