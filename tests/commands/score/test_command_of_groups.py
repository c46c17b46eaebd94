"""Groups, clusters and levels as a user meets them."""

import csv
import io
import json

import pytest

from cecli.core.errors import ExitCode

USAGE, INPUT = ExitCode.USAGE, ExitCode.INPUT

ROWS = "y,p,segment,user\n" + "".join(
    f"{i % 2},0.{i % 9 + 1},{'abc'[i % 3]},u{i // 2}\n" for i in range(90)
)


def test_groups_are_in_the_json_worst_first(cecli, write):
    report = json.loads(cecli("score", write(ROWS), "--by", "segment", "--json").stdout)
    assert report["columns"]["by"] == ["segment"]
    shares = [group["metrics"]["gap_share"] for group in report["groups"]]
    assert shares == sorted(shares, reverse=True)
    first = report["groups"][0]
    assert set(first) == {"key", "rows", "weight", "is_small", "metrics", "intervals"}
    assert first["key"].keys() == {"segment"}
    assert first["intervals"]["cross_entropy"]["level"] == 0.95


def test_the_table_and_the_csv_have_every_group(cecli, write):
    path = write(ROWS)
    table = cecli("score", path, "--by", "segment,user", "--level", "0.9", "--all").stdout
    assert sum("(few)" in line for line in table.splitlines()) == 90
    assert "90% interval" in table
    lines = cecli("score", path, "--by", "segment", "--format", "csv").stdout
    groups = {row["group"] for row in csv.DictReader(io.StringIO(lines))}
    assert groups == {"", "segment=a", "segment=b", "segment=c"}


def test_clusters_widen_the_interval_and_are_told(cecli, write):
    path = write(ROWS)
    plain = json.loads(cecli("score", path, "--json").stdout)
    clustered = json.loads(cecli("score", path, "--cluster", "user", "--json").stdout)
    assert clustered["columns"]["cluster"] == "user"
    # The tests of calibration need independent rows.
    of_tests = plain["metrics"].keys() - clustered["metrics"].keys()
    tests = ("calibration_z", "spiegelhalter_z", "calibration_chi2")
    assert of_tests == {*tests, *(f"{name}_p_value" for name in tests), "ecce_p_value"}
    assert all(plain["metrics"][name] == value for name, value in clustered["metrics"].items())
    assert clustered["intervals"]["brier"]["se"] != plain["intervals"]["brier"]["se"]


def test_a_divergence_is_grouped_and_over_rows_is_not(cecli, write):
    path = write("p,q,g\n0.5,0.25,a\n0.5,0.5,b\n")
    report = json.loads(cecli("kl", path, "--p", "p", "--q", "q", "--by", "g", "--json").stdout)
    assert [group["key"]["g"] for group in report["groups"]] == ["a", "b"]
    done = cecli("kl", path, "--p", "p", "--q", "q", "--by", "g", "--over-rows")
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "--by cannot be used with --over-rows" in done.stderr


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--by", "sgment"], USAGE, "did you mean 'segment'?"),
        (["--by", "p"], USAGE, "cannot be both"),
        (["--by", "user", "--max-groups", "5"], INPUT, "has more than 5 groups"),
        (["--min-count", "5"], USAGE, "--min-count needs --by: there are no groups"),
        (["--max-groups", "5"], USAGE, "--max-groups needs --by: there are no groups"),
        (["--level", "95"], USAGE, "--level 95 is not between 0 and 1"),
        (["--by", "user", "--bootstrap", "100", "--max-groups", "5"], INPUT, "more than 5 groups"),
    ],
)
def test_mistakes_are_explained(cecli, write, options, code, message):
    done = cecli("score", write(ROWS), "--label", "y", "--prob", "p", *options)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
