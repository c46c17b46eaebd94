"""Bootstrap intervals as a user meets them."""

import json

import pytest

from cecli.core.errors import ExitCode

ROWS = "y,p,user\n" + "".join(f"{(i * 7) % 3 // 2},0.{i % 9 + 1},u{i // 2}\n" for i in range(90))


def test_the_json_says_how_intervals_were_found(cecli, write):
    done = cecli("score", write(ROWS), "--bootstrap", "200", "--json")
    report = json.loads(done.stdout)
    assert report["options"] == {"bootstrap": 200, "seed": 0}
    # Ranks are no sums: the AUC keeps its formula.
    of_formula = {name for name, each in report["intervals"].items() if "method" not in each}
    assert of_formula == {"auc"}
    assert {
        report["intervals"][name]["method"] for name in report["intervals"].keys() - of_formula
    } == {"bootstrap"}
    plain = json.loads(cecli("score", write(ROWS), "--json").stdout)
    assert report["metrics"] == plain["metrics"]
    assert not any("method" in interval for interval in plain["intervals"].values())


def test_the_table_says_it_in_words(cecli, write):
    done = cecli("score", write(ROWS), "--bootstrap", "1000", "--seed", "7", "--level", "0.9")
    assert "bootstrap, 1,000 replicates, seed 7" in done.stdout
    assert "90% interval" in done.stdout


def test_the_same_command_gives_the_same_bytes_and_another_seed_does_not(cecli, write):
    path = write(ROWS)
    first, again, other = (
        cecli("score", path, "--bootstrap", "150", "--json", *more).stdout
        for more in ([], ["--workers", "1"], ["--seed", "1"])
    )
    assert first == again
    assert first != other


def test_standard_input_gives_the_same_intervals(cecli, write):
    path = write(ROWS)
    named = json.loads(cecli("score", path, "--bootstrap", "150", "--json").stdout)
    piped = json.loads(cecli("score", "-", "--bootstrap", "150", "--json", stdin=ROWS).stdout)
    assert piped["intervals"] == named["intervals"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--bootstrap", "99"],
            "--bootstrap 99: intervals of level 0.95 need at least 100 replicates",
        ),
        (["--bootstrap", "400", "--level", "0.99"], "need at least 500 replicates"),
        (["--bootstrap", "10001"], "--bootstrap 10001 is above 10,000"),
        (["--bootstrap", "-5"], "--bootstrap -5"),
        (["--bootstrap", "many"], "should be a valid integer"),
        (["--seed", "3"], "--seed needs --bootstrap"),
        (["--bootstrap", "200", "--seed", "-1"], "--seed -1 is not between 0"),
        (["--bootstrap", "200", "--seed", str(2**63)], "is not between 0 and 2^63 - 1"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(cecli, write, options, message):
    done = cecli("score", write(ROWS), *options)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert message in done.stderr


def test_groups_have_intervals_from_replicates_of_their_own(cecli, write):
    path = write(ROWS)
    done = cecli("score", path, "--bootstrap", "150", "--by", "user", "--min-count", "1", "--json")
    report = json.loads(done.stdout)
    assert len(report["groups"]) == 45
    for group in report["groups"]:
        assert {interval["method"] for interval in group["intervals"].values()} == {"bootstrap"}
        assert group["intervals"].keys() == report["intervals"].keys() - {"auc"}


def test_more_groups_than_there_is_memory_for_are_refused_and_the_hint_helps(cecli, write):
    many = "y,p,user\n" + "".join(f"{i % 2},0.{i % 9 + 1},u{i}\n" for i in range(30))
    path, options = write(many), ["--by", "user", "--min-count", "1"]
    done = cecli("score", path, *options, "--bootstrap", "10000")
    assert (done.returncode, done.stdout) == (ExitCode.INPUT, "")
    assert "has more than 22 groups, which is the most for 10,000 replicates of each" in done.stderr
    assert "--bootstrap with a smaller number has room for more groups" in done.stderr
    assert cecli("score", path, *options, "--bootstrap", "100").returncode == ExitCode.OK
    assert cecli("score", path, *options).returncode == ExitCode.OK


def test_over_rows_there_are_no_rows_to_draw(cecli, write):
    path = write("p,q\n0.5,0.25\n0.5,0.75\n")
    done = cecli("kl", path, "--p", "p", "--q", "q", "--over-rows", "--bootstrap", "200")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert "--bootstrap cannot be used with --over-rows" in done.stderr


def test_a_defect_is_told_as_without_a_bootstrap(cecli, write):
    path = write(ROWS + "1,1.5,u\n")
    plain = cecli("score", path)
    assert cecli("score", path, "--bootstrap", "200").stderr == plain.stderr
    assert plain.returncode == ExitCode.INPUT


def test_a_check_compares_the_bounds_of_the_bootstrap(cecli, write):
    path, options = write(ROWS), ["--bootstrap", "400"]
    report = json.loads(cecli("score", path, *options, "--level", "0.9", "--json").stdout)
    upper = report["intervals"]["cross_entropy"]["upper"]
    for limit, code in ((upper, ExitCode.OK), (upper * (1 - 1e-12), ExitCode.CHECK_FAILED)):
        done = cecli(
            "check", path, *options, "--confidence", "0.9", "--max", f"cross_entropy={limit!r}",
            "--json",
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert json.loads(done.stdout)["checks"][0]["upper"] == upper


def test_a_baseline_of_predictions_may_have_a_bootstrap_too(cecli, write):
    path, old = write(ROWS), write(ROWS.replace(",0.5,", ",0.52,"), "old.csv")
    done = cecli(
        "check", path, "--baseline-file", old, "--bootstrap", "200", "--confidence", "0.95",
        "--max-increase", "cross_entropy=0.1", "--max", "brier=0.9",
    )  # fmt: skip
    assert done.returncode == ExitCode.OK, done.stderr


def test_a_file_of_configuration_sets_it(cecli, write, tmp_path):
    (tmp_path / "cecli.toml").write_text("bootstrap = 150\nseed = 4\n")
    report = json.loads(cecli("score", write(ROWS), "--json").stdout)
    assert report["options"] == {"bootstrap": 150, "seed": 4}
